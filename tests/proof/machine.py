"""One agreement lived at random: every service is called, a refusal leaves no trace, each step is proved."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import QuerySet
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from billing import services
from billing.errors import BillingError
from billing.handover import AgreementLineTerms
from billing.models import AgreementLine, Drawdown, Invoice, Method, Payment
from billing.plans import Plan
from billing.services import Hours
from billing.states import DrawdownStatus, InvoiceStatus
from customers.actors import Actor
from orders import services as order_services
from orders import verification
from tests.cast import Company
from tests.proof import books
from tests.proof.reference import Amendment, Line, Pause, months_after
from tests.proof.spec import CENTS, QUANTITIES, Spec, command, line_spec, lines, specs
from tests.prove import counters

ITEM = "00000004-0000-4000-8000-000000000001"
PICKS = st.integers(0, 11)
DAYS = st.integers(-20, 400)
AHEAD = st.integers(-30, 70)
UNITS = st.sampled_from([Decimal(text) for text in ("0", "1", "3", "6", "0.5", "14")])


class Life(RuleBasedStateMachine):
    """An order from its approval on; `company` is set by the test, and what happens is rolled back."""

    company: Company

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.events = 0
        self.writes = counters.InTransaction()

    @initialize(spec=specs(ITEM))
    def sign(self, spec: Spec) -> None:
        """The order is approved, on its day."""
        self.spec, self.model, self.today = spec, spec.order, spec.order.approved
        by = self.company.drafting
        order = order_services.create_order(
            business=self.company.business, command=command(spec, str(self.company.customer.uid)), by=by, at=self.now
        )
        order_services.submit_order(order=order, by=by, at=self.now)
        order_services.approve_order(order=order, by=self.company.approving, at=self.now)
        order.refresh_from_db()
        assert order.agreement is not None
        self.agreement = order.agreement
        self.issued: dict[int, object] = {}

    # Time, and billing

    @rule(days=st.integers(1, 45))
    def wait(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(ahead=AHEAD)
    def run(self, ahead: int) -> None:
        self.bill(self.today + timedelta(days=ahead))

    @rule(ahead=AHEAD)
    def plan_and_apply(self, ahead: int) -> None:
        as_of = self.today + timedelta(days=ahead)
        sums, documents = services.plan_billing(business=self.company.business, as_of=as_of, by=self.by)
        done = self.bill(as_of, plan=Plan(documents))
        assert (done.documents, done.totals) == (sums.drafts + sums.new, sums.totals)

    @rule(ahead=AHEAD)
    def draft(self, ahead: int) -> None:
        as_of = self.today + timedelta(days=ahead)
        services.draft_due_invoices(agreement=self.agreement, as_of=as_of, by=self.by, at=self.now)

    @rule()
    def draft_execution(self) -> None:
        services.draft_execution_invoice(agreement=self.agreement, by=self.by, at=self.now)

    @rule(pick=PICKS, fate=st.sampled_from(["issue", "delete", "hold", "release"]))
    def decide_on_a_draft(self, pick: int, fate: str) -> None:
        draft = self.pick(Invoice.objects.filter(status=InvoiceStatus.DRAFT), pick)
        match fate:
            case _ if draft is None:
                return
            case "issue":
                services.issue_invoice(invoice=draft, by=self.by, at=self.now)
            case "delete":
                services.delete_draft(invoice=draft, by=self.by, at=self.now)
            case _:
                services.hold_draft(invoice=draft, is_held=fate == "hold", by=self.by, at=self.now)

    # Units

    @rule(pick=PICKS, days=DAYS, quantity=UNITS)
    def report_units(self, pick: int, days: int, quantity: Decimal) -> None:
        self.report(pick, days, quantity)

    @precondition(lambda self: self.model.units)
    @rule(pick=PICKS, days=DAYS, quantity=UNITS)
    def correct(self, pick: int, days: int, quantity: Decimal) -> None:
        position, event = list(self.model.units)[pick % len(self.model.units)]
        if self.model.lines[position].rule != "prepaid_block":
            self.record(position, days, quantity, corrects=event)

    @precondition(lambda self: self.model.units)
    @rule(pick=PICKS, days=DAYS, quantity=UNITS)
    def send_again(self, pick: int, days: int, quantity: Decimal) -> None:
        """The first event of an id wins, for ever (R15)."""
        position, event = list(self.model.units)[pick % len(self.model.units)]
        again = services.record_usage(
            line=self.line(position),
            event_id=event,
            occurred_at=self.noon(self.model.anchor + timedelta(days=days)),
            quantity=quantity,
            by=self.by,
            at=self.now,
        )
        assert not again.is_new

    @rule(pick=PICKS, days=DAYS, hours=UNITS)
    def submit_hours(self, pick: int, days: int, hours: Decimal) -> None:
        by_the_hour = [n for n, line in enumerate(self.model.lines) if line.rule in ("per_unit", "prepaid_block")]
        if by_the_hour and hours:
            wanted = Hours(
                hours=hours,
                entry_date=self.model.anchor + timedelta(days=days),
                order_line_uid=self.line(by_the_hour[pick % len(by_the_hour)]).order_line_uid,
            )
            services.submit_drawdown(agreement=self.agreement, hours=wanted, by=self.company.drafting, at=self.now)

    @rule(pick=PICKS, approve=st.booleans())
    def decide_on_hours(self, pick: int, approve: bool) -> None:
        rows = list(Drawdown.objects.filter(status=DrawdownStatus.PENDING).order_by("id"))
        if not rows:
            return
        drawdown = rows[pick % len(rows)]
        if not approve:
            services.reject_drawdown(drawdown=drawdown, by=self.by, at=self.now)
        elif self.happens(lambda: services.approve_drawdown(drawdown=drawdown, by=self.by, at=self.now)):
            key = drawdown.agreement_line.position, f"drawdown:{drawdown.uid}"
            self.model.units[key] = drawdown.entry_date, drawdown.hours

    # What is agreed later

    @rule(pick=PICKS, days=DAYS, late=AHEAD, qty=st.none() | QUANTITIES, cents=st.none() | CENTS)
    def amend(self, pick: int, days: int, late: int, qty: Decimal | None, cents: int | None) -> None:
        position, on = pick % len(self.model.lines), self.model.anchor + timedelta(days=days)
        if self.happens(
            lambda: services.amend_line(
                agreement=self.agreement,
                line=position,
                effective_on=on,
                requested_on=on + timedelta(days=late),
                qty=qty,
                unit_price_cents=cents,
                by=self.company.approving,
                at=self.now,
            )
        ):
            self.model.amendments.append(Amendment(line=position, on=on, qty=qty, cents=cents))

    @rule(added=lines(None, ITEM), days=DAYS, late=AHEAD)
    def add(self, added: Line, days: int, late: int) -> None:
        on = self.model.anchor + timedelta(days=days)
        line = replace(added, since=on, ramp=())
        if len(self.model.lines) < 6 and self.happens(
            lambda: services.add_line(
                agreement=self.agreement,
                line=self.terms_of(line),
                effective_on=on,
                requested_on=on + timedelta(days=late),
                by=self.company.approving,
                at=self.now,
            )
        ):
            self.model.lines.append(line)

    @rule(months=st.integers(1, 4))
    def renew(self, months: int) -> None:
        if sum(self.model.renewals) < 12 and self.happens(
            lambda: services.renew_agreement(
                agreement=self.agreement, term_months=months, by=self.company.approving, at=self.now
            )
        ):
            self.model.renewals.append(months)

    @rule(days=DAYS)
    def pause(self, days: int) -> None:
        on = self.model.anchor + timedelta(days=days)
        if self.happens(
            lambda: services.pause_agreement(
                agreement=self.agreement, effective_on=on, by=self.company.approving, at=self.now
            )
        ):
            self.model.pauses.append(Pause(on=on))

    @rule(days=st.integers(-5, 100))
    def resume(self, days: int) -> None:
        if self.is_paused:
            self.end_pause(self.model.pauses[-1].on + timedelta(days=days))

    @rule(days=DAYS, late=AHEAD, sure=st.integers(0, 3))
    def cancel(self, days: int, late: int, sure: int) -> None:
        """Seldom, because little happens afterwards."""
        on = self.model.anchor + timedelta(days=days)
        if sure == 0 and self.happens(
            lambda: order_services.end_order(
                agreement=self.agreement,
                effective_on=on,
                requested_on=on + timedelta(days=late),
                reason="Moved away",
                by=self.company.approving,
                at=self.now,
            )
        ):
            self.model.cancelled = on

    @rule()
    def check_completion(self) -> None:
        order_services.check_completion(agreement=self.agreement, today=self.today, by=self.by, at=self.now)

    # Money

    @rule(pick=PICKS, part=st.sampled_from([1, 2, 3]), more=st.booleans())
    def pay(self, pick: int, part: int, more: bool) -> None:
        invoice = self.pick(Invoice.objects.exclude(number=None), pick)
        if invoice is not None:
            self.happens(
                lambda: services.record_payment(
                    invoice=invoice,
                    amount_cents=invoice.total_cents // part + more,
                    received_date=self.today,
                    method=Method.BANK_TRANSFER,
                    allow_overpayment=more,
                    by=self.by,
                    at=self.now,
                )
            )

    @rule(pick=PICKS)
    def reverse(self, pick: int) -> None:
        rows = list(Payment.objects.filter(reversed_at=None).order_by("id"))
        if rows:
            self.happens(
                lambda: services.reverse_payment(
                    payment=rows[pick % len(rows)], reason="It bounced", by=self.by, at=self.now
                )
            )

    @rule(pick=PICKS)
    def write_off(self, pick: int) -> None:
        invoice = self.pick(Invoice.objects.exclude(number=None), pick)
        if invoice is not None:
            self.happens(lambda: services.write_off(invoice=invoice, reason="Gone", by=self.by, at=self.now))

    @rule(pick=PICKS)
    def void(self, pick: int) -> None:
        invoice = self.pick(Invoice.objects.exclude(number=None), pick)
        if invoice is not None:
            self.happens(lambda: services.void_invoice(invoice=invoice, reason="A slip", by=self.by, at=self.now))

    # Proofs

    @invariant()
    def the_books_prove_clean_after_every_write(self) -> None:
        """Also after one that was undone. Waiting, and what was refused at once, leave what is proved already."""
        if self.writes.written():
            self.the_books_prove_clean()

    def the_books_prove_clean(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        found = list(verification.of_business(business=self.company.business))
        assert not found, found
        books.check_documents(self.company.business, self.spec, seen=self.issued)

    def teardown(self) -> None:
        """Whatever happened, at the end everything is billed, once, with what the rule book makes it."""
        try:
            if hasattr(self, "agreement"):
                self.finish()
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def finish(self) -> None:
        if self.is_paused:
            self.end_pause(self.model.pauses[-1].on + timedelta(days=40))
        Invoice.objects.filter(status=InvoiceStatus.DRAFT).update(is_held=False)
        self.today = max(self.today, months_after(self.model.anchor, 40))
        self.bill(self.today)
        self.the_books_prove_clean()
        books.check_end(self.agreement, self.model, through=self.today)
        assert self.bill(self.today).documents == 0

    # Words

    @property
    def now(self) -> datetime:
        return self.noon(self.today)

    @property
    def by(self) -> Actor:
        return self.company.billing

    @property
    def is_paused(self) -> bool:
        return bool(self.model.pauses) and self.model.pauses[-1].until == date.max

    def noon(self, day: date) -> datetime:
        return datetime.combine(day, time(12), UTC)

    def happens(self, what: Callable[[], object]) -> bool:
        """Whether it was done; a refusal changes nothing."""
        with suppress(BillingError):
            what()
            return True
        return False

    def bill(self, as_of: date, plan: Plan | None = None) -> services.RunSummary:
        done = services.run_billing(business=self.company.business, as_of=as_of, by=self.by, at=self.now, plan=plan)
        assert not done.parked, done.parked
        return done

    def pick(self, rows: QuerySet[Invoice], pick: int) -> Invoice | None:
        found = list(rows.order_by("id"))
        return found[pick % len(found)] if found else None

    def end_pause(self, on: date) -> None:
        if self.happens(
            lambda: services.resume_agreement(
                agreement=self.agreement, resumed_on=on, by=self.company.approving, at=self.now
            )
        ):
            self.model.pauses[-1].until = on

    def report(self, pick: int, days: int, quantity: Decimal) -> None:
        takes = [n for n, line in enumerate(self.model.lines) if line.rule not in ("flat", "recurring")]
        if takes:
            self.record(takes[pick % len(takes)], days, quantity)

    def record(self, position: int, days: int, quantity: Decimal, corrects: str = "") -> None:
        self.events += 1
        day = self.model.anchor + timedelta(days=days)
        key = position, f"event {self.events}"
        if self.happens(
            lambda: services.record_usage(
                line=self.line(position),
                event_id=key[1],
                occurred_at=self.noon(day),
                quantity=quantity,
                corrects=corrects,
                by=self.by,
                at=self.now,
            )
        ):
            self.model.units.pop((position, corrects), None)
            self.model.units[key] = day, quantity

    def line(self, position: int) -> AgreementLine:
        rows = AgreementLine.objects.select_related("agreement__business", "business")
        return rows.get(agreement=self.agreement, position=position)

    def terms_of(self, line: Line) -> AgreementLineTerms:
        wanted = line_spec(line)
        return AgreementLineTerms(
            position=len(self.model.lines),
            order_line_uid=uuid4(),
            catalog_item_uid=UUID(line.item) if line.item else None,
            description="Added",
            qty=line.qty,
            unit_price_cents=line.cents,
            billing_rule=wanted.billing_rule,
            billing_timing=wanted.billing_timing,
            ramp_schedule=None,
            prepaid_expiry_months=line.expiry_months,
            pricing=line.pricing,
        )
