"""The forms that stand on a page, filled as a browser would post them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

# What a browser leaves out unless it is chosen, or pressed.
CHOSEN = frozenset({"checkbox", "radio"})
PRESSED = frozenset({"submit", "button", "image", "reset"})


@dataclass(kw_only=True)
class PageForm:
    """Where a form is posted to, what stands in its fields, and which buttons it has."""

    path: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[PageForm] = []
        self.form: PageForm | None = None
        # The field that text or options are of.
        self.name = ""

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            is_posted = given.get("method", "").lower() == "post"
            self.form = PageForm(path=urljoin(self.address, given.get("action", ""))) if is_posted else None
            self.forms += [self.form] if self.form else []
        elif self.form:
            self._field(self.form, tag, given)

    def _field(self, form: PageForm, tag: str, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if (tag in ("input", "button") and kind in PRESSED) or tag == "button":
            form.buttons[name] = given.get("value", "")
        elif tag == "input" and name and kind != "file" and (kind not in CHOSEN or "checked" in given):
            form.fields[name] = given.get("value", "on" if kind in CHOSEN else "")
        elif tag in ("select", "textarea") and name:
            self.name = name
            form.fields.setdefault(name, "")
        elif tag == "option" and self.name and ("selected" in given or not form.fields[self.name]):
            form.fields[self.name] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.form and self.name and self.lasttag == "textarea":
            self.form.fields[self.name] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self.name = ""
        elif tag == "form":
            self.form = None


def read(page: str, *, address: str) -> list[PageForm]:
    """Every form of a page that is posted."""
    reader = _Reader(address)
    reader.feed(page)
    return reader.forms
