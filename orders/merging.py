"""Two people changed one draft: what each did is kept, and only what both did to the same field is asked.

A draft is compared as the texts of its fields, so that what was typed and cannot be read is kept as well.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

Texts = Mapping[str, str]


class Side(StrEnum):
    THEIRS = "theirs"
    BASE = "base"
    YOURS = "yours"


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """The fields above the lines, and the lines by id, in their order; None: the lines are no part of it."""

    header: Texts
    lines: Mapping[str, Texts] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A field, or without a `field` a whole line, that somebody changed; None is a line that is not there.

    `side` is whose text stands: None while both changed it and nobody has chosen.
    """

    line: str
    field: str
    theirs: str | Texts | None
    base: str | Texts | None
    yours: str | Texts | None
    side: Side | None
    is_conflict: bool

    @property
    def key(self) -> str:
        return "-".join(filter(None, (self.line or "header", self.field)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Merged:
    """What came of it. Where nobody has chosen yet, yours stands."""

    draft: Draft
    differences: tuple[Difference, ...]

    @property
    def conflicts(self) -> list[Difference]:
        return [difference for difference in self.differences if difference.is_conflict]

    @property
    def settled(self) -> list[Difference]:
        return [difference for difference in self.differences if not difference.is_conflict]

    @property
    def is_settled(self) -> bool:
        return all(difference.side for difference in self.differences)


def merge(*, base: Draft | None, theirs: Draft, yours: Draft, picks: Mapping[str, Side]) -> Merged:
    """Merge field by field; `picks` decides by key where both changed. Without a base every difference is asked."""
    differences = [*_fields("", base.header if base is not None else None, theirs.header, yours.header, picks)]
    header = _chosen(yours.header, differences)
    if theirs.lines is None or yours.lines is None:
        lines = None
    else:
        lines, moved = _lines(base, theirs.lines, yours.lines, picks)
        differences += moved
    return Merged(draft=Draft(header=header, lines=lines), differences=tuple(differences))


def _fields(
    line: str, base: Texts | None, theirs: Texts, yours: Texts, picks: Mapping[str, Side]
) -> Iterator[Difference]:
    for field, mine in yours.items():
        other, before = theirs.get(field, ""), None if base is None else base.get(field, "")
        if difference := _difference((line, field), base=before, theirs=other, yours=mine, picks=picks):
            yield difference


def _difference(
    place: tuple[str, str],
    *,
    base: str | Texts | None,
    theirs: str | Texts | None,
    yours: str | Texts | None,
    picks: Mapping[str, Side],
    has_base: bool = True,
) -> Difference | None:
    """What moved in one place, and whose text stands; None when nothing did."""
    if theirs == yours and (base is None or base == theirs):
        return None
    line, field = place
    is_conflict = False
    side: Side | None
    if has_base and yours in (base, theirs):
        side = Side.THEIRS
    elif has_base and base == theirs:
        side = Side.YOURS
    else:
        is_conflict = True
        side = picks.get("-".join(filter(None, (line or "header", field))))
    return Difference(line=line, field=field, theirs=theirs, base=base, yours=yours, side=side, is_conflict=is_conflict)


def _chosen(yours: Texts, differences: list[Difference]) -> dict[str, str]:
    """The texts after each difference is decided."""
    texts = dict(yours)
    for difference in differences:
        text = getattr(difference, difference.side or Side.YOURS)
        texts[difference.field] = text or ""
    return texts


def _lines(
    base: Draft | None, theirs: Mapping[str, Texts], yours: Mapping[str, Texts], picks: Mapping[str, Side]
) -> tuple[dict[str, Texts], list[Difference]]:
    were = base.lines if base is not None else None
    merged: dict[str, Texts] = {}
    differences: list[Difference] = []
    for uid in _order(were or {}, theirs, yours):
        before, other, mine = (were or {}).get(uid), theirs.get(uid), yours.get(uid)
        if other is not None and mine is not None:
            moved = list(_fields(uid, before, other, mine, picks))
            merged[uid] = _chosen(mine, moved)
            differences += moved
            continue
        difference = _difference(
            (uid, ""), base=before, theirs=other, yours=mine, picks=picks, has_base=were is not None or _is_new(uid)
        )
        if difference is None:
            continue
        differences.append(difference)
        stands = getattr(difference, difference.side or Side.YOURS)
        if difference.side is None:
            stands = mine or other
        if stands is not None:
            merged[uid] = stands
    return merged, differences


def _is_new(uid: str) -> bool:
    """A line that was typed and never stored."""
    return uid.startswith("+")


def _order(base: Mapping[str, Texts], theirs: Mapping[str, Texts], yours: Mapping[str, Texts]) -> list[str]:
    """The order of whoever moved lines about, theirs if both did; what the other added stands behind its neighbour."""
    both = theirs.keys() & yours.keys() & base.keys()
    theirs_moved = [uid for uid in theirs if uid in both] != [uid for uid in base if uid in both]
    first, second = (list(theirs), list(yours)) if theirs_moved else (list(yours), list(theirs))
    order = first
    for position, uid in enumerate(second):
        if uid in order:
            continue
        before = second[position - 1] if position else None
        order.insert(order.index(before) + 1 if before else 0, uid)
    return order
