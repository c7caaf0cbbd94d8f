"""A Chromium for the tests, in front of the real desk on loopback, and nothing it complains about goes unnoticed."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from customers.models import StaffMember
from tests.browser.complaints import Complaints
from tests.browser.desk import Desk
from tests.cast import Company, company

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 30_000
ARGUMENTS = (
    "--no-sandbox",  # the suite may be root, and visits nothing but itself
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
)

Visit = Callable[[StaffMember | None], Desk]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One Chromium for all stories of a worker. Gone, with its event loop, before a test of another folder starts."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("NOT TESTED: there is no Chromium to look at the desk with; `make browser` installs one")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop runs in this thread for as long as the browser lives, and Django would take us for async.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        expect.set_options(timeout=PATIENCE)
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def acme(live_server: LiveServer) -> Company:
    """The company whose desk is open, with rows that the server sees."""
    return company("acme")


@pytest.fixture
def globex(live_server: LiveServer) -> Company:
    return company("globex")


@pytest.fixture
def visit(chromium: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """Opens the desk for a member of staff, or for somebody nobody knows yet, in a browser of their own.

    After the story no page may have complained: no error in the console or a script, nothing that the content
    security policy had to stop, no request to another host.
    """
    complaints = Complaints(host=live_server.url)
    contexts: list[BrowserContext] = []

    def opened(member: StaffMember | None) -> Desk:
        context = chromium.new_context(base_url=live_server.url, locale="en-GB", timezone_id="UTC")
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        complaints.listen(context)
        if member:
            context.add_cookies([{"name": "sessionid", "value": session_of(member), "url": live_server.url}])
        return Desk(context.new_page(), complaints)

    yield opened
    for context in contexts:
        context.close()
    assert complaints.heard == []


def session_of(member: StaffMember) -> str:
    """The key of a session in which a member of staff is logged in."""
    client = Client()
    client.force_login(member.user)
    return client.cookies["sessionid"].value
