"""Orders: draft, change, send, sign, countersign, cancel."""

from http import HTTPStatus
from typing import Any

from customers.permissions import Permission
from orders import queries, services
from orders.api.dayzero import answers, filters, page_queries, serializers, translate
from orders.api.dayzero.door import ORIGINS, DayZeroViewSet, existing
from orders.api.endpoint import Endpoint, Values

ORDER = answers.OrderBody()


class OrderViews(DayZeroViewSet):
    """One order at a time, always the caller's business's."""

    def order(self, order_id: str) -> Any:
        """One of its own or of the desk's; any other is not found."""
        return existing(queries.order_by_uid(business=self.business, uid=order_id, origins=ORIGINS))

    @Endpoint(
        permission=Permission.READ,
        query=page_queries.OrderQuery(),
        answer=ORDER,
        code="ORDERS_RETRIEVED",
        message="Orders retrieved successfully",
    )
    def list(self, values: Values) -> object:
        rows = queries.orders(business=self.business, origins=ORIGINS)
        return self.listed(rows, values, by=filters.Orders)

    @Endpoint(permission=Permission.READ, answer=ORDER, code="ORDER_RETRIEVED", message="Order retrieved successfully")
    def retrieve(self, values: Values, order_id: str) -> object:
        return self.order(order_id)

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
        services.update_order(
            order=self.order(order_id),
            changes=translate.update_order(values),
            by=self.actor,
            at=self.now,
        )
        return self.order(order_id)

    @Endpoint(
        permission=Permission.SUBMIT,
        answer=ORDER,
        status=HTTPStatus.CREATED,
        code="ORDER_SENT",
        message="Order sent successfully",
    )
    def send(self, values: Values, order_id: str) -> object:
        """Hand a complete draft over for signature."""
        services.submit_order(order=self.order(order_id), by=self.actor, at=self.now)
        return self.order(order_id)

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
        services.sign_order(
            order=self.order(order_id),
            signature=translate.signature(values),
            signed_at=values.get("signed_at") or self.now,
            by=self.actor,
            at=self.now,
        )
        return self.order(order_id)

    @Endpoint(
        permission=Permission.APPROVE,
        answer=ORDER,
        status=HTTPStatus.CREATED,
        code="ORDER_COUNTERSIGNED",
        message="Order countersigned successfully",
    )
    def countersign(self, values: Values, order_id: str) -> object:
        """Approve a signed order and open its contract."""
        seen = self.order(order_id)
        services.approve_order(
            order=seen, by=self.actor, at=self.now, seen_version=seen.version, signature_required=True
        )
        return self.order(order_id)

    @Endpoint(
        permission=Permission.DRAFT,
        answer=ORDER,
        status=HTTPStatus.CREATED,
        code="ORDER_CANCELLED",
        message="Order cancelled successfully",
    )
    def cancel(self, values: Values, order_id: str) -> object:
        """Discard an order that is not countersigned."""
        services.cancel_order(order=self.order(order_id), by=self.actor, at=self.now)
        return self.order(order_id)
