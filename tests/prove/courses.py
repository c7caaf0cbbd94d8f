"""The races that are run: for each a scene in a new business, and from it one round after the other."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count

from django.db import transaction

from billing import services as billing_services
from billing.models import Agreement, Charge, Invoice, Method
from catalog.models import Discount, Stock
from customers.models import ApprovalLimit, Customer
from orders import services
from orders.commands import UpdateOrder
from orders.models import LicenceOrder, Order, OrderApproval
from tests.api.adobe import programme
from tests.api.adobe.caller import Caller as Partner
from tests.api.adobe.caller import line as licence_line
from tests.api.adobe.programme import TEAM
from tests.api.bitbybit.caller import Caller as Shop
from tests.api.commercelayer.caller import Caller as Store
from tests.api.dayzero.caller import Caller as DayZero
from tests.api.dayzero.caller import line as day_zero_line
from tests.api.vu.caller import Caller as Factory
from tests.api.vu.caller import order as factory_order
from tests.api.vu.caller import stocked
from tests.cast import Company, approved, at, monthly, submitted
from tests.prove.races import REFUSED, Round
from tests.stores import COUPON, store

DAY = "2026-01-07"
CARTS = 8
UNKEPT = "What is stored is not what won."


def approve_and_approve(busy: Company, threads: int) -> Callable[[], Round]:
    """Everybody approves one order: one agreement."""

    def begin() -> Round:
        order = submitted(busy, monthly())
        return Round(
            act=lambda _: services.approve_order(order=order, by=busy.approving, at=at(DAY)),
            check=lambda: "" if Agreement.objects.filter(order_uid=order.uid).count() == 1 else UNKEPT,
        )

    return begin


def one_day(busy: Company, threads: int) -> Callable[[], Round]:
    """Each approves another order, and the approver's day has room for one of them."""
    ApprovalLimit.objects.for_business(busy.business).update(amount_cents=30_000, daily_cents=50_000)
    days = count()

    def begin() -> Round:
        orders = [submitted(busy, monthly()) for _ in range(threads)]
        day = at(DAY) + timedelta(days=next(days))
        given = OrderApproval.objects.filter(order__in=orders)
        return Round(
            act=lambda number: services.approve_order(order=orders[number], by=busy.approving, at=day),
            check=lambda: "" if given.count() == 1 else UNKEPT,
        )

    return begin


def edit_and_approve(busy: Company, threads: int) -> Callable[[], Round]:
    """Half edit and half approve the version that everybody saw: what is approved is what was seen."""

    def begin() -> Round:
        order = submitted(busy, monthly())
        seen = order.version, order.terms_sha256

        def act(number: int) -> object:
            if number % 2:
                changes = UpdateOrder(term_months=7)
                return services.update_order(
                    order=order, changes=changes, by=busy.drafting, at=at(DAY), seen_version=seen[0]
                )
            return services.approve_order(
                order=order, by=busy.approving, at=at(DAY), seen_version=seen[0], seen_sha256=seen[1]
            )

        def check() -> str:
            stored = Order.objects.get(pk=order.pk)
            is_seen = stored.terms_sha256 == seen[1] and stored.agreement is not None
            return "" if stored.version == seen[0] + 1 and (is_seen or stored.approved_at is None) else UNKEPT

        return Round(act=act, check=check)

    return begin


def one_key(busy: Company, threads: int) -> Callable[[], Round]:
    """One Idempotency-Key for all: one order; the others are told to wait, or get the same bytes again."""
    api, keys = DayZero(busy), count(1)
    sent = {"customer_id": api.customer_id, "lines": [day_zero_line()]}

    def begin() -> Round:
        key, before = f"key-{next(keys)}", Order.objects.count()
        return Round(
            act=lambda _: api.post("/orders", sent, Idempotency_Key=key),
            check=lambda: "" if Order.objects.count() == before + 1 else UNKEPT,
        )

    return begin


def one_order_number(busy: Company, threads: int) -> Callable[[], Round]:
    """One order_number for all at VU's door: one order."""
    stocked(busy)
    api, numbers = Factory(busy), count(1)

    def begin() -> Round:
        number = f"ord-{next(numbers)}"
        return Round(
            act=lambda _: api.post("/orders", factory_order(order_number=number)),
            check=lambda: "" if Order.objects.filter(reference=number).count() == 1 else UNKEPT,
        )

    return begin


def one_phone(busy: Company, threads: int) -> Callable[[], Round]:
    """Everybody orders at bitbybit's door under one new phone number: an order each, one customer for all."""
    api, numbers = Shop(busy), count(1)
    variant = api.variant()

    def begin() -> Round:
        phone, before = f"+62811{next(numbers):07d}", Customer.objects.count()
        body = api.order(variant=variant, customer={"firstName": "A", "lastName": "B", "phone": phone})
        del body["customerId"]
        return Round(
            act=lambda _: api.post("/orders", body),
            check=lambda: "" if Customer.objects.count() == before + 1 else "There is more than one customer.",
            all_win=True,
        )

    return begin


class Carts:
    """Carts at Commerce Layer's door that only wait to be placed, several rivals for each; a placed one is replaced."""

    def __init__(self, busy: Company, *, coupon: str | None = None) -> None:
        self._shop, self._coupon = store(busy, in_stock=10**6), coupon
        self._api = Store(busy, market=1234)
        self._carts = [self._complete() for _ in range(CARTS)]
        self._placed: list[int] = []

    def refill(self) -> None:
        while self._placed:
            self._carts[self._placed.pop()] = self._complete()

    def place(self, rival: int) -> object:
        number = rival % CARTS
        answer = self._api.try_to(self._carts[number], {"_place": 1})
        if answer.status_code == 200:
            self._placed.append(number)
        return answer

    def _complete(self) -> object:
        return self._api.complete(self._shop, quantity=1, coupon=self._coupon)


def last_coupon(busy: Company, threads: int) -> Callable[[], Round]:
    """Carts want the last use of a coupon, and several rivals each of them: one is placed, once."""
    carts = Carts(busy, coupon=COUPON)

    def begin() -> Round:
        Discount.objects.update(usage_limit=None)
        carts.refill()
        used = Discount.objects.get().usage_count
        Discount.objects.update(usage_limit=used + 1)
        return Round(
            act=carts.place,
            check=lambda: "" if Discount.objects.get().usage_count == used + 1 else UNKEPT,
        )

    return begin


def last_piece(busy: Company, threads: int) -> Callable[[], Round]:
    """Carts want the last piece in stock, and several rivals each of them: one is placed, once."""
    carts = Carts(busy)

    def begin() -> Round:
        Stock.objects.update(quantity=10**6)
        carts.refill()
        Stock.objects.update(quantity=1)
        return Round(act=carts.place, check=lambda: "" if Stock.objects.get().quantity == 0 else UNKEPT)

    return begin


def double_return(busy: Company, threads: int) -> Callable[[], Round]:
    """Everybody returns one line at Adobe's door: it comes back once."""
    programme.open_programme(busy)
    programme.customer(busy)
    api = Partner(busy)

    def begin() -> Round:
        order = api.completed("NEW", licence_line(TEAM, 3))
        before = LicenceOrder.objects.count()
        return Round(
            act=lambda _: api.order("RETURN", licence_line(TEAM, 3), referenceOrderId=order["orderId"]),
            check=lambda: "" if LicenceOrder.objects.count() == before + 1 else UNKEPT,
        )

    return begin


def numbers_under_rollbacks(busy: Company, threads: int) -> Callable[[], Round]:
    """Everybody issues a document and every third takes it back: the numbers that stand are 1 to n, without a gap."""
    agreements = []
    for _ in range(threads):
        order = approved(busy, monthly(), term_months=None, start="2026-01-31")
        agreements.append(order.agreement)
    drafts: dict[int, list[Invoice]] = {}
    days = count(1)

    def begin() -> Round:
        number = next(days)
        month = date(2026 + number // 12, number % 12 + 1, 28)
        for rival, agreement in enumerate(agreements):
            assert agreement is not None
            # Whoever took theirs back has it still.
            if rival not in drafts or rival % 3:
                drafts[rival] = billing_services.draft_due_invoices(
                    agreement=agreement, as_of=month, by=busy.billing, at=at(month.isoformat())
                )

        def act(rival: int) -> object:
            gives_up = rival % 3 == 0
            with transaction.atomic():
                for invoice in drafts[rival]:
                    billing_services.issue_invoice(invoice=invoice, by=busy.billing, at=at(month.isoformat()))
                transaction.set_rollback(gives_up)
            return REFUSED if gives_up else drafts[rival]

        return Round(act=act, check=_gap, winners=None)

    return begin


def _gap() -> str:
    numbers = list(Invoice.objects.exclude(number=None).order_by("number").values_list("number", flat=True))
    return "" if numbers == list(range(1, len(numbers) + 1)) else "The numbers are not 1 to n."


def billing_runs(busy: Company, threads: int) -> Callable[[], Round]:
    """Billing runs of one day at once: every period of every line once, nothing due left, none in another's way."""
    for _ in range(2 * threads):
        approved(busy, monthly(), term_months=None, start="2026-01-31")
    months = count(1)

    def begin() -> Round:
        number = next(months)
        day = date(2026 + number // 12, number % 12 + 1, 28)

        def check() -> str:
            billed = Charge.objects.values("agreement_line", "period").distinct().count()
            is_once = billed == Charge.objects.count() == Invoice.objects.count()
            is_all = not Agreement.objects.filter(next_due_date__lte=day).exists()
            return _gap() or ("" if is_once and is_all else UNKEPT)

        def act(_: int) -> object:
            moment = at(day.isoformat())
            summary = billing_services.run_billing(business=busy.business, as_of=day, by=busy.billing, at=moment)
            if summary.parked:
                raise AssertionError(f"{len(summary.parked)} agreements stood in the way of another run")
            return summary

        return Round(
            act=act,
            check=check,
            all_win=True,
        )

    return begin


def one_payment(busy: Company, threads: int) -> Callable[[], Round]:
    """Everybody books the whole of one invoice: it is paid once."""

    def begin() -> Round:
        agreement = approved(busy, monthly(), term_months=1).agreement
        assert agreement is not None
        (drafted,) = billing_services.draft_execution_invoice(agreement=agreement, by=busy.billing, at=at("2026-01-31"))
        invoice = billing_services.issue_invoice(invoice=drafted, by=busy.billing, at=at("2026-01-31"))

        def act(_: int) -> object:
            return billing_services.record_payment(
                invoice=invoice,
                amount_cents=invoice.total_cents,
                received_date=date(2026, 2, 10),
                method=Method.BANK_TRANSFER,
                by=busy.billing,
                at=at("2026-02-10"),
            )

        def check() -> str:
            stored = Invoice.objects.get(pk=invoice.pk)
            is_paid = (stored.status, stored.amount_paid_cents) == ("paid", stored.total_cents)
            return "" if is_paid and stored.payments.count() == 1 else UNKEPT

        return Round(act=act, check=check)

    return begin


RACES = {
    course.__name__: course
    for course in (
        approve_and_approve,
        one_day,
        edit_and_approve,
        one_key,
        one_order_number,
        one_phone,
        last_coupon,
        last_piece,
        double_return,
        numbers_under_rollbacks,
        billing_runs,
        one_payment,
    )
}
