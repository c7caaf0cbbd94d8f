"""Tables of ratios: a median with its least and most, cells to the right."""

import sys
from collections.abc import Sequence
from statistics import median


def spread(ratios: Sequence[float], *, digits: int = 2) -> str:
    """The median with its least and most."""
    return f"{median(ratios):.{digits}f} ({min(ratios):.{digits}f} to {max(ratios):.{digits}f})"


def say(*cells: str, widths: Sequence[int]) -> None:
    """A line of a table, at once."""
    sys.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip() + "\n")
    sys.stdout.flush()
