"""Playing a case: through the services, in a transaction that is rolled back."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import DataError, connection, transaction

from customers import wall
from customers.models import Business
from customers.refusals import CoreRefusal
from orders.cases import documents, stage
from orders.cases.documents import Document, Month
from orders.cases.nodes import BadFile
from orders.cases.read import Case
from orders.errors import RefusedTerms


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """The step that was refused: its sentence, and the codes that name it."""

    sentence: str
    codes: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Played:
    """The documents that were issued, and the refusal that ended the case early, if any."""

    documents: Sequence[Document]
    revenue: Sequence[Month]
    refusal: Refusal | None


def play(case: Case) -> Played:
    """Play a case in a business of its own and leave nothing behind."""
    with transaction.atomic():
        business = stage.business()
        with wall.within(business.pk):
            played = _played(case, business)
        transaction.set_rollback(True)
    return played


def _played(case: Case, business: Business) -> Played:
    refusal = _first_refusal(case, business)
    _check_deferred_constraints()
    return Played(
        documents=documents.issued(business=business),
        revenue=documents.recognised(business=business),
        refusal=refusal,
    )


def _first_refusal(case: Case, business: Business) -> Refusal | None:
    try:
        _play_events(case, business)
    except RefusedTerms as refused:
        return Refusal(sentence=refused.message, codes=frozenset((refused.code, refused.rule)))
    except CoreRefusal as refused:
        return Refusal(sentence=refused.message, codes=frozenset((refused.code,)))
    except DataError as fault:
        raise BadFile(f"{case.id} has a value that is too long or too large: {fault}") from fault
    return None


def _play_events(case: Case, business: Business) -> None:
    opened = stage.open_on(
        business=business,
        command=case.order,
        tax_rows=case.tax_rows,
        settings=case.settings,
        at=stage.noon(case.submitted_on),
    )
    for event in case.events:
        event.play(opened)


def _check_deferred_constraints() -> None:
    """What a commit would check: the rollback must not hide it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
