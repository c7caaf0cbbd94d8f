"""Reading agreements, their books and invoices, always from the business down."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Count, Max, Prefetch, Q, Sum

from billing import translate
from billing.engine.billing import Booked, Delivered
from billing.engine.charges import Kind
from billing.engine.tax import Mode, Treatment
from billing.engine.terms import Rule
from billing.models import Agreement, AgreementLine, Charge, Invoice, InvoiceLine, TaxTreatment, Usage
from billing.states import InvoiceStatus
from billing.translate import Books
from customers.models import Business
from customers.queries import as_uuid
from customers.tenancy import TenantQuerySet


def tax_treatment(*, business: Business, label: str) -> Treatment:
    """The treatment of this label; one that taxes nothing when the business has no such label."""
    row = TaxTreatment.objects.for_business(business).prefetch_related("rates").filter(label=label).first()
    return translate.treatment(row, label=label)


def knows_tax_label(*, business: Business, label: str) -> bool:
    return TaxTreatment.objects.for_business(business).filter(label=label).exists()


def agreements(*, business: Business) -> TenantQuerySet[Agreement]:
    """Agreements with what a list of them shows."""
    return Agreement.objects.for_business(business).select_related("customer")


def agreement_by_uid(*, business: Business, uid: str) -> Agreement | None:
    known = as_uuid(uid)
    return agreements(business=business).select_related("business").filter(uid=known).first() if known else None


def invoices(*, business: Business) -> TenantQuerySet[Invoice]:
    """Invoices with their lines in order, in a number of statements that does not grow."""
    lines = InvoiceLine.objects.for_business(business).select_related("agreement_line").order_by("position")
    return (
        Invoice.objects.for_business(business)
        .select_related("customer", "agreement")
        .prefetch_related(Prefetch("lines", queryset=lines))
    )


def invoice_by_uid(*, business: Business, uid: str) -> Invoice | None:
    known = as_uuid(uid)
    return invoices(business=business).select_related("business").filter(uid=known).first() if known else None


def lines_by_rule(*, agreement: Agreement, rule: Rule) -> list[AgreementLine]:
    lines = AgreementLine.objects.for_business(agreement.business)
    return list(lines.filter(agreement=agreement, billing_rule=rule).order_by("position"))


def has_invoice_of(*, agreement: Agreement, day: date) -> bool:
    """Whether an agreement has a document of this date, draft or issued and not void."""
    documents = Invoice.objects.for_business(agreement.business).exclude(status=InvoiceStatus.VOID)
    return documents.filter(agreement=agreement, invoice_date=day).exists()


def has_drafts(*, agreement: Agreement) -> bool:
    return Invoice.objects.for_business(agreement.business).filter(agreement=agreement, number=None).exists()


def books(*, business: Business, agreements: Sequence[Agreement]) -> list[Books]:
    """The books of these agreements of one business, in four statements whatever their number."""
    lines = _lines(business, agreements)
    delivered = _delivered(business, agreements)
    booked = _booked(business, agreements)
    taxes = _treatments(business, {agreement.tax_treatment for agreement in agreements})
    return [
        Books(
            agreement=agreement,
            lines=tuple(lines[agreement.pk]),
            terms=translate.agreement_terms(agreement, lines[agreement.pk]),
            tax=translate.treatment(
                taxes.get(agreement.tax_treatment),
                label=agreement.tax_treatment,
                mode=Mode(agreement.tax_mode),
            ),
            delivered=tuple(delivered[agreement.pk]),
            booked=tuple(booked[agreement.pk]),
        )
        for agreement in agreements
    ]


def _lines(business: Business, agreements: Sequence[Agreement]) -> dict[int, list[AgreementLine]]:
    found: dict[int, list[AgreementLine]] = defaultdict(list)
    rows = AgreementLine.objects.for_business(business).filter(agreement__in=agreements)
    for line in rows.order_by("agreement_id", "position"):
        found[line.agreement_id].append(line)
    return found


def _delivered(business: Business, agreements: Sequence[Agreement]) -> dict[int, list[Delivered]]:
    found: dict[int, list[Delivered]] = defaultdict(list)
    rows = (
        Usage.objects.for_business(business)
        .filter(agreement_line__agreement__in=agreements)
        .values_list("agreement_line__agreement_id", "agreement_line__position", "period")
        .annotate(Sum("quantity"))
        .order_by("agreement_line__agreement_id", "agreement_line__position", "period")
    )
    for agreement_id, position, period, quantity in rows:
        found[agreement_id].append(Delivered(line=position, period=period, quantity=quantity))
    return found


def _booked(business: Business, agreements: Sequence[Agreement]) -> dict[int, list[Booked]]:
    """What is charged by documents that stand. A voided one frees its charges but keeps their revisions."""
    found: dict[int, list[Booked]] = defaultdict(list)
    standing = ~Q(invoice_line__invoice__status=InvoiceStatus.VOID)
    rows = (
        Charge.objects.for_business(business)
        .filter(agreement_line__agreement__in=agreements)
        .values_list("agreement_line__agreement_id", "agreement_line__position", "period", "kind")
        .annotate(
            billed=Sum("amount_cents", filter=standing),
            discounted=Sum("discount_cents", filter=standing),
            latest=Max("revision"),
        )
        .alias(standing=Count("id", filter=standing))
        .filter(standing__gt=0)
        .order_by("agreement_line__agreement_id", "agreement_line__position", "period", "kind")
    )
    for agreement_id, position, period, kind, amount, discount, revision in rows:
        found[agreement_id].append(
            Booked(
                line=position,
                period=period,
                kind=Kind(kind),
                amount_cents=int(amount),
                discount_cents=int(discount),
                next_revision=revision + 1,
            )
        )
    return found


def _treatments(business: Business, labels: Iterable[str]) -> dict[str, TaxTreatment]:
    rows = TaxTreatment.objects.for_business(business).filter(label__in=labels).prefetch_related("rates")
    return {row.label: row for row in rows}
