"""Placing an order of the programme: checked, priced, stored and submitted, or previewed and forgotten."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from customers import in_memory
from customers import queries as customer_queries
from customers.actors import Actor
from customers.models import Business
from orders import licence_sql, replay
from orders.commands import CreateOrder, ItemRef, LineSpec, Origin
from orders.licensing import buying, limits, programmes, queries, quotes, renewing, returning, terms
from orders.licensing.quotes import Quote, QuotedLine
from orders.licensing.refusals import LicensingRefused, Refusal
from orders.licensing.requests import OrderRequest
from orders.licensing.vocabulary import LicenceOrderType, Source
from orders.models import LicenceAccount, LicenceLine, LicenceOrder, Order
from orders.services import creating
from orders.services.creating import Draft


def preview_order(*, account: LicenceAccount, request: OrderRequest, at: datetime) -> Quote:
    """What an order would be, at the best offers there are. Raises LicensingRefused where the order would be."""
    programme = programmes.programme_of(business=account.business)
    programmes.check_sale(account=account, programme=programme)
    if request.order_type == LicenceOrderType.RENEWAL:
        return renewing.preview(account=account, programme=programme, request=request, at=at)
    return buying.quote(account=account, programme=programme, request=request, at=at)


def draft_new(
    *,
    business: Business,
    code: str,
    request: OrderRequest,
    by: Actor,
    at: datetime,
    asked_by: replay.KeyedRequest | None = None,
) -> Draft:
    """A NEW order of the customer with this number, not yet stored, of what one statement finds.

    Raises NotAtOnce for anything but a NEW order of somebody who is known, and what place_order raises.
    """
    is_new = request.order_type == LicenceOrderType.NEW and not request.is_preview
    if not (is_new and queries.CODE.fullmatch(code)):
        raise creating.NotAtOnce
    today = customer_queries.today(business=business, at=at)
    offers = {line.offer for line in request.lines}
    found = licence_sql.find(business=business, code=code, offers=offers, today=today, priced_on=quotes.pacific(at))
    if found is None:
        raise creating.NotAtOnce
    account, programme = found.account, found.programme
    programmes.check_placement(programme=programme)
    programmes.check_sale(account=account, programme=programme)
    quote = buying.quote(account=account, programme=programme, request=request, at=at, shelf=found.shelf)
    return _drafted(
        LicenceOrder(id=found.licence_id, account=account, order_type=request.order_type, source=Source.API),
        request=request,
        quote=quote,
        start=today,
        by=by,
        at=at,
        asked_by=asked_by,
    )


@transaction.atomic
def place_order(*, account: LicenceAccount, request: OrderRequest, by: Actor, at: datetime) -> Order:
    """Store an order that waits for its completion. Raises LicensingRefused, and what create_order raises."""
    today = customer_queries.today(business=account.business, at=at)
    programme = programmes.programme_of(business=account.business)
    programmes.check_placement(programme=programme)
    if request.order_type != LicenceOrderType.RETURN:
        programmes.check_sale(account=account, programme=programme)
    match request.order_type:
        case LicenceOrderType.NEW:
            quote = buying.quote(account=account, programme=programme, request=request, at=at)
            return store(account=account, request=request, quote=quote, start=today, by=by, at=at)
        case LicenceOrderType.RENEWAL:
            quote = renewing.late(account=account, programme=programme, request=request, at=at)
            start = min((line.subscription.renewal_date for line in quote.lines if line.subscription), default=today)
            return store(account=account, request=request, quote=quote, start=start, by=by, at=at)
        case LicenceOrderType.RETURN:
            quote, bought, lines = returning.quote(account=account, request=request, at=at)
            order = store(account=account, request=request, quote=quote, start=today, by=by, at=at, original=bought)
            _claim(order, quote, lines)
            return order


def store(
    *,
    account: LicenceAccount,
    request: OrderRequest,
    quote: Quote,
    start: date,
    by: Actor,
    at: datetime,
    original: LicenceOrder | None = None,
    source: Source = Source.API,
) -> Order:
    """The order of a quote, submitted, with what the programme says of it: its `licence`, and the `lines` of that."""
    licence = LicenceOrder(
        id=licence_sql.next_id(), account=account, order_type=request.order_type, source=source, original=original
    )
    draft = _drafted(licence, request=request, quote=quote, start=start, by=by, at=at)
    draft.store()
    return draft.order


def _drafted(
    licence: LicenceOrder,
    *,
    request: OrderRequest,
    quote: Quote,
    start: date,
    by: Actor,
    at: datetime,
    asked_by: replay.KeyedRequest | None = None,
) -> Draft:
    """The submitted order of a licence that has an id, with its lines, not yet stored."""
    account, original = licence.account, licence.original
    until = terms.coterm(account, today=start) if request.order_type == LicenceOrderType.NEW else None
    command = CreateOrder(
        origin=Origin.ADOBE,
        customer=str(account.customer.uid),
        order_description=_words(request.order_type, original),
        order_start_date=start,
        term_months=terms.months_left(until, start=start),
        currency=quote.currency,
        lines=tuple(map(_spec, quote.lines)),
        reference=request.reference,
    )
    draft = creating.draft_order(business=account.business, command=command, by=by, at=at, asked_by=asked_by)
    draft = creating.submit_draft(draft=draft, by=by, at=at)
    licence.business, licence.order, licence.sent_currency = account.business, draft.order, request.currency
    rows = [_licence_line(licence, row.pk, line) for row, line in zip(draft.lines, quote.lines, strict=True)]
    creating.read_ahead(licence, lines=rows)
    return replace(draft, beside=[licence, *rows])


def _words(order_type: LicenceOrderType, original: LicenceOrder | None) -> str:
    return f"Return of {original.order.number}" if original else f"Licences, {order_type.lower()}"


def _spec(line: QuotedLine) -> LineSpec:
    """A flat line with the amount of the programme's own arithmetic; a line that comes back bills nothing."""
    days = f", {line.days} of 365 days" if line.priced and line.days < 365 else ""
    return LineSpec(
        item=ItemRef(scheme=limits.ITEM_SCHEME, code=line.offer.code),
        description=f"{line.offer.item.name} ({line.offer.code}){days}",
        qty=Decimal(line.quantity),
        unit_price_cents=int(line.priced.partner) if line.priced else 0,
        fixed_amount_cents=line.priced.line_cents if line.priced else 0,
        reference=str(line.number),
    )


def _licence_line(licence: LicenceOrder, line_id: int, line: QuotedLine) -> LicenceLine:
    related = {
        "business": licence.business,
        "licence_order": licence,
        "offer": line.offer,
        "deployment": line.deployment,
        "subscription": line.subscription,
    }
    return in_memory.new(
        LicenceLine,
        related,
        line_id=line_id,
        number=line.number,
        quantity=line.quantity,
        discount_code=line.discount_code,
        flex_discounts=[{"id": str(line.flex.uid), "code": line.flex.code}] if line.flex else [],
        prorated_days=line.days,
    )


def _claim(order: Order, quote: Quote, bought: Mapping[int, LicenceLine]) -> None:
    """Mark the returned lines as taken, or refuse: who waited for another return finds them gone."""
    taken = [bought[line.number].pk for line in quote.lines]
    rows = LicenceLine.objects.for_business(order.business).filter(pk__in=taken, returned_by=None)
    claimed = rows.update(returned_by=LicenceOrder.objects.for_business(order.business).get(order=order))
    if claimed != len(taken):
        raise LicensingRefused(Refusal.RETURNED_ALREADY, lines=[(line.number, "") for line in quote.lines])
