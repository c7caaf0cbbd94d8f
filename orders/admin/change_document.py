"""A change order as a document: the decision first, what changes after it, never a form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from billing import charts, comparison, terms_in_force
from billing import services as billing_services
from billing.engine.terms import TermsRefused
from billing.errors import BillingError
from billing.handover import ChangeTerms
from customers import currencies, ledger
from customers.actors import Actor
from customers.models import StaffMember
from customers.permissions import Permission
from customers.templatetags import desk as faces
from orders import change_terms
from orders.admin.document import Check
from orders.models import ChangeOrder, ChangeOrderLine
from orders.services import change_orders
from orders.states import ChangeOrderStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A line with what it is now, while that is still to be decided, and what it is to be."""

    line: ChangeOrderLine
    qty_now: Decimal | None = None
    unit_price_cents_now: int | None = None


def context(*, change_order: ChangeOrder, by: Actor, today: date, at: datetime) -> dict[str, object]:
    """All that the page of a change order shows, in a number of statements that does not grow with its lines."""
    is_waiting = change_order.status == ChangeOrderStatus.DRAFT
    refusal = change_orders.why_not(change_order=change_order, by=by, at=at) if is_waiting else None
    members = StaffMember.objects.for_business(change_order.business).filter(pk__in=change_order.contributor_ids)
    return {
        "change_order": change_order,
        "agreement": change_order.agreement,
        "rows": list(_rows(change_order, is_waiting=is_waiting)),
        "is_waiting": is_waiting,
        "may_approve": is_waiting and refusal is None,
        "may_reject": is_waiting and by.may(Permission.APPROVE),
        "refusal": refusal,
        "checks": list(_checks(change_order, today)) if is_waiting else [],
        **(_money(change_order) if is_waiting else {}),
        "contributors": list(members.select_related("user").order_by("user__username")),
        "events": ledger.history(business=change_order.business, subject=change_order),
    }


def _money(change_order: ChangeOrder) -> dict[str, object]:
    """The schedule with the change, the present one behind it, and the money by year; nothing where it does not fit."""
    change = change_terms.to_agreement(change_order=change_order, lines=list(change_order.lines.all()))
    if change is None:
        return {}
    try:
        before, after = billing_services.before_and_after(agreement=change_order.agreement, change=change)
    except (BillingError, TermsRefused):
        return {}
    years = comparison.by_year(before=before, after=after)
    return {
        "chart": charts.draw(overview=after, ghost=before),
        "years": years,
        "in_words": comparison.in_words(years=years, currency=change_order.currency),
    }


def _rows(change_order: ChangeOrder, *, is_waiting: bool) -> Iterator[Row]:
    now: Mapping[int, tuple[Decimal, int]] = {}
    if is_waiting and change_order.effective_date:
        now = terms_in_force.by_position(agreement=change_order.agreement, on=change_order.effective_date)
    for line in change_order.lines.all():
        known = now.get(line.agreement_line.position) if line.agreement_line else None
        yield Row(line=line, qty_now=known[0], unit_price_cents_now=known[1]) if known else Row(line=line)


def _checks(change_order: ChangeOrder, today: date) -> Iterator[Check]:
    """What an approver would otherwise have to work out."""
    change = change_terms.to_agreement(change_order=change_order, lines=list(change_order.lines.all()))
    if change is None:
        yield Check(level="warning", sentence="Its lines say nothing that could be billed: it can only be rejected.")
        return
    yield _delta_check(change_order, change)
    if change.effective_on < today:
        late = (
            f"It takes effect on {faces.day(change.effective_on)}, in the past: billed periods are settled back to it."
        )
        yield Check(level="warning", sentence=late)


def _delta_check(change_order: ChangeOrder, change: ChangeTerms) -> Check:
    try:
        computed = billing_services.value_delta(agreement=change_order.agreement, change=change)
    except BillingError as refused:
        return Check(level="warning", sentence=f"It does not fit the agreement as it stands: {refused.message}")
    found = _amount(computed, change_order)
    if computed == change_order.value_delta_cents:
        return Check(level="ok", sentence=f"Its lines come to {found}, as it says.")
    said = _amount(change_order.value_delta_cents, change_order)
    return Check(level="warning", sentence=f"Its lines now come to {found}, and it says {said}: it cannot be approved.")


def _amount(cents: int, change_order: ChangeOrder) -> str:
    amount = currencies.major_units(cents=cents, currency=change_order.currency)
    return f"{change_order.currency} {amount}"
