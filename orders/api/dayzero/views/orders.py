"""Orders: draft, change, send, sign, countersign, cancel."""

from functools import partial
from http import HTTPStatus

from customers.permissions import Permission
from orders import queries, services
from orders.api.dayzero import answers, filters, page_queries, serializers, translate
from orders.api.dayzero.door import ORIGINS, DayZeroViewSet, existing, listed
from orders.api.dayzero.filters import narrowed
from orders.api.endpoint import Endpoint, Values

ORDER = answers.OrderBody()
order_by_uid = partial(queries.order_by_uid, origins=ORIGINS)


class OrderViews(DayZeroViewSet):
    """One order at a time, always the caller's business's."""

    @Endpoint(
        permission=Permission.READ,
        query=page_queries.OrderQuery(),
        answer=ORDER,
        code="ORDERS_RETRIEVED",
        message="Orders retrieved successfully",
    )
    def list(self, values: Values) -> object:
        rows = queries.orders(business=self.business, origins=ORIGINS)
        found = narrowed(
            rows=filters.of_customer(rows=rows, business=self.business, values=values), by=filters.Orders, values=values
        )
        return listed(rows=found, values=values)

    @Endpoint(permission=Permission.READ, answer=ORDER, code="ORDER_RETRIEVED", message="Order retrieved successfully")
    def retrieve(self, values: Values, order_id: str) -> object:
        return existing(order_by_uid(business=self.business, uid=order_id))

    @Endpoint(
        permission=Permission.DRAFT,
        body=serializers.OrderCreate(),
        answer=ORDER,
        status=HTTPStatus.CREATED,
        code="ORDER_CREATED",
        message="Order created successfully",
        is_draft=True,
    )
    def create(self, values: Values) -> object:
        """Create a new draft order with per-line billing rules."""
        command = translate.create_order(values)
        return services.draft_order(
            business=self.business, command=command, by=self.actor, at=self.now, asked_by=self.asked_by
        )

    @Endpoint(
        permission=Permission.DRAFT,
        body=serializers.OrderUpdate(),
        answer=ORDER,
        code="ORDER_UPDATED",
        message="Order updated successfully",
    )
    def update(self, values: Values, order_id: str) -> object:
        """Change a draft or sent order. An absent field keeps its value, null clears it, `lines` replaces all lines."""
        order = services.update_order(
            order=existing(order_by_uid(business=self.business, uid=order_id)),
            changes=translate.update_order(values),
            by=self.actor,
            at=self.now,
        )
        return order_by_uid(business=self.business, uid=str(order.uid))

    @Endpoint(
        permission=Permission.SUBMIT,
        answer=ORDER,
        status=HTTPStatus.CREATED,
        code="ORDER_SENT",
        message="Order sent successfully",
    )
    def send(self, values: Values, order_id: str) -> object:
        """Hand a complete draft over for signature."""
        order = services.submit_order(
            order=existing(order_by_uid(business=self.business, uid=order_id)), by=self.actor, at=self.now
        )
        return order_by_uid(business=self.business, uid=str(order.uid))

    @Endpoint(
        permission=Permission.SUBMIT,
        body=serializers.SignInput(),
        answer=ORDER,
        status=HTTPStatus.CREATED,
        code="ORDER_SIGNED",
        message="Order signed successfully",
    )
    def sign(self, values: Values, order_id: str) -> object:
        """Record the signature of the customer. A signed order is frozen."""
        order = services.sign_order(
            order=existing(order_by_uid(business=self.business, uid=order_id)),
            signature=translate.signature(values),
            signed_at=values.get("signed_at") or self.now,
            by=self.actor,
            at=self.now,
        )
        return order_by_uid(business=self.business, uid=str(order.uid))

    @Endpoint(
        permission=Permission.APPROVE,
        answer=ORDER,
        status=HTTPStatus.CREATED,
        code="ORDER_COUNTERSIGNED",
        message="Order countersigned successfully",
    )
    def countersign(self, values: Values, order_id: str) -> object:
        """Approve a signed order and open its contract."""
        seen = existing(order_by_uid(business=self.business, uid=order_id))
        order = services.approve_order(
            order=seen, by=self.actor, at=self.now, seen_version=seen.version, signature_required=True
        )
        return order_by_uid(business=self.business, uid=str(order.uid))

    @Endpoint(
        permission=Permission.DRAFT,
        answer=ORDER,
        status=HTTPStatus.CREATED,
        code="ORDER_CANCELLED",
        message="Order cancelled successfully",
    )
    def cancel(self, values: Values, order_id: str) -> object:
        """Discard an order that is not countersigned."""
        order = services.cancel_order(
            order=existing(order_by_uid(business=self.business, uid=order_id)), by=self.actor, at=self.now
        )
        return order_by_uid(business=self.business, uid=str(order.uid))
