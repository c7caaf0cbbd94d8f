"""How one order goes: the steps its fate takes it through, then what is used and delivered under its agreement."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from functools import partial
from typing import TypeAlias

from billing import services as billing_services
from billing.engine import periods
from billing.engine.terms import Rule
from billing.handover import ChangeTerms, LineAmendment
from billing.models import Agreement, AgreementLine
from orders import services
from orders.commands import CreateOrder, DraftChangeOrder, LineChange, Origin, Signature
from orders.demo.deals import Deal, Fate, Hand
from orders.demo.desk import Desk
from orders.models import Order

Act: TypeAlias = Callable[[datetime], object]
Step: TypeAlias = tuple[date, Act]

DAYS_BETWEEN_STEPS = timedelta(days=3)
DAYS_ON_THE_DESK = timedelta(days=2)
DAYS_INTO_A_PERIOD = timedelta(days=9)
MOST_PERIODS = 24
QUARTER = Decimal("0.25")


@dataclass(kw_only=True, slots=True)
class Sale:
    """A deal at a studio's desk, and its order once it is drafted."""

    desk: Desk
    deal: Deal
    start: date
    stored: Order | None = None

    @property
    def order(self) -> Order:
        assert self.stored is not None
        return self.stored

    @property
    def agreement(self) -> Agreement:
        assert self.order.agreement is not None
        return self.order.agreement

    def draft(self, at: datetime) -> None:
        deal, desk = self.deal, self.desk
        self.stored = services.create_order(
            business=desk.business,
            command=CreateOrder(
                origin=Origin.DAYZERO if deal.hand is Hand.API else Origin.STAFF,
                customer=str(desk.customers[deal.customer].uid),
                project=str(desk.projects[deal.project].uid) if deal.project else None,
                order_description=deal.title,
                order_start_date=self.start,
                first_invoice_date=self.start,
                term_months=deal.term_months,
                discount_cents=deal.discount_cents,
                tax_treatment=deal.tax,
                currency=deal.currency,
                lines=deal.lines,
            ),
            by=desk.hands[deal.hand],
            at=at,
        )

    def submit(self, at: datetime) -> None:
        self.stored = services.submit_order(order=self.order, by=self.desk.hands[self.deal.hand], at=at)

    def sign(self, at: datetime) -> None:
        customer = self.desk.customers[self.deal.customer]
        self.stored = services.sign_order(
            order=self.order,
            signature=Signature(signer_name=f"Purchasing, {customer.name}", signer_email=customer.email),
            signed_at=at,
            by=self.desk.hands[self.deal.hand],
            at=at,
        )

    def approve(self, at: datetime) -> None:
        self.stored = services.approve_order(order=self.order, by=self.desk.approver, at=at)

    def send_back(self, at: datetime) -> None:
        reason = "A quarter off is more than we give; please talk to the customer."
        self.stored = services.send_back(order=self.order, reason=reason, by=self.desk.approver, at=at)

    def reject(self, at: datetime) -> None:
        reason = "Below what it costs us."
        self.stored = services.reject_order(order=self.order, reason=reason, by=self.desk.approver, at=at)

    def cancel(self, at: datetime) -> None:
        reason = "The customer chose to wait a year."
        self.stored = services.cancel_order(order=self.order, reason=reason, by=self.desk.hands[self.deal.hand], at=at)

    def deliver(self, k: int, at: datetime) -> None:
        """Record what is used and delivered in a period."""
        arrears = AgreementLine.objects.for_business(self.desk.business).filter(
            agreement=self.agreement, billing_rule__in=(Rule.USAGE_METERED, Rule.PER_UNIT)
        )
        for line in arrears.select_related("agreement").order_by("position"):
            billing_services.record_usage(
                line=line,
                event_id=f"{self.order.number}-{line.position + 1}-{k + 1}",
                occurred_at=at,
                quantity=_quantity(line, k, self.deal.term_months or MOST_PERIODS),
                by=self.desk.ops,
                at=at,
            )

    def hold_next(self, at: datetime) -> None:
        """Draft the next invoice ahead of its day and keep it out of billing runs."""
        next_due = Agreement.objects.for_business(self.desk.business).get(pk=self.agreement.pk).next_due_date
        assert next_due is not None
        for draft in billing_services.draft_due_invoices(
            agreement=self.agreement, as_of=next_due, by=self.desk.ops, at=at
        ):
            billing_services.hold_draft(invoice=draft, is_held=True, by=self.desk.ops, at=at)

    def ask_for_more(self, at: datetime) -> None:
        """Draft an upsell of the first line from the next period on, as the customer's program would."""
        line = AgreementLine.objects.for_business(self.desk.business).get(agreement=self.agreement, position=0)
        qty = line.qty + self.deal.asked_more
        k = periods.period_index(anchor=self.agreement.anchor_date, on=at.date())
        effective_on = periods.boundary(anchor=self.agreement.anchor_date, k=k + 1)
        amendment = LineAmendment(position=0, qty=qty, unit_price_cents=None)
        change = ChangeTerms(effective_on=effective_on, requested_on=None, amended=(amendment,), added=())
        changed = {"order_line_id": str(line.order_line_uid), "qty": f"{qty.normalize():f}"}
        services.draft_change_order(
            agreement=self.agreement,
            command=DraftChangeOrder(
                description=f"{self.deal.asked_more} more for the season",
                value_delta_cents=billing_services.value_delta(agreement=self.agreement, change=change),
                delta_lines={"effective_date": effective_on.isoformat(), "changed_lines": [changed]},
                effective_on=effective_on,
                changed=(LineChange(order_line=str(line.order_line_uid), qty=qty),),
            ),
            by=self.desk.hands[Hand.API],
            at=at,
        )


PATHS: dict[Fate, tuple[Callable[[Sale, datetime], None], ...]] = {
    Fate.DRAFT: (Sale.draft,),
    Fate.SENT_BACK: (Sale.draft, Sale.submit, Sale.send_back),
    Fate.CANCELLED: (Sale.draft, Sale.cancel),
    Fate.WAITING: (Sale.draft, Sale.submit),
    Fate.SIGNED: (Sale.draft, Sale.submit, Sale.sign),
    Fate.REJECTED: (Sale.draft, Sale.submit, Sale.reject),
    Fate.APPROVED: (Sale.draft, Sale.submit, Sale.sign, Sale.approve),
}


def steps(*, sale: Sale, today: date) -> Iterator[Step]:
    """What is done for a sale up to today, each on its day."""
    last = _last_step(sale, today)
    for back, act in enumerate(reversed(PATHS[sale.deal.fate])):
        yield last - back * DAYS_BETWEEN_STEPS, partial(act, sale)
    if sale.deal.fate is Fate.APPROVED:
        yield from (step for step in _deliveries(sale, today) if step[0] > last)
        if sale.deal.is_held:
            yield today, sale.hold_next
        if sale.deal.asked_more:
            yield today - DAYS_ON_THE_DESK, sale.ask_for_more


def _last_step(sale: Sale, today: date) -> date:
    if sale.deal.last_step_days_ago is not None:
        return today - timedelta(days=sale.deal.last_step_days_ago)
    return min(sale.start + timedelta(days=sale.deal.last_step_after_days), today)


def _deliveries(sale: Sale, today: date) -> Iterator[Step]:
    for k in range(sale.deal.term_months or MOST_PERIODS):
        day = periods.boundary(anchor=sale.start, k=k) + DAYS_INTO_A_PERIOD
        if day > today:
            return
        yield day, partial(sale.deliver, k)


def _quantity(line: AgreementLine, k: int, months: int) -> Decimal:
    """Metered usage wanders around its estimate; ordered units are delivered evenly over the term."""
    share = Decimal(60 + k * 37 % 70) / 100 if line.billing_rule == Rule.USAGE_METERED else 1 / Decimal(months)
    return (line.qty * share).quantize(QUARTER, ROUND_DOWN)
