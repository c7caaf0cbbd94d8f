"""Somebody without a mouse: nothing is reached but by Tab, nothing pressed but by Enter."""

from collections.abc import Callable

from playwright.sync_api import Page

# Where the focus is, in the words that a screen reader would use, or the name that the form posts.
WHERE = """() => {
    const here = document.activeElement;
    const label = here.labels && here.labels.length ? here.labels[0].innerText : '';
    const spoken = here.getAttribute('aria-label') || label || here.innerText || here.value || '';
    return here === document.body ? ['', ''] : [spoken.trim(), here.getAttribute('name') || ''];
}"""
MOST_STOPS = 150


class Keyboard:
    def __init__(self, page: Page) -> None:
        self.page = page

    def goes_to(self, words: str) -> None:
        """Tab onwards to the control that says these words. Fails when none is reached."""
        self._tab_until(lambda spoken, name: words in spoken, words)

    def goes_into(self, wanted: str) -> None:
        """Tab onwards to the input of this name. Fails when none is reached."""
        self._tab_until(lambda spoken, name: name == wanted, wanted)

    def _tab_until(self, reached: Callable[[str, str], bool], wanted: str) -> None:
        stops = []
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            spoken, name = self.page.evaluate(WHERE)
            if reached(spoken, name):
                return
            stops.append(spoken or name)
        raise AssertionError(f"Tab never reached {wanted!r}, only {stops}")

    def types(self, into: str, text: str) -> None:
        """Type into a text input, over what stands in it."""
        self.goes_into(into)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def types_new_years_day(self, into: str, year: int) -> None:
        """Type a day part by part; this one reads the same whether the browser asks for the day or the month first."""
        self.goes_into(into)
        self.page.keyboard.type(f"0101{year}")

    def chooses(self, from_: str, beginning: str) -> None:
        """Choose from a list by typing the beginning of a choice."""
        self.goes_into(from_)
        self.page.keyboard.type(beginning)

    def presses(self, control: str) -> None:
        """Go to a button or link, press Enter, and wait for the page it leads to."""
        self.goes_to(control)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
