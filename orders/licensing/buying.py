"""NEW and its preview: the offers that a customer may buy, at the level it has reached."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from catalog import offer_queries
from catalog.models import Discount
from catalog.offer_queries import Prices
from customers import queries as customer_queries
from orders.licensing import admission, eligibility, limits, programmes, quotes, shelves, terms
from orders.licensing.eligibility import Eligible
from orders.licensing.quotes import Quote, QuotedLine
from orders.licensing.refusals import Ineligible, Refusal, refuse_any
from orders.licensing.requests import OrderRequest
from orders.licensing.shelves import Shelf
from orders.licensing.vocabulary import HIGH_VOLUME_TAG
from orders.models import LicenceAccount, LicenceProgramme


def quote(
    *,
    account: LicenceAccount,
    programme: LicenceProgramme,
    request: OrderRequest,
    at: datetime,
    shelf: Shelf | None = None,
) -> Quote:
    """The lines of a NEW order, or of its preview at the best level. Raises LicensingRefused.

    Without a shelf it is looked up; one with prices is for an order only.
    """
    today = customer_queries.today(business=account.business, at=at)
    shelf = shelf or shelves.of(account=account, request=request, on=today)
    lines = _at_levels(_offered(account, request, shelf, today), account, request, today)
    known = quotes.deployments(account=account, request=request)
    days = terms.days_left(terms.coterm(account, today=today), today=today)
    lines = [replace(line, days=days, deployment=known.get(line.asked.deployment)) for line in lines]
    priced = quotes.with_currencies(lines=lines, account=account, request=request, at=at, known=shelf.prices)
    _check_deployments(account, programme, priced.lines)
    return _discounted(priced, account, request, at, shelf.prices)


def _offered(account: LicenceAccount, request: OrderRequest, shelf: Shelf, today: date) -> list[QuotedLine]:
    """The lines with the offers they name, which exist, are sold today and fit the customer."""
    known = shelf.offers
    refuse_any(
        Refusal.QUANTITY_OUT_OF_RANGE,
        (
            line.number
            for line in request.lines
            if line.offer in known and not 1 <= (line.quantity or 0) <= known[line.offer].most_per_line
        ),
    )
    refuse_any(Refusal.UNKNOWN_OFFER, (line.number for line in request.lines if line.offer not in known))
    refuse_any(Refusal.NOT_ELIGIBLE, admission.ineligible(account=account, lines=request.lines, shelf=shelf, on=today))
    return [QuotedLine(asked=line, offer=known[line.offer], quantity=line.quantity or 0) for line in request.lines]


def _at_levels(
    lines: list[QuotedLine], account: LicenceAccount, request: OrderRequest, today: date
) -> list[QuotedLine]:
    """A preview takes the best level reached; an order is refused what is better, and given what is worse."""
    eligible = eligibility.reached(account=account, bought=((line.offer, line.quantity) for line in lines), on=today)
    if request.is_preview:
        return at_best_level(lines=lines, account=account, eligible=eligible, today=today)
    refuse_any(
        Refusal.NOT_ELIGIBLE, ((line.number, Ineligible.CUSTOMER) for line in lines if not eligible.allows(line.offer))
    )
    return lines


def at_best_level(
    *, lines: list[QuotedLine], account: LicenceAccount, eligible: Eligible, today: date
) -> list[QuotedLine]:
    """The lines with the best offers of their products that the customer may buy. Raises LicensingRefused."""
    levels = offer_queries.offers_by_base(
        business=account.business, base_codes=(line.offer.base_code for line in lines), on=today
    )
    best = {
        base: eligible.best([offer for offer in known if offer.market_segment in ("", account.market_segment)])
        for base, known in levels.items()
    }
    missing = [line.number for line in lines if line.renews and best.get(line.offer.base_code) is None]
    refuse_any(Refusal.NOT_ELIGIBLE, ((number, Ineligible.CUSTOMER) for number in missing))
    return [replace(line, offer=best.get(line.offer.base_code) or line.offer) for line in lines]


def _check_deployments(account: LicenceAccount, programme: LicenceProgramme, lines: Sequence[QuotedLine]) -> None:
    """Refuse deployments where the partner or the customer is at home only, unknown ones, and closed ones."""
    named = [line for line in lines if line.asked.deployment]
    if not named:
        return
    programmes.check_global_sales(account=account, programme=programme)
    refuse_any(Refusal.UNKNOWN_DEPLOYMENT, (line.number for line in named if line.deployment is None))
    refuse_any(
        Refusal.DEPLOYMENT_NOT_ALLOWED,
        (line.number for line in named if line.deployment and line.deployment.attributes.get("is_closed")),
    )


def _discounted(
    quote: Quote, account: LicenceAccount, request: OrderRequest, at: datetime, known: Prices | None
) -> Quote:
    high_volume = _high_volume(quote, account, request, at)
    flex = _flex(quote, account, at)
    lines = [replace(line, high_volume=high_volume, flex=flex.get(line.number)) for line in quote.lines]
    if high_volume is None and not flex:
        return quote
    return quotes.with_currencies(lines=lines, account=account, request=request, at=at, known=known)


def _high_volume(quote: Quote, account: LicenceAccount, request: OrderRequest, at: datetime) -> Discount | None:
    """A migrated customer's own code, which its orders must name; a preview corrects it."""
    own = account.high_volume_code if HIGH_VOLUME_TAG in account.tags else ""
    wrong = [line.number for line in quote.lines if line.asked.discount_code != own]
    if not request.is_preview or not own:
        refuse_any(Refusal.WRONG_HIGH_VOLUME_CODE, wrong)
    if not own:
        return None
    found = offer_queries.discounts(business=account.business, scheme=limits.HIGH_VOLUME_SCHEME)
    return found.filter(offer_queries.active(at=at), code=own).first()


def _flex(quote: Quote, account: LicenceAccount, at: datetime) -> dict[int, Discount]:
    """The flexible discount of each line that names one; one bad code refuses the whole order."""
    asked = [line for line in quote.lines if line.asked.flex_codes]
    if not asked:
        return {}
    refuse_any(Refusal.SEVERAL_FLEX_CODES, (line.number for line in asked if len(line.asked.flex_codes) > 1))
    codes = {line.number: line.asked.flex_codes[0] for line in asked}
    rows = offer_queries.discounts(business=account.business, scheme=limits.FLEX_SCHEME).filter(code__in=codes.values())
    known = {row.code: row for row in rows}
    refuse_any(
        Refusal.UNKNOWN_FLEX_CODE,
        ((number, "NOT_FOUND") for number, code in codes.items() if code not in known),
    )
    running = set(rows.filter(offer_queries.active(at=at)).values_list("code", flat=True))
    refuse_any(
        Refusal.UNKNOWN_FLEX_CODE, ((number, "EXPIRED") for number, code in codes.items() if code not in running)
    )
    refuse_any(
        Refusal.FLEX_ON_OTHER_PRODUCT,
        (
            line.number
            for line in asked
            if not (line.offer.is_base_product and _is_for(known[codes[line.number]], line))
        ),
    )
    refuse_any(Refusal.FLEX_NOT_COMBINABLE, (line.number for line in asked if line.asked.discount_code))
    refuse_any(
        Refusal.FLEX_NOT_QUALIFIED,
        (line.number for line in asked if not _qualifies(known[codes[line.number]], account, line)),
    )
    return {number: known[code] for number, code in codes.items()}


def _is_for(discount: Discount, line: QuotedLine) -> bool:
    """Without products of its own a discount is for all base products."""
    products = {item.offer.base_code for item in discount.items.all() if hasattr(item, "offer")}
    return not products or line.offer.base_code in products


def _qualifies(discount: Discount, account: LicenceAccount, line: QuotedLine) -> bool:
    segment = discount.attributes.get("market_segment", "")
    is_here = quotes.reduction_of(discount, country=line.country(account), currency=line.currency) is not None
    return is_here and segment in ("", account.market_segment)
