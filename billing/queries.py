"""Reading agreements, their books and invoices, always from the business down."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, Sum

from billing import translate
from billing.book_rows import Books, Key, SignedLine
from billing.engine.billing import Booked, Change, DeliveredOn
from billing.engine.charges import Kind
from billing.engine.tax import Treatment
from billing.engine.terms import Rule, Terms
from billing.models import Agreement, AgreementChange, AgreementLine, Charge, Invoice, InvoiceLine, TaxTreatment, Usage
from billing.models.invoices import SERIES_PREFIX
from billing.states import InvoiceStatus
from customers.models import Business
from customers.queries import as_uuid
from customers.tenancy import TenantQuerySet

NUMBER = re.compile(r"(?P<prefix>INV|CN)-(?P<number>\d{1,18})", re.ASCII | re.IGNORECASE)
VOID = (InvoiceStatus.VOID,)
ROUGH = (*VOID, InvoiceStatus.DRAFT)
# The agreement and the position of a line, by its id.
Places = Mapping[int, tuple[int, int]]
SERIES = {prefix: series for series, prefix in SERIES_PREFIX.items()}


def tax_treatment(*, business: Business, label: str) -> Treatment:
    """The treatment of this label; one that taxes nothing when the business has no such label."""
    rows = TaxTreatment.objects.for_business(business).prefetch_related("rates")
    row = rows.filter(label=label).first() if label else None
    return translate.treatment(row, label=label)


def knows_tax_label(*, business: Business, label: str) -> bool:
    return TaxTreatment.objects.for_business(business).filter(label=label).exists()


def agreements(*, business: Business) -> TenantQuerySet[Agreement]:
    """Agreements with what a list of them shows."""
    return Agreement.objects.for_business(business).select_related("customer")


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


def invoice_named(*, business: Business, name: str) -> Invoice | None:
    """The document with this number, `INV-000012` in either case, or with this public id."""
    if (number := NUMBER.fullmatch(name)) is None:
        return invoice_by_uid(business=business, uid=name)
    rows = Invoice.objects.for_business(business).select_related("business", "agreement")
    return rows.filter(type=SERIES[number["prefix"].upper()], number=int(number["number"])).first()


def lines_by_rule(*, agreement: Agreement, rule: Rule) -> list[AgreementLine]:
    lines = AgreementLine.objects.for_business(agreement.business)
    return list(lines.filter(agreement=agreement, billing_rule=rule).order_by("position"))


def has_invoice_of(*, agreement: Agreement, day: date) -> bool:
    """Whether an agreement has a document scheduled for this day, draft or issued and not void."""
    documents = Invoice.objects.for_business(agreement.business).exclude(status=InvoiceStatus.VOID)
    scheduled = Q(invoice_date=day, moved_from_date=None) | Q(moved_from_date=day)
    return documents.filter(scheduled, agreement=agreement).exists()


def unvoided_invoices(*, agreement: Agreement) -> list[Invoice]:
    """An agreement's documents, drafts among them, that were not taken out of the books; oldest first."""
    documents = Invoice.objects.for_business(agreement.business).exclude(status=InvoiceStatus.VOID)
    return list(documents.filter(agreement=agreement).select_related("agreement", "business").order_by("id"))


def has_drafts(*, agreement: Agreement) -> bool:
    return Invoice.objects.for_business(agreement.business).filter(agreement=agreement, number=None).exists()


def books(*, business: Business, agreements: Sequence[Agreement], without_drafts: bool = False) -> list[Books]:
    """The books of these agreements of one business, in a number of statements that does not grow with them.

    Without drafts they are to be looked at only: as they would be if the drafts of invoices were discarded.
    """
    lines = _lines(business, agreements)
    changes = _changes(business, agreements)
    left_out, documented = _documents(business, agreements, ROUGH if without_drafts else VOID)
    places = {line.id: (line.agreement_id, line.position) for each in lines.values() for line in each}
    delivered = _delivered(business, places)
    booked, freed = _booked(business, places, left_out)
    taxes = _treatments(business, {agreement.tax_treatment for agreement in agreements})
    return [
        Books(
            agreement=agreement,
            lines=tuple(lines[agreement.pk]),
            terms=translate.agreement_terms(agreement, lines[agreement.pk]),
            changes=tuple(_agreed(changes[agreement.pk], lines[agreement.pk])),
            tax=translate.agreed_treatment(agreement, taxes.get(agreement.tax_treatment)),
            delivered=tuple(delivered[agreement.pk]),
            booked=tuple(booked[agreement.pk]),
            documented=frozenset(documented[agreement.pk]),
            freed=freed[agreement.pk],
        )
        for agreement in agreements
    ]


def as_signed(*, agreement: Agreement) -> tuple[Terms, Treatment]:
    """The terms of an agreement and its tax, as they were on the first day: without what was agreed or billed since."""
    lines = _lines(agreement.business, [agreement])[agreement.pk]
    taxes = _treatments(agreement.business, {agreement.tax_treatment})
    tax = translate.agreed_treatment(agreement, taxes.get(agreement.tax_treatment))
    return translate.agreement_terms(agreement, lines), tax


def _agreed(changes: Sequence[AgreementChange], lines: Sequence[SignedLine]) -> Iterator[Change]:
    added = {line.added_by_id: line for line in lines if line.added_by_id}
    return (translate.change(row, added=added.get(row.pk)) for row in changes)


def _lines(business: Business, agreements: Sequence[Agreement]) -> dict[int, list[SignedLine]]:
    found: dict[int, list[SignedLine]] = defaultdict(list)
    rows = AgreementLine.objects.for_business(business).filter(agreement__in=agreements)
    ordered = rows.order_by("agreement_id", "position").values_list(*SignedLine._fields)
    for line in map(SignedLine._make, ordered):
        found[line.agreement_id].append(line)
    return found


def _changes(business: Business, agreements: Sequence[Agreement]) -> dict[int, list[AgreementChange]]:
    found: dict[int, list[AgreementChange]] = defaultdict(list)
    rows = AgreementChange.objects.for_business(business).filter(agreement__in=agreements)
    for row in rows.order_by("agreement_id", "number"):
        found[row.agreement_id].append(row)
    return found


# What follows reads one table in each statement: of a business that the statistics do not know yet, a new one in its
# first run, the planner expects no row, and of two tables would look through all of one for each row of the other.


def _delivered(business: Business, places: Places) -> dict[int, list[DeliveredOn]]:
    """Net quantities by day: an event that another one corrects counts no more (R15)."""
    found: dict[int, list[DeliveredOn]] = defaultdict(list)
    usage = Usage.objects.for_business(business)
    replaced = usage.filter(agreement_line=OuterRef("agreement_line"), corrects=OuterRef("event_id"))
    rows = (
        usage.filter(~Exists(replaced), agreement_line__in=list(places))
        .values_list("agreement_line_id", "local_date")
        .annotate(Sum("quantity"))
    )
    for (agreement_id, position), local_date, quantity in sorted((places[line], *rest) for line, *rest in rows):
        found[agreement_id].append(DeliveredOn(line=position, local_date=local_date, quantity=quantity))
    return found


def _booked(
    business: Business, places: Places, left_out: Collection[int]
) -> tuple[dict[int, list[Booked]], dict[int, dict[Key, int]]]:
    """What is charged by documents that stand, and the next revision of what only those left out had charged."""
    found: dict[int, list[Booked]] = defaultdict(list)
    freed: dict[int, dict[Key, int]] = defaultdict(dict)
    gone = set(InvoiceLine.objects.for_business(business).filter(invoice__in=left_out).values_list("pk", flat=True))
    stands = ~Q(invoice_line__in=gone)
    rows = (
        Charge.objects.for_business(business)
        .filter(agreement_line__in=list(places))
        .values_list("agreement_line_id", "period", "kind")
        .annotate(
            billed=Sum("amount_cents", filter=stands),
            discounted=Sum("discount_cents", filter=stands),
            latest=Max("revision"),
            standing=Count("id", filter=stands),
        )
    )
    ordered = sorted((places[line], *rest) for line, *rest in rows)
    for (agreement_id, position), period, kind, amount, discount, revision, standing in ordered:
        if not standing:
            freed[agreement_id][position, period, Kind(kind)] = revision + 1
            continue
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
    return found, freed


def _documents(
    business: Business, agreements: Sequence[Agreement], left_out: Collection[InvoiceStatus]
) -> tuple[list[int], dict[int, set[date]]]:
    """The documents in these states, and the days after the last one billed whose documents stand.

    An earlier draft was discarded, or an invoice voided. A document drafted ahead of its day does not close it: its
    usage is still to come.
    """
    gone: list[int] = []
    found: dict[int, set[date]] = defaultdict(set)
    zone = ZoneInfo(business.timezone)
    billed = {agreement.pk: agreement.billed_through_date for agreement in agreements}
    since = min(filter(None, billed.values()), default=date.max)
    rows = (
        Invoice.objects.for_business(business)
        .filter(Q(status__in=left_out) | Q(invoice_date__gt=since), agreement__in=agreements)
        .values_list("pk", "agreement_id", "status", "invoice_date", "created_at")
    )
    for pk, agreement_id, status, invoice_date, created_at in rows:
        if status in left_out:
            gone.append(pk)
        through = billed[agreement_id]
        is_after = through is not None and invoice_date > through and status != InvoiceStatus.VOID
        if is_after and created_at.astimezone(zone).date() >= invoice_date:
            found[agreement_id].add(invoice_date)
    return gone, found


def _treatments(business: Business, labels: Iterable[str]) -> dict[str, TaxTreatment]:
    rows = TaxTreatment.objects.for_business(business).filter(label__in=labels).prefetch_related("rates")
    return {row.label: row for row in rows}
