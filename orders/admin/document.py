"""An order as a document: the decision first, the evidence after it, never a form."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from billing import charts, schedules
from billing import queries as billing_queries
from customers import currencies, ledger
from customers.actors import Actor
from customers.models import StaffMember
from customers.permissions import Permission
from customers.templatetags import desk as faces
from orders import credit, desk
from orders.admin import approval_page, paper, production, questions, timeline
from orders.commands import Origin
from orders.errors import RefusedTerms
from orders.licensing.vocabulary import FailureCode
from orders.models import FileKind, LicenceOrder, Order, OrderFile
from orders.services import amending, validity
from orders.services.reservations import STORES
from orders.states import EDITABLE, Action, QuestionStatus, Status, after

# Lines in the hands of production no longer change, so their order does not become a draft again.
HANDS_OFF = {Action.WITHDRAW.value, Action.SEND_BACK.value}


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """Something to have looked at before signing: `ok`, `note` or `warning`."""

    level: str
    sentence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """The schedule, or why there is none."""

    overview: schedules.Overview | None = None
    refusal: str = ""

    @property
    def chart(self) -> charts.Chart | None:
        return charts.draw(overview=self.overview) if self.overview else None


def context(*, order: Order, by: Actor, today: date, at: datetime) -> dict[str, object]:
    """All that the page of an order shows, in a number of statements that does not grow with its lines."""
    schedule = schedule_of(order, today)
    is_waiting = order.status == Status.SUBMITTED
    # Nobody has had another version before them while there were only a draft and its submission.
    events = list(ledger.history(business=order.business, subject=order)) if is_waiting and order.version > 2 else []
    moved = approval_page.since(order=order, events=events, now=schedule.overview, today=today)
    tracked = production.context(order=order, by=by)
    asked = questions.of_order(order, by=by)
    papers = paper.context(order=order, by=by, today=today)
    # Only doors name parties, and without a door only what production follows is sent off.
    is_from_door = order.origin != Origin.STAFF
    return {
        "order": order,
        "lines": order.lines.all(),
        "parties": order.parties.order_by("role") if is_from_door else (),
        "licence": licence_of(order),
        "failure_codes": {code.value: code.name.replace("_", " ").lower() for code in FailureCode},
        "parcels": order.shipments.order_by("id") if is_from_door or tracked["tracked"] else (),
        "schedule": schedule,
        "since": moved,
        "chart": approval_page.chart(now=schedule.overview, found=moved, today=today if order.agreement_id else None),
        "checks": [*checks(order, schedule.overview, today, papers["files"]), *_open_questions(asked)],
        "questions": asked,
        "may_say": not by.may_only_read,
        "may_ask": Status(order.status) in EDITABLE,
        "entries": timeline.latest(order),
        "contributors": _contributors(order),
        "may_draft": by.may(Permission.DRAFT),
        "may_amend": by.may(Permission.DRAFT) and amending.is_amendable(order),
        "verbs": verbs(order, by) - (HANDS_OFF if tracked["tracked"] else set()),
        **approval_page.decision(order=order, by=by, at=at),
        **tracked,
        **papers,
    }


def licence_of(order: Order) -> LicenceOrder | None:
    """What its licensing programme says of an order, with its lines; None elsewhere."""
    rows = LicenceOrder.objects.for_business(order.business).filter(order=order)
    return rows.select_related("account", "original__order").first() if order.origin == Origin.ADOBE else None


def schedule_of(order: Order, today: date) -> Schedule:
    try:
        overview = desk.overview(order=order, today=today)
    except RefusedTerms as refused:
        return Schedule(refusal=refused.message)
    return Schedule(overview=overview)


def verbs(order: Order, by: Actor) -> set[str]:
    """What this person may do now, by state and role; the services decide again."""
    grants = {
        Action.WITHDRAW: Permission.SUBMIT,
        Action.CANCEL: Permission.DRAFT,
        Action.SEND_BACK: Permission.APPROVE,
        Action.REJECT: Permission.APPROVE,
        Action.FAIL: Permission.APPROVE,
    }
    status = Status(order.status)
    possible = {action for action in grants if by.may(grants[action]) and after(status=status, action=action)}
    if status is Status.APPROVED:
        possible.discard(Action.CANCEL)
    if order.signed_at or order.origin == Origin.ADOBE or order.origin in STORES:
        possible -= {Action.WITHDRAW, Action.SEND_BACK}
    if order.origin != Origin.ADOBE:
        possible.discard(Action.FAIL)
    return {action.value for action in possible}


def checks(
    order: Order, overview: schedules.Overview | None, today: date, papers: Sequence[OrderFile] = ()
) -> Iterator[Check]:
    """What an approver would otherwise have to work out."""
    if overview is not None:
        yield _sum_check(order, overview)
    yield from _tax_check(order)
    if order.discount_cents:
        yield _discount_check(order)
    if order.signed_at:
        signer = order.signer_name or order.signer_email or "the customer"
        yield Check(level="ok", sentence=f"Signed by {signer} on {faces.day(order.signed_at)}.")
    else:
        yield Check(level="note", sentence="Not signed by the customer.")
    yield from _validity_check(order, today)
    yield from _lateness_check(order, overview, today)
    if order.status == Status.SUBMITTED:
        yield from _papers_check(order, papers)
        yield from _credit_check(order)
        yield from _similarity_check(order)


def _papers_check(order: Order, papers: Sequence[OrderFile]) -> Iterator[Check]:
    """Their number, and whether the paper itself is among the files."""
    attached = [file.name for file in papers if file.kind == FileKind.PURCHASE_ORDER]
    if order.po_number:
        yield Check(level="ok", sentence=f"Their purchase order: {order.po_number}.")
    elif order.reference:
        yield Check(level="ok", sentence=f"Their own number: {order.reference}.")
    elif not attached:
        yield Check(level="note", sentence="No purchase order number of theirs.")
    if attached:
        yield Check(level="ok", sentence=f"Their purchase order is attached: {attached[0]}.")
    elif order.po_number:
        yield Check(level="note", sentence="Their purchase order is not attached.")


def _credit_check(order: Order) -> Iterator[Check]:
    """It warns; whoever approves decides."""
    found = credit.of_order(order)
    if found is None:
        return
    sums = f"{_amount(found.open_cents, order)} owed and {_amount(order.total_cents, order)} of this order"
    limit = _amount(found.limit_cents, order)
    if found.over_cents:
        over = _amount(found.over_cents, order)
        yield Check(level="warning", sentence=f"Above their credit by {over}: {sums}, with a limit of {limit}.")
    else:
        yield Check(level="ok", sentence=f"Within their credit of {limit}: {sums}.")


def _similarity_check(order: Order) -> Iterator[Check]:
    """The same order twice is a mistake that an approver can still stop."""
    if found := approval_page.similar(order=order):
        when = faces.day(found.created_at)
        said = f"Similar to {found.number} of {when}, {found.status}: {found.percent} % the same lines."
        yield Check(level="warning" if found.percent == 100 else "note", sentence=said)


def _sum_check(order: Order, overview: schedules.Overview) -> Check:
    shown = _amount(overview.committed_cents, order)
    if order.term_months is None:
        return Check(level="note", sentence=f"Open-ended: the next twelve months come to {shown}.")
    if overview.committed_cents == order.total_cents:
        return Check(level="ok", sentence=f"The schedule adds up to the contract total, {shown}.")
    total = _amount(order.total_cents, order)
    return Check(level="warning", sentence=f"The schedule comes to {shown}, the contract total is {total}.")


def _tax_check(order: Order) -> Iterator[Check]:
    label = order.tax_treatment
    if order.fixed_tax_cents is not None:
        place = "inside" if order.fixed_tax_is_included else "on top of"
        rate = f"{order.fixed_tax_rate_percent:f}".rstrip("0").rstrip(".")
        tax = _amount(order.fixed_tax_cents, order)
        yield Check(level="ok", sentence=f"Tax {tax} at {rate} %, {place} the prices, is signed with the order.")
    elif not label:
        yield Check(level="note", sentence="No tax treatment: nothing is taxed.")
    elif not billing_queries.knows_tax_label(business=order.business, label=label):
        yield Check(level="warning", sentence=f"The tax table does not know “{label}”: nothing would be taxed.")


def _discount_check(order: Order) -> Check:
    tenths = order.discount_cents * 1000 // order.subtotal_cents if order.subtotal_cents else 0
    amount = _amount(order.discount_cents, order)
    return Check(level="note", sentence=f"Discount {amount}, {tenths // 10}.{tenths % 10} % of the contract.")


def _validity_check(order: Order, today: date) -> Iterator[Check]:
    if order.valid_until_date is None:
        return
    day = faces.day(order.valid_until_date)
    if validity.is_over(order=order, on=today):
        yield Check(level="warning", sentence=f"The offer was valid until {day}: it cannot be approved any more.")
    elif order.status == Status.SUBMITTED and order.signed_at is None:
        yield Check(level="note", sentence=f"The offer is valid until {day}.")


def _lateness_check(order: Order, overview: schedules.Overview | None, today: date) -> Iterator[Check]:
    """R10: what was scheduled before the approval goes on one catch-up invoice."""
    first = order.first_invoice_date or order.order_start_date
    if overview is not None and order.status == Status.SUBMITTED and first and first < today:
        late = f"Its first invoice was due on {faces.day(first)}: approved today, it catches up with one invoice."
        yield Check(level="warning", sentence=late)


def _open_questions(asked: Sequence[questions.Shown]) -> Iterator[Check]:
    """Nobody is stopped by a question, and nobody overlooks one."""
    still_open = [shown.question for shown in asked if shown.question.status == QuestionStatus.OPEN]
    if still_open:
        who = ", ".join(dict.fromkeys(str(question.asked_by) for question in still_open))
        many = "1 question is" if len(still_open) == 1 else f"{len(still_open)} questions are"
        yield Check(level="warning", sentence=f"{many} open, asked by {who}.")


def _amount(cents: int, order: Order) -> str:
    return f"{order.currency} {currencies.major_units(cents=cents, currency=order.currency)}"


def _contributors(order: Order) -> list[StaffMember]:
    if order.created_by and order.contributor_ids == [order.created_by_id]:
        return [order.created_by]
    members = StaffMember.objects.for_business(order.business).filter(pk__in=order.contributor_ids)
    return list(members.select_related("user").order_by("user__username"))
