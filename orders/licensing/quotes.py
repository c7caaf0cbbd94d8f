"""What an order would be: its lines at the offers, terms and prices that hold; nothing is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from catalog import offer_queries
from catalog.models import Discount, DiscountKind, LicenceOffer
from catalog.offer_queries import Prices
from customers import currencies
from customers.models import Address
from orders.licensing import limits, prices
from orders.licensing.prices import Priced, Reduction
from orders.licensing.refusals import LicensingRefused, Refusal, refuse_any
from orders.licensing.requests import LineRequest, OrderRequest
from orders.licensing.vocabulary import LicenceOrderType
from orders.models import LicenceAccount, Subscription


@dataclass(frozen=True, kw_only=True, slots=True)
class QuotedLine:
    """A line as it would be stored; `renews` is False for a product that is no longer sold."""

    asked: LineRequest
    offer: LicenceOffer
    quantity: int
    days: int = prices.DAYS_OF_A_TERM
    currency: str = ""
    deployment: Address | None = None
    subscription: Subscription | None = None
    high_volume: Discount | None = None
    flex: Discount | None = None
    priced: Priced | None = None
    renews: bool = True

    @property
    def discount_code(self) -> str:
        """The high-volume code that applies."""
        return self.high_volume.code if self.high_volume else self.asked.discount_code

    @property
    def number(self) -> int:
        """The line's number in the order."""
        return self.asked.number

    def country(self, account: LicenceAccount) -> str:
        """Where it is bought for: the deployment's country, else the customer's."""
        return str(self.deployment.country) if self.deployment else account.country


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """The lines of an order to be, and the currency of the whole."""

    lines: tuple[QuotedLine, ...]
    currency: str


def pacific(at: datetime) -> date:
    """The day by which prices change."""
    return at.astimezone(ZoneInfo(limits.PRICE_ZONE)).date()


def deployments(*, account: LicenceAccount, request: OrderRequest) -> dict[str, Address]:
    """The deployments that the lines name, by their ids; unknown ones are absent."""
    wanted = {line.deployment for line in request.lines if line.deployment}
    if not wanted:
        return {}
    rows = Address.objects.for_business(account.business).filter(customer=account.customer_id, reference__in=wanted)
    return {row.reference: row for row in rows}


def with_currencies(
    *,
    lines: list[QuotedLine],
    account: LicenceAccount,
    request: OrderRequest,
    at: datetime,
    known: Prices | None = None,
) -> Quote:
    """The lines with their currencies and prices, which are looked up unless they are known.

    An order-level code and those of the lines agree. An order is billed in one currency; only the preview of a renewal
    may show several, and then the whole has none.
    """
    named = list(dict.fromkeys(line.asked.currency for line in lines if line.asked.currency))
    _check_currencies(lines, named, request)
    known = known or offer_queries.prices(
        business=account.business,
        scheme=limits.PRICE_SCHEME,
        items={line.offer.item_id for line in lines},
        on=pacific(at),
    )
    currency = request.currency or (named[0] if named else _home_currency(known, account))
    lines = [replace(line, currency=line.asked.currency or currency) for line in lines]
    priced = _priced(lines, account, known)
    return Quote(lines=tuple(priced), currency=currency if len(named) <= 1 else "")


def _check_currencies(lines: Sequence[QuotedLine], named: Sequence[str], request: OrderRequest) -> None:
    """Refuse what lines and order say of currencies where they do not agree, or are more than one without need."""
    if request.currency and len(named) > 1:
        raise LicensingRefused(Refusal.CURRENCY_TWICE)
    if request.currency:
        refuse_any(
            Refusal.CURRENCY_NOT_ALIGNED,
            (line.number for line in lines if line.asked.currency not in ("", request.currency)),
        )
    if len(named) > 1 and request.with_prices:
        raise LicensingRefused(Refusal.SEVERAL_CURRENCIES_PRICED)
    if len(named) > 1 and not (request.is_preview and request.order_type == LicenceOrderType.RENEWAL):
        refuse_any(Refusal.CURRENCY_NOT_ALIGNED, (line.number for line in lines if line.asked.currency != named[0]))


def _home_currency(known: Prices, account: LicenceAccount) -> str:
    """The currency in which the customer's country is sold to, where nothing else is said."""
    here = [row for row in known.lists if not row.countries or account.country in row.countries]
    return next((row.currency for row in here), account.business.currency)


def _priced(lines: list[QuotedLine], account: LicenceAccount, known: Prices) -> list[QuotedLine]:
    amounts: dict[int, int] = {}
    wrong_offer: list[int] = []
    wrong_region: list[int] = []
    for line in lines:
        country, segment = line.country(account), account.market_segment
        lists = known.lists_for(country=country, market_segment=segment, currency=line.currency)
        amount = known.amount(lists=lists, item_id=line.offer.item_id)
        if amount is not None:
            amounts[line.number] = amount
        else:
            (wrong_offer if lists else wrong_region).append(line.number)
    refuse_any(Refusal.CURRENCY_NOT_FOR_OFFER, wrong_offer)
    refuse_any(Refusal.CURRENCY_NOT_FOR_REGION, wrong_region)
    return [_at_price(line, account, amounts[line.number]) for line in lines]


def _at_price(line: QuotedLine, account: LicenceAccount, unit_price_cents: int) -> QuotedLine:
    reduction = reduction_of(line.flex or line.high_volume, country=line.country(account), currency=line.currency)
    return replace(
        line,
        priced=prices.price(
            unit_price_cents=unit_price_cents,
            quantity=line.quantity,
            days=line.days,
            exponent=currencies.EXPONENTS[line.currency],
            reduction=reduction or Reduction(),
        ),
    )


def reduction_of(discount: Discount | None, *, country: str, currency: str) -> Reduction | None:
    """What a discount takes off here; None where it says nothing of this country and currency."""
    if discount is None:
        return None
    if discount.kind == DiscountKind.PERCENTAGE:
        return Reduction(percent=discount.percent or Reduction().percent)
    values: Mapping[tuple[str, str], int] = {
        (value.country, value.currency): value.amount_cents for value in discount.values.all()
    }
    amount = values.get((country, currency), values.get(("", currency)))
    return None if amount is None else Reduction(amount_cents=amount)
