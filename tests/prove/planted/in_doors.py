"""Bugs on purpose between a door and what it stores, or declares."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.models import Model

from customers import credentials, wall
from customers.models import ApiCredential, Business
from orders import hot_sql, replay
from orders.api import base, strict_json
from orders.api.bitbybit import docs
from orders.api.dayzero import errors
from tests import factories
from tests.prove.planted.bug import DOCUMENTS, FAULTS, REQUESTS, Bug


def texts_unchecked(patch: pytest.MonkeyPatch) -> None:
    """Texts that no database can hold are let through."""
    patch.setattr(strict_json, "_check_string", lambda text, *, path, limit: None)


def row_left_behind(patch: pytest.MonkeyPatch) -> None:
    """Authentication leaves a row behind, once and for all, and the request is refused after it."""
    find = credentials.find

    def find_and_leave(**given: Any) -> ApiCredential | None:
        business = Business.objects.first()
        assert business is not None
        with wall.within(business.pk):
            factories.CustomerFactory.create(business=business)
        return find(**given)

    patch.setattr(credentials, "find", find_and_leave)


def answer_stored_apart(patch: pytest.MonkeyPatch) -> None:
    """The answer to a key is no longer stored together with what it answers."""

    def one_after_the_other(*, rows: Sequence[Model], **kept: Any) -> None:
        hot_sql.write(rows)
        replay.store(**kept)

    patch.setattr(base, "transaction", SimpleNamespace(atomic=nullcontext))
    patch.setattr(replay, "store_with", one_after_the_other)


def told_as_a_mistake(patch: pytest.MonkeyPatch) -> None:
    """A database that is away is told to the caller as a mistake of theirs."""
    patch.setitem(errors.STATUSES, OperationalError, 400)


def told_before_the_commit(patch: pytest.MonkeyPatch) -> None:
    """Whether the database could keep it interests nobody."""

    def somehow(do: Callable[..., None]) -> Callable[..., None]:
        def done(**given: Any) -> None:
            with suppress(OperationalError):
                do(**given)

        return done

    own = connections[DEFAULT_DB_ALIAS]
    patch.setitem(own.__dict__, "commit", somehow(own.commit))
    patch.setattr(replay, "store_with", somehow(replay.store_with))


def refusal_undeclared(patch: pytest.MonkeyPatch) -> None:
    """A document keeps silent about 400."""
    document = docs.document

    def silent() -> dict[str, Any]:
        found = deepcopy(dict(document()))
        for operations in found["paths"].values():
            for operation in operations.values():
                del operation["responses"]["400"]
        return found

    patch.setattr(docs, "document", silent)


BUGS = {
    "texts-unchecked": Bug(
        says="texts with NUL and surrogates are let through",
        harness=REQUESTS,
        # The other doors' fields refuse them once more by themselves.
        subjects=("dayzero", "adobe", "commercelayer"),
        plant=texts_unchecked,
    ),
    "row-left-behind": Bug(
        says="a refused request leaves a row", harness=REQUESTS, subjects=("dayzero",), plant=row_left_behind
    ),
    "answer-stored-apart": Bug(
        says="an answer is stored apart from the work",
        harness=FAULTS,
        subjects=("dayzero",),
        plant=answer_stored_apart,
    ),
    "told-as-a-mistake": Bug(
        says="a database that is away is told as a mistake",
        harness=FAULTS,
        subjects=("dayzero",),
        plant=told_as_a_mistake,
    ),
    "told-before-the-commit": Bug(
        says="a COMMIT that failed is passed over", harness=FAULTS, subjects=("dayzero",), plant=told_before_the_commit
    ),
    "refusal-undeclared": Bug(
        says="a refusal is not declared", harness=DOCUMENTS, subjects=("bitbybit",), plant=refusal_undeclared
    ),
}
