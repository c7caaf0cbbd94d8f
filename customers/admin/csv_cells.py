"""Cells of the files that the desk hands out."""

import json

from django.core.serializers.json import DjangoJSONEncoder

# What a spreadsheet takes for the beginning of a formula.
RUN = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(value: object) -> str:
    """A value as a cell that no spreadsheet runs: what looks like a formula begins with an apostrophe."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    return f"'{text}" if text.startswith(RUN) else text
