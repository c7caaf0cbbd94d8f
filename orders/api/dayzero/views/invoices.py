"""Invoices: drafts for review, and what was sent."""

from http import HTTPStatus

from billing import queries, services
from customers.permissions import Permission
from orders.api.dayzero import answers, serializers, vocabulary
from orders.api.dayzero.door import DayZeroViewSet, existing
from orders.api.endpoint import Endpoint, Values
from orders.api.paging import page

INVOICE = answers.InvoiceBody()


class InvoiceViews(DayZeroViewSet):
    """Documents of every kind, drafts included."""

    @Endpoint(
        permission=Permission.READ,
        query=serializers.InvoiceQuery(),
        answer=INVOICE,
        code="INVOICES_RETRIEVED",
        message="Invoices retrieved successfully",
    )
    def list(self, values: Values) -> object:
        rows = queries.invoices(business=self.business)
        if status := values.get("status"):
            rows = rows.filter(vocabulary.INVOICES[status])
        if customer := values.get("customer_id"):
            rows = rows.filter(customer__uid=customer)
        if contract := values.get("contract_id"):
            rows = rows.filter(agreement__uid=contract)
        return page(rows=rows, cursor=values.get("cursor"), limit=values["limit"])

    @Endpoint(
        permission=Permission.READ,
        answer=INVOICE,
        code="INVOICE_RETRIEVED",
        message="Invoice retrieved successfully",
    )
    def retrieve(self, values: Values, invoice_id: str) -> object:
        return existing(queries.invoice_by_uid(business=self.business, uid=invoice_id))

    @Endpoint(
        permission=Permission.BILL,
        answer=INVOICE,
        status=HTTPStatus.CREATED,
        code="INVOICE_SENT",
        message="Invoice sent successfully",
    )
    def send(self, values: Values, invoice_id: str) -> object:
        """Number and send a draft invoice."""
        draft = existing(queries.invoice_by_uid(business=self.business, uid=invoice_id))
        services.issue_invoice(invoice=draft, by=self.actor, at=self.now)
        return existing(queries.invoice_by_uid(business=self.business, uid=invoice_id))
