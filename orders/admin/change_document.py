"""A change order as a document: the decision first, what changes after it, never a form."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from billing import charts, comparison
from billing import services as billing_services
from billing.engine.documents import Document, DocumentType
from billing.engine.terms import Rule, TermsRefused
from billing.errors import BillingError
from billing.handover import ChangeTerms
from billing.services import ChangeLook
from billing.states import ChangePurpose
from customers import currencies, ledger
from customers.actors import Actor
from customers.models import StaffMember
from customers.permissions import Permission
from customers.templatetags import desk as faces
from orders import change_terms
from orders.admin import change_words
from orders.admin.approval_page import in_words
from orders.admin.document import Check
from orders.models import ChangeOrder, ChangeOrderLine
from orders.services import change_approvals
from orders.states import ChangeOrderStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A line with what it is now, while that is still to be decided, and what it is to be."""

    line: ChangeOrderLine
    qty_now: Decimal | None = None
    unit_price_cents_now: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """What a change would do, or the sentence that refuses it."""

    look: ChangeLook | None = None
    refusal: str = ""


def context(*, change_order: ChangeOrder, by: Actor, today: date, at: datetime) -> dict[str, object]:
    """All that the page of a change order shows, in a number of statements that does not grow with its lines."""
    is_waiting = change_order.status == ChangeOrderStatus.DRAFT
    is_prepared = change_order.status == ChangeOrderStatus.PREPARING
    is_open = is_waiting or is_prepared
    lines = list(change_order.lines.all())
    effect = effect_of(change_order=change_order, lines=lines, today=today) if is_open else Effect()
    members = StaffMember.objects.for_business(change_order.business).filter(pk__in=change_order.contributor_ids)
    is_own = by.staff_member is not None and by.staff_member.pk in change_order.contributor_ids
    return {
        "change_order": change_order,
        "agreement": change_order.agreement,
        "rows": list(rows(lines, effect)),
        "words": change_words.of(change_order),
        "happens": change_words.happens(change_order, lines),
        "is_waiting": is_waiting,
        "is_prepared": is_prepared,
        "is_open": is_open,
        "forecast": forecast(change_order, lines, at) if is_prepared and effect.look else "",
        "may_reject": is_waiting and by.may(Permission.APPROVE),
        "may_withdraw": is_waiting and is_own,
        "checks": list(checks(change_order, lines, effect, today)) if is_open else [],
        **drawn(effect, change_order),
        **decision(change_order=change_order, lines=lines, by=by, at=at),
        "contributors": list(members.select_related("user").order_by("user__username")),
        "events": ledger.history(business=change_order.business, subject=change_order),
    }


def decision(
    *, change_order: ChangeOrder, lines: Sequence[ChangeOrderLine], by: Actor, at: datetime
) -> dict[str, object]:
    """Why this change needs whom, and whether this person may approve it now; once it is decided, who did."""
    if change_order.status != ChangeOrderStatus.DRAFT:
        given = change_order.approvals.select_related("approved_by__user", "on_behalf_of__user", "policy", "credential")
        return {"approvals_given": list(given.order_by("id"))}
    found = change_approvals.verdict(change_order=change_order, lines=lines, by=by, at=at)
    told = change_approvals.who_can(change_order=change_order, need=found.need, at=at, known=found.known)
    return in_words(found, told=told, currency=change_order.currency, by=by)


def forecast(change_order: ChangeOrder, lines: Sequence[ChangeOrderLine], at: datetime) -> str:
    """Who would have to approve it if it were submitted now, and why, as a sentence."""
    need = change_approvals.need_of(change_order=change_order, lines=lines, at=at)
    because = f" Because: {' · '.join(need.reasons)} ({need.policy})." if need.reasons else ""
    return f"If submitted now: {change_approvals.who_can(change_order=change_order, need=need, at=at)}{because}"


def effect_of(*, change_order: ChangeOrder, lines: Sequence[ChangeOrderLine], today: date) -> Effect:
    """What a change would do if it were approved today; neither it nor its lines need be stored."""
    change = change_terms.to_agreement(change_order=change_order, lines=lines)
    if change is None:
        return Effect(refusal="Its lines say nothing that could be billed: it can only be rejected.")
    try:
        return Effect(look=billing_services.look(agreement=change_order.agreement, change=change, today=today))
    except (BillingError, TermsRefused) as refused:
        return Effect(refusal=f"It does not fit the agreement as it stands: {refused.message}")


def drawn(effect: Effect, change_order: ChangeOrder) -> dict[str, object]:
    """The schedule with the change, the present one behind it, the money by year, and the documents that settle it."""
    look = effect.look
    if look is None:
        return {}
    years = comparison.by_year(before=look.before, after=look.after)
    return {
        "chart": charts.draw(overview=look.after, ghost=look.before),
        "years": years,
        "in_words": comparison.in_words(years=years, currency=change_order.currency),
        "schedule_after": look.after,
        "settled_by": list(map(_settlement, look.settled_by)),
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class Settlement:
    """A document that settles a change, and what stands on it."""

    document: Document
    name: str
    lines: str


def _settlement(document: Document) -> Settlement:
    told = dict.fromkeys(line.description for line in document.lines if line.order_line is not None)
    name = "Credit note" if document.type is DocumentType.CREDIT_NOTE else "Invoice"
    return Settlement(document=document, name=name, lines=", ".join(told))


def rows(lines: Sequence[ChangeOrderLine], effect: Effect) -> Iterator[Row]:
    now: Mapping[int, tuple[Decimal, int]] = effect.look.in_force if effect.look else {}
    for line in lines:
        known = now.get(line.agreement_line.position) if line.agreement_line else None
        if line.agreement_line and line.rule == Rule.FLAT:
            # Of what is billed once only a credit speaks, and it is what it always was, also once that is decided.
            known = line.agreement_line.qty, line.agreement_line.unit_price_cents
        yield Row(line=line, qty_now=known[0], unit_price_cents_now=known[1]) if known else Row(line=line)


def checks(change_order: ChangeOrder, lines: Sequence[ChangeOrderLine], effect: Effect, today: date) -> Iterator[Check]:
    """What an approver would otherwise have to work out."""
    change = change_terms.to_agreement(change_order=change_order, lines=lines)
    if effect.look is None or change is None:
        yield Check(level="warning", sentence=effect.refusal)
    else:
        yield _delta_check(change_order, effect.look)
        yield from _credit_check(change_order, effect.look)
        if change_order.purpose == ChangePurpose.PAUSE:
            yield Check(level="note", sentence="That is its value if nobody ever ends the pause.")
    if change is not None:
        yield from _day_checks(change, today)


def _delta_check(change_order: ChangeOrder, look: ChangeLook) -> Check:
    found = _amount(look.value_delta_cents, change_order)
    if look.value_delta_cents == change_order.value_delta_cents:
        return Check(level="ok", sentence=f"{_what(change_order)} to {found}, as it says.")
    said = _amount(change_order.value_delta_cents, change_order)
    what = _what(change_order).replace(" come", " now come")
    return Check(level="warning", sentence=f"{what} to {found}, and it says {said}: it cannot be approved.")


def _what(change_order: ChangeOrder) -> str:
    if change_order.ends:
        return "The end of the agreement comes"
    is_amended = change_order.purpose == ChangePurpose.AMEND
    return "Its lines come" if is_amended else f"The {change_words.of(change_order).name} comes"


def _credit_check(change_order: ChangeOrder, look: ChangeLook) -> Iterator[Check]:
    notes = [document for document in look.settled_by if document.type is DocumentType.CREDIT_NOTE]
    if notes:
        total = _amount(-sum(document.total_cents for document in notes), change_order)
        yield Check(level="note", sentence=f"It credits {total} of what was billed, tax included.")


def _day_checks(change: ChangeTerms, today: date) -> Iterator[Check]:
    if change.effective_on < today:
        day = faces.day(change.effective_on)
        late = f"It takes effect on {day}, in the past: billed periods are settled back to it."
        yield Check(level="warning", sentence=late)


def _amount(cents: int, change_order: ChangeOrder) -> str:
    amount = currencies.major_units(cents=abs(cents), currency=change_order.currency)
    return f"({change_order.currency} {amount})" if cents < 0 else f"{change_order.currency} {amount}"
