"""An amendment beside what is agreed: header and lines by their lasting ids, the money by year, the schedule."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import pluralize
from django.urls import URLPattern, path
from django.utils import timezone

from billing.models import AgreementLine
from billing.states import ChangePurpose
from customers import queries as customer_queries
from customers.admin.base import business_of
from customers.admin.verbs import VerbsAdmin
from customers.templatetags import desk as faces
from orders import change_order_queries as queries
from orders.admin import change_document
from orders.models import ChangeOrder, ChangeOrderLine
from orders.services import change_approvals
from orders.states import OPEN_CHANGES

InForce = Mapping[int, tuple[Decimal, int]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """Something that is said of the agreement as a whole."""

    name: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """A line as it is in force and as it is to be; `sign` is `same`, `changed`, `added` or `removed`."""

    number: int
    description: str
    rule: str
    sign: str
    qty_before: Decimal | None = None
    unit_price_cents_before: int | None = None
    qty_after: Decimal | None = None
    unit_price_cents_after: int | None = None


class ChangeComparing(VerbsAdmin[ChangeOrder]):
    """`<id>/compare/`, while it is prepared or waits; once it is decided the agreement's page tells."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.compare_view)
        return [path("<path:object_id>/compare/", view, name="orders_changeorder_compare"), *super().get_urls()]

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        change_order = queries.change_orders(business=business_of(request)).get(pk=self.row(request, object_id).pk)
        if change_order.status not in OPEN_CHANGES:
            return HttpResponseRedirect(self.after(change_order))
        lines = list(change_order.lines.all())
        today = customer_queries.today(business=change_order.business, at=timezone.now())
        effect = change_document.effect_of(change_order=change_order, lines=lines, today=today)
        return self.page(
            request,
            "admin/orders/change_compare.html",
            row=change_order,
            title=f"{change_order} beside what is agreed",
            change_order=change_order,
            refusal=effect.refusal,
            header=list(_header(change_order)),
            lines=list(beside(change_order, lines, effect.look.in_force if effect.look else {})),
            **change_document.drawn(effect, change_order),
        )


def _header(change_order: ChangeOrder) -> Iterator[Field]:
    currency, before = change_order.currency, change_approvals.contract_cents(change_order)
    value = before, change_approvals.contract_with(change_order, before)
    yield Field(name="Contract total", before=faces.money(value[0], currency), after=faces.money(value[1], currency))
    agreement, day = change_order.agreement, faces.day(change_order.effective_date)
    months = f"{agreement.term_months} month{'' if agreement.term_months == 1 else 's'}"
    service = f"{months if agreement.term_months else 'open-ended'}, from {faces.day(agreement.anchor_date)} on"
    after = _service_after(change_order, day)
    yield Field(name="Service", before=service, after=after or service)
    if change_order.purpose == ChangePurpose.AMEND and not change_order.ends:
        yield Field(name="These terms from", before=faces.day(agreement.anchor_date), after=day)


def _service_after(change_order: ChangeOrder, day: str) -> str:
    """What becomes of the service; nothing where it goes on as it is."""
    if change_order.ends:
        return f"ends; {day} is the first day without it"
    match ChangePurpose(change_order.purpose):
        case ChangePurpose.PAUSE:
            return f"paused from {day} on, until it is resumed"
        case ChangePurpose.RESUME:
            return f"resumed on {day}"
        case ChangePurpose.RENEW:
            return f"{change_order.term_months} more month{pluralize(change_order.term_months)}, from {day} on"
        case ChangePurpose.AMEND | ChangePurpose.CREDIT:
            return ""


def beside(change_order: ChangeOrder, lines: Sequence[ChangeOrderLine], in_force: InForce) -> Iterator[Beside]:
    """Every line of the agreement in its order, matched by its lasting id, then those that are added."""
    changed = {line.agreement_line_id: line for line in lines if not line.is_added}
    known = AgreementLine.objects.for_business(change_order.business).filter(agreement=change_order.agreement)
    rows = list(known.order_by("position"))
    is_credit = change_order.purpose == ChangePurpose.CREDIT
    for row in rows:
        is_over = change_order.ends or (is_credit and row.pk in changed)
        yield _known(row, changed.get(row.pk), in_force.get(row.position), is_over=is_over)
    for number, line in enumerate((line for line in lines if line.is_added), start=len(rows) + 1):
        yield Beside(
            number=number,
            description=line.description,
            rule=line.billing_rule,
            sign="added",
            qty_after=line.qty,
            unit_price_cents_after=line.unit_price_cents,
        )


def _known(
    row: AgreementLine, change: ChangeOrderLine | None, now: tuple[Decimal, int] | None, *, is_over: bool
) -> Beside:
    qty, price = now or (row.qty, row.unit_price_cents)
    becomes = qty, price
    if change is not None:
        becomes = (
            qty if change.qty is None else change.qty,
            price if change.unit_price_cents is None else change.unit_price_cents,
        )
    sign = "removed" if is_over else "changed" if becomes != (qty, price) else "same"
    return Beside(
        number=row.position + 1,
        description=row.description,
        rule=row.billing_rule,
        sign=sign,
        qty_before=qty,
        unit_price_cents_before=price,
        qty_after=None if is_over else becomes[0],
        unit_price_cents_after=None if is_over else becomes[1],
    )
