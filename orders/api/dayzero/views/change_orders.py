"""Change orders: the only way to change what a contract bills, short of pausing or ending it."""

from http import HTTPStatus

from customers.permissions import Permission
from orders import change_order_queries as queries
from orders import services
from orders.api.dayzero import answers, filters, page_queries, serializers, translate
from orders.api.dayzero.door import DayZeroViewSet, existing, listed
from orders.api.dayzero.filters import narrowed
from orders.api.endpoint import Endpoint, Values

CHANGE_ORDER = answers.ChangeOrderBody()


class ChangeOrderViews(DayZeroViewSet):
    @Endpoint(
        permission=Permission.READ,
        query=page_queries.ChangeOrderQuery(),
        answer=CHANGE_ORDER,
        code="CHANGE_ORDERS_RETRIEVED",
        message="Change orders retrieved successfully",
    )
    def list(self, values: Values) -> object:
        rows = queries.submitted_change_orders(business=self.business)
        found = narrowed(rows=rows, by=filters.ChangeOrders, values=values)
        return listed(rows=found, values=values)

    @Endpoint(
        permission=Permission.READ,
        answer=CHANGE_ORDER,
        code="CHANGE_ORDER_RETRIEVED",
        message="Change order retrieved successfully",
    )
    def retrieve(self, values: Values, change_order_id: str) -> object:
        return existing(queries.change_order_by_uid(business=self.business, uid=change_order_id))

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
        return queries.change_order_by_uid(business=self.business, uid=str(drafted.uid))

    @Endpoint(
        permission=Permission.APPROVE,
        answer=CHANGE_ORDER,
        status=HTTPStatus.CREATED,
        code="CHANGE_ORDER_COUNTERSIGNED",
        message="Change order countersigned successfully",
    )
    def countersign(self, values: Values, change_order_id: str) -> object:
        """Approve a change and make it of the contract. Its drafts of invoices give way to the new terms."""
        draft = existing(queries.change_order_by_uid(business=self.business, uid=change_order_id))
        services.approve_change_order(change_order=draft, by=self.actor, at=self.now, seen_sha256=draft.terms_sha256)
        return queries.change_order_by_uid(business=self.business, uid=change_order_id)

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
        draft = existing(queries.change_order_by_uid(business=self.business, uid=change_order_id))
        services.reject_change_order(change_order=draft, reason=values.get("reason") or "", by=self.actor, at=self.now)
        return queries.change_order_by_uid(business=self.business, uid=change_order_id)
