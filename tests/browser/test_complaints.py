"""The stories are as good as their ears: each thing that a browser can complain about is heard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.complaints import Complaints


@pytest.fixture
def complaints(live_server: LiveServer) -> Complaints:
    return Complaints(host=live_server.url)


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, complaints: Complaints) -> Iterator[Page]:
    """The login page, listened to."""
    context = chromium.new_context(base_url=live_server.url)
    complaints.listen(context)
    page = context.new_page()
    page.goto("/admin/login/")
    assert complaints.heard == []
    yield page
    context.close()


def heard(page: Page, complaints: Complaints, word: str) -> bool:
    """Whether a complaint with this word comes within a moment."""
    for _ in range(100):
        if any(word in complaint for complaint in complaints.heard):
            return True
        page.wait_for_timeout(50)
    return False


@pytest.mark.parametrize(
    ("doing", "word"),
    [
        ("setTimeout(() => { throw new Error('broken'); })", "broken"),
        ("console.error('broken')", "broken"),
        ("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">red</p>')", "style-src"),
        ("document.head.append(Object.assign(document.createElement('script'), {text: '1'}))", "script-src"),
        ("void (new Image().src = 'https://elsewhere.example/pixel.png')", "elsewhere.example"),
        ("void fetch('/nowhere/')", "404"),
        ("void (location = 'http://elsewhere.example/')", "another host"),
    ],
)
def test_what_goes_wrong_in_a_page_is_heard(page: Page, complaints: Complaints, doing: str, word: str) -> None:
    page.evaluate(doing)

    assert heard(page, complaints, word)
