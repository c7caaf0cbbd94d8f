"""Reading orders, always from the business down."""

import re
from collections.abc import Collection, Sequence
from datetime import date

from django.db.models import Prefetch

from billing import queries as billing_queries
from billing.engine import billing as engine
from billing.engine.tax import Treatment
from customers.models import Business
from customers.queries import as_uuid
from customers.tenancy import TenantQuerySet
from orders import agreement_terms
from orders.commands import Origin
from orders.models import Line, Order

CODE = re.compile(r"[0-9]{10}", re.ASCII)


def orders(*, business: Business, origins: Collection[Origin] = tuple(Origin)) -> TenantQuerySet[Order]:
    """Orders of some origins with all that a document of them shows, in a number of statements that does not grow."""
    return (
        Order.objects.for_business(business)
        .filter(origin__in=origins)
        .select_related("business", "customer", "project", "agreement")
        .prefetch_related(_lines(business))
    )


def order_by_uid(*, business: Business, uid: str, origins: Collection[Origin] = tuple(Origin)) -> Order | None:
    """The order with this public id; None for a stranger's, an unknown or a malformed one."""
    known = as_uuid(uid)
    return orders(business=business, origins=origins).filter(uid=known).first() if known else None


def schedule(*, order: Order, today: date) -> engine.Schedule:
    """What an order will bill, from the same function that bills it, as if it were approved today.

    Raises RefusedTerms for a ramp that cannot be read.
    """
    return schedule_of(order=order, lines=list(order.lines.all()), today=today)


def schedule_of(*, order: Order, lines: Sequence[Line], today: date) -> engine.Schedule:
    """The same of an order and lines that need not be stored."""
    terms = agreement_terms.engine_terms(order=order, lines=lines, approved_on=today)
    fixed = agreement_terms.fixed_tax(order)
    tax = (
        Treatment.fixed(fixed)
        if fixed
        else billing_queries.tax_treatment(business=order.business, label=order.tax_treatment)
    )
    return engine.preview(terms=terms, tax=tax)


def code_of_number(number: str) -> str:
    """An order's number as ten digits, for doors whose order ids are digits: ORD-000123 is 0000000123."""
    return f"{int(number.removeprefix('ORD-')):010d}"


def number_of_code(code: str) -> str | None:
    """The order number behind ten digits, or None for anything else."""
    return f"ORD-{int(code):06d}" if CODE.fullmatch(code) else None


def _lines(business: Business) -> "Prefetch[str, TenantQuerySet[Line], str]":
    rows = Line.objects.for_business(business).select_related("catalog_item").order_by("position")
    return Prefetch("lines", queryset=rows)
