"""Whom and what the matrix of the desk asks about: each role, whoever is shut out, each state of a row."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.admin.sites import site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.urls import URLPattern, URLResolver
from django.utils import timezone

from billing import services as billing_services
from billing.models import Drawdown, Invoice, Payment
from customers.models import Customer, StaffMember
from customers.permissions import Role
from orders import services
from orders.licensing.vocabulary import FailureCode
from orders.models import ApprovalPolicy, BulkRun, ChangeOrder, Mention, Order, OrderFile, SavedView
from orders.services.files import SentFile
from tests import factories
from tests.admin.matrix import OWN, Somebody, Spot
from tests.admin.matrix_rows import Own, own_rows
from tests.admin.pages import reported_hours
from tests.admin.whole_desk import HOME, PARAMETER, full_desk, pages
from tests.billing.test_payments import issued, pay
from tests.cast import Company, approved, at, change_order, draft, monthly, prepared_change, submitted
from tests.orders.test_policies import approver
from tests.phones import given_to

PDF = b"%PDF-1.7"
# Whose state decides about a button; of all others one row is asked for.
STATEFUL = (Order, Invoice, ChangeOrder, Drawdown, ApprovalPolicy)
# What Django has for every model, and what is only read: no state makes a difference.
PLAIN = re.compile(r"/(history|delete|<path:object_id>|print|preview|compare|schedule|timeline)/$|\.csv$")
Known = dict[type[Model], list[tuple[str, Model]]]
ROLES = ("drafter", "approver", "finance", "ops", "auditor")


@dataclass(frozen=True, kw_only=True)
class Desk:
    company: Company
    insiders: tuple[Somebody, ...]
    root: Somebody
    outsiders: tuple[Somebody, ...]
    strangers: tuple[Somebody, ...]
    view: SavedView
    mention: Mention
    run: BulkRun
    file: OrderFile
    victim: StaffMember
    other: Customer
    own: Mapping[str, Own]


def desk(company: Company, stranger: Company) -> Desk:
    """A desk with a row of each kind in each state, and everybody who could ask for one."""
    full_desk(company)
    file = decided(company)
    finance = approver(company, "Fia", role=Role.FINANCE)
    auditor = factories.StaffMemberFactory.create(business=company.business, role=Role.AUDITOR)
    root = factories.StaffMemberFactory.create(
        business=company.business, role=Role.DRAFTER, user__username="root", user__is_superuser=True
    )
    people = (company.drafter, company.approver, finance, company.ops, auditor)
    homeless = factories.UserFactory.create(username="homeless", is_superuser=True)
    closed = factories.StaffMemberFactory.create(
        business=company.business, role=Role.OPS, user__username="closed", user__is_active=False
    )
    # The last of the people: nobody's deputy, and with a second factor to lose.
    victim = factories.StaffMemberFactory.create(business=company.business, role=Role.DRAFTER)
    given_to(victim)
    return Desk(
        company=company,
        insiders=tuple(somebody(name, member) for name, member in zip(ROLES, people, strict=True)),
        root=somebody("root", root),
        outsiders=(
            Somebody(name="anonymous"),
            Somebody(name="homeless", user_id=homeless.pk),
            somebody("closed", closed),
            Somebody(
                name="expired",
                user_id=company.approver.user_id,
                member_id=company.approver.pk,
                began_at=timezone.now() - timedelta(days=1),
            ),
        ),
        strangers=(somebody("their ops", stranger.ops), somebody("their approver", stranger.approver)),
        view=services.save_view(
            business=company.business, name="Mine", query="", is_team=True, by=company.drafting, at=timezone.now()
        ),
        mention=Mention.objects.for_business(company.business).earliest("id"),
        run=BulkRun.objects.create(
            business=company.business,
            token="00000000-0000-4000-8000-000000000001",
            task="tag",
            expected_count=0,
            started_by=company.drafter,
            started_at=timezone.now(),
        ),
        file=file,
        victim=victim,
        other=factories.CustomerFactory.create(business=company.business, name="Second customer"),
        own=own_rows(company, dict(zip((*ROLES, "root"), (*people, root), strict=True))),
    )


def somebody(name: str, member: StaffMember) -> Somebody:
    return Somebody(name=name, user_id=member.user_id, member_id=member.pk)


def decided(company: Company) -> OrderFile:
    """Orders, change orders, drawdowns and invoices in every state that somebody's decision leads to."""
    seen: dict[str, Any] = {"by": company.approving, "at": at("2026-01-07")}
    services.reject_order(order=submitted(company, monthly()), reason="No", **seen)
    code = FailureCode(next(iter(FailureCode)))
    services.fail_order(order=submitted(company, monthly()), failure_code=code, reason="No", **seen)
    services.cancel_order(order=draft(company, monthly()), reason="No", by=company.drafting, at=at("2026-01-07"))
    turned_down = change_order(company, approved(company, monthly()))
    services.reject_change_order(change_order=turned_down, reason="No", **seen)
    given_up, _ = (prepared_change(company, approved(company, monthly())) for _ in range(2))
    services.discard_amendment(change_order=given_up, version=1, by=company.drafting, at=at("2026-01-21"))
    agreed = change_order(company, approved(company, monthly()))
    services.approve_change_order(change_order=agreed, seen_sha256=agreed.terms_sha256, **seen)
    pay(company, issued(company), 10_000)
    billed: dict[str, Any] = {"reason": "No", "by": company.billing, "at": at("2026-02-10")}
    billing_services.write_off(invoice=issued(company), **billed)
    billing_services.void_invoice(invoice=issued(company), **billed)
    pay(company, issued(company), 4_000)
    issued(company)
    reported_hours(company)
    waiting = submitted(company, monthly())
    draft(company, monthly())
    sent = SentFile(name="paper.pdf", content=PDF)
    return services.attach_file(order=waiting, file=sent, by=company.drafting, at=at("2026-01-07"))


def spots(desk: Desk) -> Iterator[Spot]:
    """An address of every route, for a row in each state that its model knows."""
    known: Known = {}
    for page in pages():
        for number, (state, row, address) in enumerate(_addresses(desk, page.route, page.model, known)):
            own = desk.own.get(page.route, Own())
            is_alike = page.model not in STATEFUL or (page.model is not Order and page.route.endswith("/change/"))
            if number and (PLAIN.search(page.route) or (is_alike and page.model is not StaffMember)):
                continue
            yield Spot(
                route=page.route,
                address=HOME + address,
                state=state,
                has_row=row is not None,
                methods=("POST",) if number else ("GET", "POST"),
                form={**form(desk, row), **own.form, **(sent() if page.route.endswith("/attach/") else {})},
                by_name=own.by_name,
            )
    yield Spot(route="^<app_label>/$", address=f"{HOME}orders/")
    yield Spot(route="<whatever else>", address=f"{HOME}there/is/no/such/page/")


def unnamed_routes() -> int:
    """How many routes of the site are no plain paths: those that `spots` adds by hand."""
    patterns: list[URLPattern | URLResolver] = site.get_urls()
    return sum(not hasattr(pattern.pattern, "converters") or "(?P" in str(pattern.pattern) for pattern in patterns)


def _addresses(
    desk: Desk, route: str, model: type[Model] | None, known: Known
) -> Iterator[tuple[str, Model | None, str]]:
    special: dict[str, Model] = {
        **{name: own.row for name, own in desk.own.items() if own.row is not None},
        "orders/order/file/<int:file_id>/": desk.file,
        "orders/order/bulk/runs/<int:pk>/": desk.run,
        "orders/order/views/<int:pk>/pin-view/": desk.view,
        "orders/order/views/<int:pk>/delete-view/": desk.view,
        "orders/order/mentions/<int:pk>/seen/": desk.mention,
    }
    if not PARAMETER.search(route):
        yield "", None, route
    elif row := special.get(route):
        yield "", row, PARAMETER.sub(str(row.pk), route)
    elif route.startswith("customers/customer/<int:survivor>"):
        ids = iter((desk.company.customer.pk, desk.other.pk))
        yield "", desk.company.customer, PARAMETER.sub(lambda _: str(next(ids)), route)
    elif model is StaffMember:
        yield "another's", desk.victim, PARAMETER.sub(str(desk.victim.pk), route)
        yield "own", desk.victim, PARAMETER.sub(OWN.strip("/"), route)
    elif model is None:
        yield "", None, PARAMETER.sub("1", route)
    else:
        if model not in known:
            known[model] = _rows(model, desk.company)
        for state, row in known[model]:
            yield state, row, PARAMETER.sub(str(row.pk), route)


def _rows(model: type[Model], company: Company) -> list[tuple[str, Model]]:
    """A row in each state, the latest of each."""
    rows = model.objects.filter(business=company.business).order_by("id")  # type: ignore[attr-defined]
    return sorted({_state(row): row for row in rows}.items())


def _state(row: Model) -> str:
    status = str(getattr(row, "status", ""))
    if isinstance(row, Order) and row.lines.filter(progress__isnull=False).exists():
        return f"{status} and made"
    is_partly_paid = isinstance(row, Invoice) and status == "open" and row.amount_paid_cents
    return "partly paid" if is_partly_paid else status


def form(desk: Desk, row: Model | None) -> dict[str, Any]:
    """All that any button or form of the desk posts, at once: each takes what it knows."""
    today = timezone.now().date()
    payment = Payment.objects.filter(invoice=row).first() if isinstance(row, Invoice) else None
    return {
        **_order(row),
        "version": str(getattr(row, "version", 1)),
        "terms_sha256": getattr(row, "terms_sha256", ""),
        "reason": "Because",
        "comment": "Noted",
        "failure_code": str(next(iter(FailureCode))),
        "line": "1",
        "factory_code": "f2",
        "reason_code": "production_delay",
        "leaves_factory_on": str(today + timedelta(days=20)),
        "arrives_on": str(today + timedelta(days=30)),
        "tracking_number": "1Z9",
        "carrier_name": "UPS",
        "quantity-0": "1",
        "signed_on": str(today),
        "signer_name": "Sig",
        "valid_until": str(today + timedelta(days=9)),
        "name": "Named by the matrix",
        "username": "new.person",
        "first_name": "New",
        "role": "auditor",
        "amount": "5.00",
        "received_date": "2026-02-11",
        "method": "bank_transfer",
        "payment": str(payment.pk) if payment else "",
        "delegate": str(desk.insiders[2].member_id),
        "last_day": str(today + timedelta(days=9)),
        "overlap": "none",
        "is_required": "yes",
        "act": "begin",
        "password": "correct horse battery",
        "through": str(date(2026, 1, 1)),
        "legal_name": "Acme Ltd",
        "label": "reduced",
        "mode": "exclusive",
        "rate_percent": "7",
        "from_date": "2026-01-01",
        "price": "12.00",
        "item_type": "service",
        "email": "new@example.com",
        "days": "4",
        "row": f"{row.pk}:{row.version}" if isinstance(row, Order) else "1:1",
        "tag": "blue",
        "form-TOTAL_FORMS": "1",
        "form-INITIAL_FORMS": "0",
        "form-0-people": "2",
    }


def sent() -> dict[str, Any]:
    return {"file": SimpleUploadedFile("paper.pdf", PDF)}


def _order(row: Model | None) -> dict[str, str]:
    """An order as the form of a draft has it."""
    named = f"{row.customer.name} (#{row.customer_id})" if isinstance(row, Order) and row.customer_id else ""
    return {
        "customer": named or "Second customer",
        "currency": "USD",
        "order_start_date": "2026-01-31",
        "term_months": "13",
        "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0",
        "lines-0-description": "Plan",
        "lines-0-qty": "1",
        "lines-0-unit_price": "120.00",
        "lines-0-billing_rule": "recurring",
        "_save": "1",
    }
