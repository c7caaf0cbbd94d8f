"""Change orders: the only way to change what a contract bills, short of pausing or ending it."""

from http import HTTPStatus
from typing import Any

from customers.permissions import Permission
from orders import change_order_queries as queries
from orders import services
from orders.api.dayzero import answers, filters, page_queries, serializers, translate
from orders.api.dayzero.door import DayZeroViewSet, existing
from orders.api.endpoint import Endpoint, Values

CHANGE_ORDER = answers.ChangeOrderBody()


class ChangeOrderViews(DayZeroViewSet):
    def change_order(self, change_order_id: str) -> Any:
        return existing(queries.change_order_by_uid(business=self.business, uid=change_order_id))

    @Endpoint(
        permission=Permission.READ,
        query=page_queries.ChangeOrderQuery(),
        answer=CHANGE_ORDER,
        code="CHANGE_ORDERS_RETRIEVED",
        message="Change orders retrieved successfully",
    )
    def list(self, values: Values) -> object:
        rows = queries.submitted_change_orders(business=self.business)
        return self.listed(rows, values, by=filters.ChangeOrders)

    @Endpoint(
        permission=Permission.READ,
        answer=CHANGE_ORDER,
        code="CHANGE_ORDER_RETRIEVED",
        message="Change order retrieved successfully",
    )
    def retrieve(self, values: Values, change_order_id: str) -> object:
        return self.change_order(change_order_id)

    @Endpoint(
        permission=Permission.DRAFT,
        body=serializers.ChangeOrderCreate(),
        answer=CHANGE_ORDER,
        status=HTTPStatus.CREATED,
        may_conflict=True,
        code="CHANGE_ORDER_CREATED",
        message="Change order created successfully",
    )
    def create(self, values: Values) -> object:
        """Draft a change of a contract. Nothing changes until it is countersigned."""
        contract = self.contract(values["contract_id"])
        drafted = services.draft_change_order(
            agreement=contract, command=translate.draft_change_order(values), by=self.actor, at=self.now
        )
        return self.change_order(str(drafted.uid))

    @Endpoint(
        permission=Permission.APPROVE,
        answer=CHANGE_ORDER,
        status=HTTPStatus.CREATED,
        code="CHANGE_ORDER_COUNTERSIGNED",
        message="Change order countersigned successfully",
    )
    def countersign(self, values: Values, change_order_id: str) -> object:
        """Approve a change and make it of the contract. Its drafts of invoices give way to the new terms."""
        draft = self.change_order(change_order_id)
        services.approve_change_order(change_order=draft, by=self.actor, at=self.now, seen_sha256=draft.terms_sha256)
        return self.change_order(change_order_id)

    @Endpoint(
        permission=Permission.APPROVE,
        body=serializers.RejectInput(),
        answer=CHANGE_ORDER,
        status=HTTPStatus.CREATED,
        code="CHANGE_ORDER_REJECTED",
        message="Change order rejected successfully",
    )
    def reject(self, values: Values, change_order_id: str) -> object:
        """Turn a change down for good."""
        draft = self.change_order(change_order_id)
        services.reject_change_order(change_order=draft, reason=values.get("reason") or "", by=self.actor, at=self.now)
        return self.change_order(change_order_id)
