"""The verbs of an issued invoice: payments, their reversal, writing off and voiding, for those who bill."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.http import QueryDict

from billing import services
from billing.models import Invoice, Method, Payment
from customers.actors import Actor
from customers.admin import amounts
from customers.admin.verbs import Refused, Verb, reason


def pay(invoice: Invoice, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.record_payment(
        invoice=invoice,
        amount_cents=_cents(posted.get("amount", ""), invoice.currency),
        received_date=_day(posted.get("received_date", "")),
        method=_method(posted.get("method", "")),
        reference=posted.get("reference", "").replace("\0", "").strip()[:100],
        allow_overpayment="allow_overpayment" in posted,
        seen_paid_cents=_seen(posted.get("seen_paid_cents", "")),
        by=by,
        at=at,
    )


def reverse_payment(invoice: Invoice, posted: QueryDict, by: Actor, at: datetime) -> None:
    given = posted.get("payment", "")
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        raise Refused("Choose the payment to reverse.")
    payment = Payment.objects.for_business(invoice.business).filter(invoice=invoice, pk=int(given)).first()
    if payment is None:
        raise Refused("This invoice has no such payment.")
    services.reverse_payment(payment=payment, reason=reason(posted), by=by, at=at)


def write_off(invoice: Invoice, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.write_off(invoice=invoice, reason=reason(posted), by=by, at=at)


def void(invoice: Invoice, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.void_invoice(invoice=invoice, reason=reason(posted), by=by, at=at)


VERBS = (
    Verb(slug="pay", call=pay, done="Recorded: the payment is on the invoice."),
    Verb(slug="reverse_payment", call=reverse_payment, done="Reversed: the amount is open again."),
    Verb(slug="write_off", call=write_off, done="Written off: a payment would take that back."),
    Verb(slug="void", call=void, done="Void: the number stays used, and the charges are due again."),
)


def _cents(text: str, currency: str) -> int:
    try:
        return amounts.to_cents(text=text, currency=currency)
    except ValidationError as refused:
        raise Refused(" ".join(refused.messages)) from refused


def _seen(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 17 else None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as refused:
        raise Refused("Say on which day the money came, like 2027-01-31.") from refused


def _method(text: str) -> Method:
    if text not in Method.values:
        raise Refused("Say how the money came.")
    return Method(text)
