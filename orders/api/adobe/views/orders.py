"""Orders: place, preview, return, renew, look up, and give a reference."""

from collections.abc import Mapping
from typing import Any

from customers.permissions import Permission
from orders import services
from orders.api.adobe import answers, bodies, filters, queries_in, serializers
from orders.api.adobe.door import CREATED, LARGEST_PAGE, AdobeViewSet, existing
from orders.api.adobe.vocabulary import PLACED, PREVIEWS, OrderType
from orders.api.endpoint import Endpoint, Values
from orders.licensing import placing, queries
from orders.licensing.refusals import Refusal
from orders.licensing.requests import LineRequest, OrderRequest


class OrderViews(AdobeViewSet):
    """The orders of one customer."""

    @Endpoint(
        permission=Permission.SUBMIT,
        body=serializers.OrderInput(),
        answer=answers.OrderBody(),
        status=CREATED,
        message="Order created",
        is_draft=True,
    )
    def create(self, values: Values, customer_id: str) -> object:
        """Place an order, or preview one. `fetch-price=true` adds prices to a preview."""
        order_type = OrderType(values["orderType"])
        request = requested(values, with_prices=self.request.query_params.get("fetch-price") == "true")
        if self.is_at_once:
            return placing.draft_new(
                business=self.business,
                code=customer_id,
                request=request,
                by=self.actor,
                at=self.now,
                asked_by=self.asked_by,
            )
        if order_type in PREVIEWS:
            quote = placing.preview_order(account=self.account, request=request, at=self.now)
            body = bodies.preview(
                quote, request=request, order_type=order_type, customer_id=self.account.code, at=self.now
            )
            growing = bodies.eligible_offers(quote) if order_type == OrderType.PREVIEW_RENEWAL else []
            return {**body, "eligibleOffers": growing} if growing else body
        placed = placing.place_order(account=self.account, request=request, by=self.actor, at=self.now)
        return bodies.order(placed.licence)

    def shown(self, draft: Any) -> object:
        """A new order, as it is stored."""
        return bodies.order(draft.shown().licence)

    @Endpoint(
        permission=Permission.READ,
        query=queries_in.HistoryQuery(),
        answer=answers.OrderPage(),
        message="Order history",
    )
    def list(self, values: Values, customer_id: str) -> object:
        """The orders of the current term, newest first, unless another period is asked for."""
        rows = filters.orders(
            queries.orders(account=self.account),
            values=values,
            offers=self.request.query_params.getlist("offer-id"),
            coterm_date=self.account.coterm_date,
            now=self.now,
        )
        path = f"/v3/customers/{self.account.code}/orders"
        return self.page(rows.order_by("-id"), values, most=LARGEST_PAGE, path=path, name="items", show=bodies.order)

    @Endpoint(permission=Permission.READ, answer=answers.OrderBody(), message="Order")
    def retrieve(self, values: Values, customer_id: str, order_id: str) -> object:
        """One order of the customer."""
        return bodies.order(self._order(order_id))

    @Endpoint(
        permission=Permission.DRAFT,
        body=serializers.OrderPatch(),
        answer=answers.OrderBody(),
        message="Order updated",
    )
    def partial_update(self, values: Values, customer_id: str, order_id: str) -> object:
        """Change the client's own reference, and nothing else."""
        found = self._order(order_id)
        reference = values["externalReferenceId"]
        services.annotate_order(order=found.order, reference=reference, by=self.actor, at=self.now)
        return bodies.order(self._order(order_id), with_links=False)

    def _order(self, order_id: str) -> Any:
        return existing(queries.order_by_code(account=self.account, code=order_id), Refusal.UNKNOWN_ORDER)


def requested(values: Values, *, with_prices: bool) -> OrderRequest:
    """The order that a validated body asks for."""
    order_type = OrderType(values["orderType"])
    return OrderRequest(
        order_type=PLACED[order_type],
        is_preview=order_type in PREVIEWS,
        with_prices=with_prices and order_type in PREVIEWS,
        reference=values.get("externalReferenceId", ""),
        currency=values.get("currencyCode", ""),
        original=values.get("referenceOrderId", ""),
        lines=tuple(map(_line, values.get("lineItems", ()))),
    )


def _line(line: Mapping[str, Any]) -> LineRequest:
    return LineRequest(
        number=line["extLineItemNumber"],
        offer=line.get("offerId", ""),
        quantity=line.get("quantity"),
        subscription=line.get("subscriptionId", ""),
        currency=line.get("currencyCode", ""),
        deployment=line.get("deploymentId", ""),
        discount_code=line.get("discountCode", ""),
        flex_codes=tuple(line.get("flexDiscountCodes", ())),
    )
