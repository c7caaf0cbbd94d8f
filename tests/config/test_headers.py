"""What every answer tells a browser to do and to leave, in production as on this machine."""

import json
import os
import sys
from subprocess import run

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.errors import DOORS
from tests.config.test_production import MANAGE, WHOLE

PAGES = ("/admin/login/", "/docs/dayzero/", "/dayzero/api/v1/orders", "/livez", "/there/is/nothing")
ASKED = """
import json
import os
from django.conf import settings
names = ("SESSION_COOKIE_NAME CSRF_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SESSION_COOKIE_HTTPONLY "
         "SESSION_COOKIE_SAMESITE SECURE_HSTS_SECONDS SECURE_SSL_REDIRECT")
print(json.dumps({name: getattr(settings, name) for name in names.split()}))
"""


@pytest.mark.parametrize("address", PAGES)
def test_no_answer_is_sniffed_framed_or_told_to_others(db: None, address: str) -> None:
    headers = Client().get(address).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]


@pytest.mark.parametrize("mount", DOORS)
def test_a_door_s_answers_are_no_pages_and_know_no_session(db: None, mount: str) -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "somebody-s"

    with CaptureQueriesContext(connection) as asked:
        answer = client.get(f"{mount}nowhere")

    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert not answer.cookies
    assert not any("session" in each["sql"] for each in asked)


@override_settings(SECURE_HSTS_SECONDS=31_536_000)
def test_browsers_are_told_to_come_back_by_https_only(db: None) -> None:
    headers = Client().get(reverse("admin:login"), secure=True).headers

    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_pages_of_the_login_are_kept_by_nobody(db: None) -> None:
    headers = [Client().get(reverse(name)).headers for name in ("admin:login", "admin:login_code")]

    assert all("no-store" in told["Cache-Control"] for told in headers)


def test_a_post_without_a_token_or_from_a_foreign_page_is_refused(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    form = {"username": "ana", "password": "x"}
    client.get(reverse("admin:login"))

    bare = client.post(reverse("admin:login"), form)
    foreign = client.post(reverse("admin:login"), form, headers={"Origin": "https://evil.example"})
    code = client.post(reverse("admin:login_code"), {"code": "000000"})

    assert [bare.status_code, foreign.status_code, code.status_code] == [403, 403, 403]


def test_cookies_of_production_are_bound_to_this_host_and_https() -> None:
    told = run(
        [sys.executable, str(MANAGE), "shell", "-v", "0", "-c", ASKED],
        env={"PATH": os.environ["PATH"], **WHOLE},
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(told.stdout) == {
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_SSL_REDIRECT": True,
    }


def test_the_session_cookie_is_out_of_reach_of_scripts_and_foreign_pages() -> None:
    assert (settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE) == (True, "Strict")
