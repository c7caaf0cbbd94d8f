"""Naming a row in a form: type the beginning of its name, or pick what is offered, `Acme GmbH (#12)`.

A text input, so that it works without scripts, costs no query for the rows already on the page, and never prints a
whole table into a form. static/admin-theme/lookup.js offers names from the admin's own autocomplete.
"""

import re
from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.urls import reverse

PICKED = re.compile(r".*\(#(?P<pk>\d{1,18})\)", re.ASCII | re.DOTALL)
OFFERED = 5

Row = TypeVar("Row", bound=Model)


def label(row: Model) -> str:
    """A row as it is offered and read back."""
    return f"{row} (#{row.pk})"


class Lookup(Generic[Row]):
    """The rows that a form may name; each picked one is read once, together with all the others of the form."""

    def __init__(self, rows: QuerySet[Row]) -> None:
        self.rows = rows
        self.known: dict[int, Row] = {}

    def load(self, texts: Iterable[str]) -> None:
        """Read the rows picked in these texts, in one statement."""
        picked = {int(match["pk"]) for match in map(PICKED.fullmatch, texts) if match}
        self.known |= self.rows.in_bulk(picked - self.known.keys()) if picked - self.known.keys() else {}

    def find(self, text: str) -> Row:
        """The row a person means. Raises ValidationError for none or several, naming the candidates."""
        if picked := PICKED.fullmatch(text):
            self.load([text])
            if row := self.known.get(int(picked["pk"])):
                return row
            raise ValidationError("There is no such row: pick one that is offered.")
        return self._by_name(text)

    def _by_name(self, text: str) -> Row:
        if "@" in text and (same := self._by_email(text)):
            return same
        exact = list(self.rows.filter(name__iexact=text).order_by("pk")[:2])
        found = exact or list(self.rows.filter(name__istartswith=text).order_by("name", "pk")[: OFFERED + 1])
        if not found:
            raise ValidationError(f"Nothing begins with “{text}”.")
        if len(found) > 1:
            names = ", ".join(map(label, found[:OFFERED]))
            raise ValidationError(f"Several begin with “{text}”: {names}{' …' if len(found) > OFFERED else ''}")
        return found[0]

    def _by_email(self, text: str) -> Row | None:
        """The only row with an e-mail address, where rows have one: a customer is known by it at entry."""
        if not any(field.name == "email" for field in self.rows.model._meta.concrete_fields):
            return None
        found = list(self.rows.filter(email__iexact=text).order_by("pk")[:2])
        return found[0] if len(found) == 1 else None


class LookupField(forms.CharField):
    """Cleans to a row of `lookup`, which the form sets; `source` is the foreign key the admin completes."""

    lookup: Lookup[Any]

    def __init__(self, *, source: str, **options: Any) -> None:
        super().__init__(max_length=250, **options)
        self.source = source

    def offer(self, lookup: Lookup[Any]) -> None:
        """Name rows among these, with suggestions where scripts run."""
        app, model, field = self.source.split(".")
        self.lookup = lookup
        query = f"?app_label={app}&model_name={model}&field_name={field}"
        self.widget.attrs |= {"data-lookup": reverse("admin:autocomplete") + query, "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return self.lookup.find(text) if text else None
