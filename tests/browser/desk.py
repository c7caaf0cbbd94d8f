"""A member of staff in front of the desk: stories are written in what they do and see."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db.models import Model
from playwright.sync_api import Locator, Page, expect

from tests.admin.pages import url
from tests.browser.complaints import Complaints
from tests.browser.keyboard import Keyboard

PASSWORD = "correct horse battery"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An order as it is typed: a header, and the first line."""

    customer: str
    start: str = "2099-01-31"
    months: str = "3"
    line: str = "Plan"
    qty: str = "1"
    price: str = "100.00"

    def inputs(self) -> Mapping[str, str]:
        """What is typed, by the names of the inputs and in their order."""
        return {
            "customer": self.customer,
            "order_start_date": self.start,
            "term_months": self.months,
            "lines-0-description": self.line,
            "lines-0-qty": self.qty,
            "lines-0-unit_price": self.price,
        }


class Desk:
    """A browser at the desk."""

    def __init__(self, page: Page, complaints: Complaints) -> None:
        self.page = page
        self.complaints = complaints
        self.keyboard = Keyboard(page)

    # Going about

    def opens(self, address: str) -> None:
        self.page.goto(address)

    def opens_the_desk(self) -> None:
        self.opens("/admin/")

    def opens_page_of(self, row: Model) -> None:
        self.opens(url(row))

    def follows(self, link: str) -> None:
        """A link of the page itself, not of the way about beside it."""
        self.page.locator("#content").get_by_role("link", name=link).first.click()

    def presses(self, button: str) -> None:
        """A button, and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.button(button).click()

    def logs_in(self, username: str, password: str = PASSWORD) -> None:
        self.opens_the_desk()
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("Password").fill(password)
        self.presses("Log in")

    # Work

    def writes(self, draft: Draft) -> None:
        """Type a new order, and leave it unsaved."""
        self.opens_the_desk()
        self.page.get_by_role("link", name="New order").first.click()
        for name, text in draft.inputs().items():
            self.input(name).fill(text)
        self.input("lines-0-billing_rule").select_option("recurring")

    def refuses_because(self, reason: str, *, verb: str) -> None:
        """Send back or reject what is on the page."""
        self.page.get_by_label("Reason, if you do not approve").fill(reason)
        self.presses(verb)

    def withdraws_because(self, reason: str) -> None:
        """Take back what waits for approval."""
        form = self.page.locator("form[action$='/withdraw/']")
        form.get_by_label("Reason").fill(reason)
        with self.page.expect_navigation():
            form.get_by_role("button").click()

    def is_answered(self, status: int) -> None:
        """A refusal of this kind is part of what follows."""
        self.complaints.expect(status)

    # What is on the page

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=re.compile(f"^{re.escape(name)}"))

    def input(self, name: str) -> Locator:
        return self.page.locator(f"[name='{name}']")

    @property
    def address(self) -> str:
        """The path of the page."""
        return urlsplit(self.page.url).path

    def heading_of(self, address: str) -> str:
        """Open a page, and read what it calls itself."""
        self.opens(address)
        return self.page.locator("h1").last.inner_text()

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()

    def sees_text(self, pattern: re.Pattern[str]) -> None:
        """Words that hold for one of several ways to write them."""
        expect(self.page.get_by_text(pattern).filter(visible=True).first).to_be_visible()

    def does_not_see(self, text: str) -> None:
        expect(self.page.get_by_text(text)).to_have_count(0)

    def may_not_press(self, button: str) -> None:
        expect(self.button(button)).to_be_disabled()

    def finds_no_button(self, name: str) -> None:
        expect(self.button(name)).to_have_count(0)
