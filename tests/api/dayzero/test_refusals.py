"""Everything but 422: who may, what exists, and what does not go together."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DataError, IntegrityError, OperationalError
from django.test import Client
from django.utils import timezone

from customers.models import ApiCredential
from customers.permissions import Permission
from orders import services
from orders.models import Order
from tests import factories
from tests.api.dayzero.caller import Caller, data, detail, line
from tests.cast import Company

RECURRING = line(billing_rule="recurring")


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x y",
        "bearer x y",
        "Basic ZHo6ZHo=",
        "Bearer dz_000000000000_" + "A" * 43,
        "Bearer dz_\x00",
        "Bearer dz_é",
    ],
)
def test_without_a_known_token_nobody_is_authenticated(api: Caller, authorization: str) -> None:
    answer = api.post("/orders", {}, Authorization=authorization)

    assert (answer.status_code, detail(answer)) == (401, "Not authenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_changed_token_is_not_the_token(api: Caller) -> None:
    token = api.headers["Authorization"]
    other = "A" if token[-1] != "A" else "B"

    assert api.get("/orders", Authorization=token[:-1] + other).status_code == 401


def test_an_expired_or_revoked_token_is_refused(api: Caller, acme: Company) -> None:
    tokens = ApiCredential.objects.for_business(acme.business)
    tokens.update(expires_at=timezone.now() + timedelta(hours=1))
    assert api.get("/orders").status_code == 200

    tokens.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert api.get("/orders").status_code == 401

    tokens.update(expires_at=None, revoked_at=timezone.now())
    assert api.get("/orders").status_code == 401


def test_a_token_of_another_door_is_refused(api: Caller, acme: Company) -> None:
    ApiCredential.objects.for_business(acme.business).update(door="adobe_vip")

    assert api.get("/orders").status_code == 401


@pytest.mark.parametrize(
    ("business_id", "status", "text"),
    [
        ("", 401, "Not authenticated"),
        (" ", 401, "Not authenticated"),
        ("acme", 400, "Invalid x-business-id header"),
        ("1, 2", 400, "Invalid x-business-id header"),
        ("00000000-0000-4000-8000-000000000000", 403, "Not enough permissions"),
    ],
)
def test_the_business_is_named_in_a_header(api: Caller, business_id: str, status: int, text: str) -> None:
    answer = api.get("/orders", x_business_id=business_id)

    assert (answer.status_code, detail(answer)) == (status, text)


def test_a_business_sent_twice_is_one_only_when_both_agree(api: Caller, globex: Company) -> None:
    own = api.headers["x-business-id"]

    assert api.get("/orders", x_business_id=f"{own}, {own}").status_code == 200
    assert api.get("/orders", x_business_id=f"{own}, {globex.business.uid}").status_code == 400


def test_a_strangers_business_answers_as_one_that_does_not_exist(api: Caller, globex: Company) -> None:
    strangers = api.get("/orders", x_business_id=str(globex.business.uid))
    unknown = api.get("/orders", x_business_id=str(uuid4()))

    assert (
        (strangers.status_code, strangers.content) == (unknown.status_code, unknown.content) == (403, strangers.content)
    )


def test_a_persons_address_that_is_none_is_refused(api: Caller) -> None:
    answer = api.get("/orders", x_user_email="not an address")

    assert (answer.status_code, detail(answer)) == (400, "Invalid x-user-email header")


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/orders", Permission.READ),
        ("GET", "/orders/x", Permission.READ),
        ("POST", "/orders", Permission.DRAFT),
        ("PUT", "/orders/x", Permission.DRAFT),
        ("POST", "/orders/x/send", Permission.SUBMIT),
        ("POST", "/orders/x/sign", Permission.SUBMIT),
        ("POST", "/orders/x/countersign", Permission.APPROVE),
        ("POST", "/orders/x/cancel", Permission.DRAFT),
        ("GET", "/contracts", Permission.READ),
        ("GET", "/contracts/x", Permission.READ),
        ("POST", "/contracts/x/draft-invoices", Permission.BILL),
        ("POST", "/contracts/x/generate-period-invoices", Permission.BILL),
        ("POST", "/contracts/x/check-completion", Permission.BILL),
        ("POST", "/contracts/x/reorder", Permission.DRAFT),
        ("POST", "/contracts/x/pause", Permission.APPROVE),
        ("POST", "/contracts/x/resume", Permission.APPROVE),
        ("POST", "/contracts/x/cancel", Permission.APPROVE),
        ("POST", "/contracts/x/usage", Permission.BILL),
        ("GET", "/contracts/x/drawdowns", Permission.READ),
        ("POST", "/contracts/x/drawdowns", Permission.SUBMIT),
        ("POST", "/contracts/inbound/hours", Permission.SUBMIT),
        ("POST", "/contracts/x/drawdowns/y/approve", Permission.BILL),
        ("POST", "/contracts/x/drawdowns/y/reject", Permission.BILL),
        ("GET", "/change-orders", Permission.READ),
        ("GET", "/change-orders/x", Permission.READ),
        ("POST", "/change-orders", Permission.DRAFT),
        ("POST", "/change-orders/x/countersign", Permission.APPROVE),
        ("POST", "/change-orders/x/reject", Permission.APPROVE),
        ("GET", "/time-entries", Permission.READ),
        ("GET", "/time-entries/x", Permission.READ),
        ("POST", "/time-entries", Permission.SUBMIT),
        ("POST", "/time-entries/x/approve", Permission.BILL),
        ("POST", "/time-entries/x/reject", Permission.BILL),
        ("GET", "/invoices", Permission.READ),
        ("GET", "/invoices/x", Permission.READ),
        ("POST", "/invoices/x/send", Permission.BILL),
        ("POST", "/invoices/x/finalize", Permission.BILL),
        ("GET", "/revenue-schedules", Permission.READ),
        ("GET", "/revenue-schedules/waterfall", Permission.READ),
        ("GET", "/customers", Permission.READ),
        ("GET", "/customers/x", Permission.READ),
        ("POST", "/customers", Permission.DRAFT),
        ("GET", "/catalog-items", Permission.READ),
        ("GET", "/catalog-items/x", Permission.READ),
        ("POST", "/catalog-items", Permission.DRAFT),
    ],
)
def test_each_action_needs_its_scope_before_its_body_is_read(
    acme: Company, method: str, path: str, scope: Permission
) -> None:
    without = Caller(acme, *(other for other in Permission if other != scope))
    only = Caller(acme, scope)

    refused = without.send(method, path, b"not json")

    assert (refused.status_code, detail(refused)) == (403, "Not enough permissions")
    assert only.send(method, path, b"not json").status_code in {200, 404, 422}


def test_a_strangers_order_answers_as_one_that_does_not_exist(api: Caller, globex: Company) -> None:
    order = Caller(globex).create(line())

    strangers = api.get(f"/orders/{order['id']}")
    unknown = api.get(f"/orders/{uuid4()}")

    assert (strangers.status_code, detail(strangers)) == (404, "Resource not found")
    assert strangers.content == unknown.content


@pytest.mark.parametrize("bad_id", ["abc", "%00", "1" * 30, "..%2f..", "x" * 5_000])
@pytest.mark.parametrize(
    "path",
    [
        "/orders/{}",
        "/contracts/{}",
        "/invoices/{}",
        "/customers/{}",
        "/catalog-items/{}",
        "/change-orders/{}",
        "/time-entries/{}",
    ],
)
def test_an_id_that_is_none_does_not_exist(api: Caller, path: str, bad_id: str) -> None:
    answer = api.get(path.format(bad_id))

    assert answer.status_code == 404
    assert detail(answer) in {"Resource not found", "Not Found"}


@pytest.mark.parametrize(("name", "text"), [("customer_id", "Customer not found"), ("project_id", "Project not found")])
@pytest.mark.parametrize("sent", ["no-uuid", "00000000-0000-4000-8000-000000000000"])
def test_a_reference_to_nobody_is_404(api: Caller, name: str, text: str, sent: str) -> None:
    answer = api.post("/orders", {"customer_id": api.customer_id, name: sent})

    assert (answer.status_code, detail(answer)) == (404, text)


def test_a_strangers_customer_answers_as_one_that_does_not_exist(api: Caller, globex: Company) -> None:
    strangers = api.post("/orders", {"customer_id": str(globex.customer.uid)})
    unknown = api.post("/orders", {"customer_id": str(uuid4())})

    assert strangers.status_code == 404
    assert strangers.content == unknown.content


def test_a_project_is_for_its_own_customer(api: Caller, acme: Company) -> None:
    other = factories.CustomerFactory.create(business=acme.business)
    theirs = factories.ProjectFactory.create(business=acme.business, customer=other)
    anyones = factories.ProjectFactory.create(business=acme.business)

    created = api.post("/orders", {"customer_id": api.customer_id, "project_id": str(theirs.uid)})
    draft = api.create(project_id=str(anyones.uid))
    moved = api.put(f"/orders/{draft['id']}", {"project_id": str(theirs.uid)})
    both = api.put(f"/orders/{draft['id']}", {"project_id": str(theirs.uid), "customer_id": str(other.uid)})
    torn = api.put(f"/orders/{draft['id']}", {"customer_id": api.customer_id})

    assert [answer.status_code for answer in (created, moved, both, torn)] == [400, 400, 200, 400]
    assert "project_id" in detail(created)
    assert data(api.get(f"/orders/{draft['id']}"))["customer_id"] == str(other.uid)


def test_one_strangers_item_among_own_ones_refuses_the_whole_order(api: Caller, globex: Company) -> None:
    own = data(api.post("/catalog-items", {"name": "Own"}))["id"]
    strangers = data(Caller(globex).post("/catalog-items", {"name": "Foreign"}))["id"]

    answer = api.post(
        "/orders",
        {
            "customer_id": api.customer_id,
            "lines": [line(catalog_item_id=own)] * 6 + [line(catalog_item_id=strangers)],
        },
    )

    assert answer.status_code == 404
    assert not Order.objects.for_business(api.company.business).exists()


@pytest.mark.parametrize(
    ("terms", "word"),
    [
        ({"discount_cents": 10_001, "lines": [line()]}, "discount_cents"),
        (
            {"order_start_date": "2026-02-01", "first_invoice_date": "2026-01-31", "lines": [line()]},
            "first_invoice_date",
        ),
        ({"lines": [{**RECURRING, "billing_timing": "all_upfront"}]}, "term_months"),
        ({"discount_cents": 1, "lines": [RECURRING]}, "term_months"),
        (
            {"term_months": 6, "lines": [{**RECURRING, "ramp_schedule": {"steps": [{"from_month": 7, "qty": "2"}]}}]},
            "ramp_schedule",
        ),
        ({"lines": [line(qty="1000000000", unit_price_cents=10**12)]}, "limit"),
        ({"lines": [line(qty="9000", unit_price_cents=10**12)] * 1_000}, "limit"),
    ],
)
def test_terms_that_do_not_go_together_are_refused_at_create_and_at_put(
    api: Caller, terms: dict[str, object], word: str
) -> None:
    created = api.post("/orders", {"customer_id": api.customer_id, **terms})
    draft = api.create()
    changed = api.put(f"/orders/{draft['id']}", terms)

    assert (created.status_code, changed.status_code) == (400, 400)
    assert word in detail(created)
    assert detail(created) == detail(changed)
    assert data(api.get(f"/orders/{draft['id']}"))["lines"] == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"])
def test_a_method_that_a_route_does_not_know(api: Caller, method: str) -> None:
    answer = api.send(method, "/orders", b"")

    assert (answer.status_code, detail(answer)) == (405, "Method Not Allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_the_method_is_the_one_of_the_request_line(api: Caller) -> None:
    order = api.create()

    answer = api.get(f"/orders/{order['id']}", X_HTTP_Method_Override="DELETE")

    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/", "/api", "/api/v1", "/api/v2/orders", "/api/v1/orders/x/y/z", "/%00", "/ü"])
def test_any_other_path_below_the_mount_is_not_found_in_json(path: str) -> None:
    answer = Client().get(f"/dayzero{path}")

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/json")


@pytest.mark.parametrize("path", ["", "/api/v1/orders/x/y"])
def test_any_other_path_says_so_for_every_method(path: str) -> None:
    assert detail(Client().post(f"/dayzero/{path}")) == "Not Found"


def test_a_slash_at_the_end_answers_the_same_and_never_redirects(api: Caller) -> None:
    answer = api.post("/orders/", {"customer_id": api.customer_id})

    assert answer.status_code == 201


def test_a_client_that_takes_no_json_is_told_so_in_json(api: Caller) -> None:
    answer = api.get("/orders", Accept="text/html")

    assert (answer.status_code, detail(answer)) == (406, "Not Acceptable")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"]
)
def test_only_json_is_read(api: Caller, content_type: str) -> None:
    answer = api.send("POST", "/orders", b"lines[0]qty=1", content_type)

    assert (answer.status_code, detail(answer)) == (415, "Unsupported Media Type")


def test_a_body_above_one_mebibyte_is_too_large(api: Caller) -> None:
    answer = api.send("POST", "/orders", b" " * (2**20 + 1))

    assert (answer.status_code, detail(answer)) == (413, "Request body too large")


@pytest.mark.parametrize(
    ("fault", "status"),
    [(OperationalError("no disk"), 503), (DataError("out of range"), 422), (IntegrityError("unknown"), 409)],
)
def test_a_fault_of_the_database_is_answered_in_shape_and_leaves_nothing(
    api: Caller, monkeypatch: pytest.MonkeyPatch, fault: Exception, status: int
) -> None:
    def failing(**_: object) -> None:
        raise fault

    monkeypatch.setattr(services, "draft_order", failing)

    answer = api.post("/orders", {"customer_id": api.customer_id})

    assert answer.status_code == status
    assert detail(answer)
    assert not Order.objects.for_business(api.company.business).exists()


def test_when_the_database_is_away_the_client_is_asked_to_come_back(
    api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(**_: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("customers.credentials.find", failing)

    answer = api.get("/orders")

    assert (answer.status_code, detail(answer)) == (503, "Service temporarily unavailable")
    assert int(answer.headers["Retry-After"]) > 0


def test_what_nobody_foresaw_is_a_500_in_shape_without_a_trace(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(**_: object) -> None:
        raise ZeroDivisionError("SELECT secret")

    monkeypatch.setattr(services, "draft_order", failing)

    answer = Client(raise_request_exception=False).post(
        "/dayzero/api/v1/orders",
        {"customer_id": api.customer_id},
        content_type="application/json",
        headers=api.headers,
    )

    assert (answer.status_code, detail(answer)) == (500, "Internal Server Error")
