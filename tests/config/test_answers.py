"""Every answer bears a request id; health needs nobody; nothing below a door's mount is HTML."""

import logging
import uuid

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from config import urls
from config.errors import DOORS


def disturbed(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault of ours")


def cut_off(request: HttpRequest) -> HttpResponse:
    raise OperationalError("server closed the connection, SELECT 1")


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


urlpatterns = [
    path("dayzero/disturbed", disturbed),
    path("disturbed", disturbed),
    *(path(f"{mount.strip('/')}/cut-off", cut_off) for mount in DOORS),
    path("cut-off", cut_off),
    path("dayzero/suspicious", suspicious),
]
handler400 = urls.handler400
handler500 = urls.handler500


def test_a_sane_request_id_is_echoed(client: Client) -> None:
    answer = client.get("/livez", headers={"X-Request-Id": "trace/7f3a:1"})

    assert answer.headers["X-Request-Id"] == "trace/7f3a:1"


@pytest.mark.parametrize("given", ["", "two words", "<script>", "é", "a" * 129, 'x"}'])
def test_any_other_is_replaced(client: Client, given: str) -> None:
    answer = client.get("/livez", headers={"X-Request-Id": given})

    assert uuid.UUID(answer.headers["X-Request-Id"]).version == 4


def test_the_log_line_has_the_id_and_the_path_without_its_query(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="countersign.request")

    client.get("/livez?customer=Ada", headers={"X-Request-Id": "r-1", "Authorization": "Bearer dz_secret"})

    assert "'path': '/livez'" in caplog.text
    assert "r-1" in caplog.text
    assert "Ada" not in caplog.text
    assert "dz_secret" not in caplog.text


def test_the_process_is_alive_without_a_database(client: Client) -> None:
    answer = client.get("/livez")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready_with_a_database_of_this_release(client: Client) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "checks": {"database": "ok", "migrations": "ok", "row_security": "ok"}}


@pytest.mark.django_db
def test_not_ready_while_migrations_are_missing(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="orders").delete()

    answer = client.get("/readyz")

    assert answer.status_code == 503
    checks = {"database": "ok", "migrations": "behind", "row_security": "unknown"}
    assert answer.json() == {"status": "unavailable", "checks": checks}


def test_not_ready_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable() -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", unreachable)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.json()["checks"] == {"database": "unreachable", "migrations": "unknown", "row_security": "unknown"}


def test_an_unknown_address_is_a_small_page(client: Client) -> None:
    answer = client.get("/nowhere", headers={"X-Request-Id": "r-2"})

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Request r-2" in answer.text


@override_settings(ROOT_URLCONF="tests.config.test_answers")
def test_a_fault_of_ours_is_a_page_for_people() -> None:
    answer = Client(raise_request_exception=False).get("/disturbed")

    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "a fault of ours" not in answer.text


@override_settings(ROOT_URLCONF="tests.config.test_answers")
def test_a_fault_of_ours_leaves_its_traceback_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    Client(raise_request_exception=False).get("/disturbed")

    assert "RuntimeError: a fault of ours" in caplog.text


@override_settings(ROOT_URLCONF="tests.config.test_answers")
@pytest.mark.parametrize(("name", "status"), [("disturbed", 500), ("suspicious", 400)])
def test_below_a_door_it_is_json(name: str, status: int) -> None:
    answer = Client(raise_request_exception=False).post(f"/dayzero/{name}")

    assert answer.status_code == status
    assert list(answer.json()) == ["detail"]
    assert answer.headers["X-Request-Id"]


@override_settings(ROOT_URLCONF="tests.config.test_answers")
@pytest.mark.parametrize("mount", ["/", *DOORS])
def test_without_the_database_everybody_may_come_again(mount: str) -> None:
    answer = Client(raise_request_exception=False).post(f"{mount}cut-off")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    assert "SELECT" not in answer.text
    assert answer.headers["Content-Type"].startswith("text/html" if mount == "/" else "application/json")


def test_a_wrong_host_is_json_below_a_door(client: Client) -> None:
    answer = client.get("/dayzero/api/v1/orders", headers={"Host": "elsewhere.example"})

    assert answer.status_code == 400
    assert answer.json() == {"detail": "The server could not understand this request."}


@pytest.mark.parametrize("address", ["/", "/admin"])
def test_the_root_leads_people_to_the_admin(client: Client, address: str) -> None:
    assert client.get(address).headers["Location"] == "/admin/"
    assert client.post(address).status_code == 405


def test_pages_allow_nothing_but_our_own(client: Client) -> None:
    policy = client.get("/nowhere").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@override_settings(SECURE_SSL_REDIRECT=True)
def test_a_door_refuses_plain_http_in_its_own_words_and_does_not_redirect(client: Client) -> None:
    answer = client.post("/dayzero/api/v1/orders", {}, content_type="application/json")

    assert (answer.status_code, answer.json()) == (403, {"detail": "This API is served over https only."})
