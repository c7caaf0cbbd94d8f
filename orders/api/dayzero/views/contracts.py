"""Contracts: what countersigned orders became, and what they bill."""

from http import HTTPStatus

from billing import services
from customers.permissions import Permission
from customers.queries import today
from orders import queries as order_queries
from orders import services as order_services
from orders.api.dayzero import answers, filters, page_queries, serializers
from orders.api.dayzero.door import DayZeroViewSet
from orders.api.dayzero.views.orders import ORDER
from orders.api.endpoint import Endpoint, Values

CONTRACT = answers.ContractBody()
INVOICE = answers.InvoiceBody()


class ContractViews(DayZeroViewSet):
    """Agreements, under the name that Day Zero gives them."""

    @Endpoint(
        permission=Permission.READ,
        query=page_queries.ContractQuery(),
        answer=CONTRACT,
        code="CONTRACTS_RETRIEVED",
        message="Contracts retrieved successfully",
    )
    def list(self, values: Values) -> object:
        return self.listed(self.contracts(), values, by=filters.Contracts)

    @Endpoint(
        permission=Permission.READ,
        answer=CONTRACT,
        code="CONTRACT_RETRIEVED",
        message="Contract retrieved successfully",
    )
    def retrieve(self, values: Values, contract_id: str) -> object:
        return self.contract(contract_id)

    @Endpoint(
        permission=Permission.BILL,
        answer=INVOICE,
        is_list=True,
        status=HTTPStatus.CREATED,
        code="INVOICES_DRAFTED",
        message="Invoices drafted successfully",
    )
    def draft_invoices(self, values: Values, contract_id: str) -> object:
        """Draft the execution invoice for review. A second call drafts nothing and answers an empty list."""
        return services.draft_execution_invoice(
            agreement=self.contract(contract_id),
            by=self.actor,
            at=self.now,
        )

    @Endpoint(
        permission=Permission.BILL,
        body=serializers.InvoicingInput(),
        answer=INVOICE,
        is_list=True,
        status=HTTPStatus.CREATED,
        code="PERIOD_INVOICES_GENERATED",
        message="Period invoices generated successfully",
    )
    def generate_period_invoices(self, values: Values, contract_id: str) -> object:
        """Draft for review what is owed up to a day. A second call answers an empty list."""
        return services.draft_due_invoices(
            agreement=self.contract(contract_id),
            as_of=values.get("as_of") or today(business=self.business, at=self.now),
            by=self.actor,
            at=self.now,
        )

    @Endpoint(
        permission=Permission.BILL,
        answer=CONTRACT,
        status=HTTPStatus.CREATED,
        code="CONTRACT_COMPLETION_CHECKED",
        message="Contract completion checked successfully",
    )
    def check_completion(self, values: Values, contract_id: str) -> object:
        """Complete the contract when its term is over and billed. Its status tells the outcome."""
        return order_services.check_completion(
            agreement=self.contract(contract_id),
            today=today(business=self.business, at=self.now),
            by=self.actor,
            at=self.now,
        )

    @Endpoint(
        permission=Permission.DRAFT,
        answer=ORDER,
        status=HTTPStatus.CREATED,
        code="CONTRACT_REORDERED",
        message="Order created successfully",
    )
    def reorder(self, values: Values, contract_id: str) -> object:
        """Draft a new order with the prepaid lines of the contract."""
        order = order_services.reorder(
            agreement=self.contract(contract_id),
            by=self.actor,
            at=self.now,
        )
        return order_queries.order_by_uid(business=self.business, uid=str(order.uid))
