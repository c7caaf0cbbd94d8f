"""Invoices: drafts for review, and what was sent."""

from http import HTTPStatus

from billing import explanation_fields, explanations, services
from customers.permissions import Permission
from orders.api.dayzero import answers, explanation_answers, filters, page_queries, serializers
from orders.api.dayzero.door import DayZeroViewSet
from orders.api.endpoint import Endpoint, Values

INVOICE = answers.InvoiceBody()


class InvoiceViews(DayZeroViewSet):
    """Documents of every kind, drafts included."""

    @Endpoint(
        permission=Permission.READ,
        query=page_queries.InvoiceQuery(),
        answer=INVOICE,
        code="INVOICES_RETRIEVED",
        message="Invoices retrieved successfully",
    )
    def list(self, values: Values) -> object:
        return self.listed(self.invoices(), values, by=filters.Invoices)

    @Endpoint(
        permission=Permission.READ,
        answer=INVOICE,
        code="INVOICE_RETRIEVED",
        message="Invoice retrieved successfully",
    )
    def retrieve(self, values: Values, invoice_id: str) -> object:
        return self.invoice(invoice_id)

    @Endpoint(
        permission=Permission.READ,
        answer=explanation_answers.ExplanationBody(),
        code="INVOICE_EXPLAINED",
        message="Invoice explained successfully",
    )
    def explanation(self, values: Values, invoice_id: str) -> object:
        """Why each line has its amount: rule, formula, exact value, rounding, earlier bookings, discount and tax."""
        invoice = self.invoice(invoice_id)
        explained = explanations.of_invoice(invoice=invoice)
        return explanation_fields.of_document(invoice=invoice, explanation=explained)

    @Endpoint(
        permission=Permission.BILL,
        answer=INVOICE,
        status=HTTPStatus.CREATED,
        code="INVOICE_SENT",
        message="Invoice sent successfully",
    )
    def send(self, values: Values, invoice_id: str) -> object:
        """Number and send a draft invoice."""
        draft = self.invoice(invoice_id)
        services.issue_invoice(invoice=draft, by=self.actor, at=self.now)
        return self.invoice(invoice_id)

    @Endpoint(
        permission=Permission.BILL,
        body=serializers.VoidInput(),
        answer=INVOICE,
        status=HTTPStatus.CREATED,
        code="INVOICE_VOIDED",
        message="Invoice voided successfully",
    )
    def void(self, values: Values, invoice_id: str) -> object:
        """Void an open invoice without payments. Its number stays used; what it charged is due again."""
        invoice = self.invoice(invoice_id)
        reason = values.get("reason") or "Voided through the door"
        services.void_invoice(invoice=invoice, reason=reason, by=self.actor, at=self.now)
        return self.invoice(invoice_id)
