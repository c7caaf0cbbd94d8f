"""A save that somebody was faster than: merged field by field, or kept to copy when the order is no draft any more."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.core.serializers.json import DjangoJSONEncoder
from django.http import QueryDict

from customers import ledger
from customers.models import Event
from orders import line_moves, merging
from orders.admin import draft_texts, drafting
from orders.admin.draft_forms import HeaderForm, LineForm
from orders.merging import Difference, Merged, Side
from orders.models import Line, Order
from orders.services import moves

PICK = "pick-"
ALL = "pick_all"
MERGING = "merging"
TAGS = ("tags", "tags_seen")


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A difference as the page shows it."""

    label: str
    difference: Difference
    theirs: str
    base: str
    yours: str

    @property
    def name(self) -> str:
        return PICK + self.difference.key


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """What was typed over `seen_version` of an order that has moved on, and what comes of both."""

    order: Order
    posted: QueryDict
    seen_version: int
    merged: Merged
    has_base: bool
    events: list[Event]

    @property
    def must_be_asked(self) -> bool:
        """Whether a person has to look before anything is saved."""
        return not self.merged.is_settled or ("_submit" in self.posted and MERGING not in self.posted)

    @property
    def who(self) -> str:
        """Whoever changed the order meanwhile, by name."""
        return ", ".join(dict.fromkeys(event.actor_name for event in self.events)) or "Somebody"

    @property
    def asked(self) -> list[Row]:
        return list(self._rows(self.merged.conflicts))

    @property
    def settled(self) -> list[Row]:
        return list(self._rows(self.merged.settled))

    @property
    def kept_fields(self) -> list[tuple[str, str]]:
        """All that was typed, to be posted again with the choices."""
        return typed_fields(self.posted)

    def merged_post(self) -> QueryDict:
        """What came of it, as a form posts it."""
        merged = draft_texts.to_post(
            self.merged.draft, order=self.order, stored=(str(line.uid) for line in self.order.lines.all())
        )
        # Tags are put on and taken off one by one: nobody's get lost, and there is nothing to choose.
        merged.update({name: str(self.posted[name]) for name in TAGS if name in self.posted})
        return merged

    def _rows(self, differences: list[Difference]) -> Iterator[Row]:
        numbers = {str(line.uid): line.position + 1 for line in self.order.lines.all()}
        for difference in differences:
            sides = (difference.theirs, difference.base, difference.yours)
            theirs, base, yours = (_shown(side) for side in sides)
            yield Row(label=_label(difference, numbers), difference=difference, theirs=theirs, base=base, yours=yours)


def find(*, order: Order, posted: QueryDict, seen_version: int) -> Conflict:
    """Compare what was typed over an earlier version with the order as it is; `order` has its lines at hand."""
    lines = list(order.lines.all())
    events = list(ledger.history(business=order.business, subject=order))
    base = _at_version(order, lines, events, seen_version)
    merged = merging.merge(
        base=base,
        theirs=draft_texts.of_order(order, lines),
        yours=_typed(posted, order),
        picks=_picks(posted) if posted.get(MERGING) == str(order.version) else {},
    )
    return Conflict(
        order=order,
        posted=posted,
        seen_version=seen_version,
        merged=merged,
        has_base=base is not None,
        events=[event for event in events if event.after.get("version", 0) > seen_version],
    )


def line_at(*, order: Order, uid: str, version: int) -> merging.Texts | None:
    """A line as it was at a version; None when it was not there, or the ledger does not lead there."""
    lines = list(order.lines.all())
    events = list(ledger.history(business=order.business, subject=order).filter(after__version__gt=version))
    draft = _at_version(order, lines, events, version)
    return (draft.lines or {}).get(uid) if draft else None


def typed_fields(posted: QueryDict) -> list[tuple[str, str]]:
    """The fields of the draft's form, as they were typed."""
    names = {*HeaderForm.base_fields, "version"}
    return [(name, str(value)) for name, value in posted.items() if name in names or name.startswith("lines-")]


def words(*, order: Order, posted: QueryDict) -> str:
    """What was typed as plain text, to copy somewhere else."""
    draft = _typed(posted, order)
    header = [f"{_field(name)}: {said}" for name, said in draft.header.items() if said]
    lines = ["\t".join(said.replace("\n", "; ") for said in line.values()) for line in (draft.lines or {}).values()]
    return "\n".join([*header, "", *lines]).strip()


def _typed(posted: QueryDict, order: Order) -> merging.Draft:
    forms = drafting.typed(posted, business=order.business, order=order, most_lines=drafting.MOST_MERGED)
    return draft_texts.of_forms(forms.header, forms.lines)


def _at_version(order: Order, lines: list[Line], events: list[Event], version: int) -> merging.Draft | None:
    now = _as_json({**moves.state(order, lines), **moves.labels(order)})
    changes = ((event.before, event.after) for event in reversed(events))
    state = line_moves.state_at(version=version, now=now, events=changes)
    return draft_texts.of_state(state, business=order.business) if state else None


def _as_json(state: Mapping[str, object]) -> dict[str, object]:
    """A state as the ledger gives it back."""
    decoded: dict[str, object] = json.loads(DjangoJSONEncoder().encode(dict(state)))
    return decoded


def _picks(posted: QueryDict) -> Mapping[str, Side]:
    """Which side was chosen, by the key of the difference; one button chooses a side for all of them."""
    sides = set(Side)
    if (side := posted.get(ALL)) in sides:
        return _Always(Side(str(side)))
    return {
        name.removeprefix(PICK): Side(str(side))
        for name, side in posted.items()
        if name.startswith(PICK) and side in sides
    }


class _Always(dict[str, Side]):
    def __init__(self, side: Side) -> None:
        super().__init__()
        self.side = side

    def get(self, key: str, default: object = None) -> Side:
        return self.side


def _label(difference: Difference, numbers: Mapping[str, int]) -> str:
    if not difference.line:
        return _field(difference.field)
    known = numbers.get(difference.line)
    line = f"Line {known}" if known else "A new line" if difference.line.startswith("+") else "A removed line"
    return f"{line}, {_field(difference.field).lower()}" if difference.field else line


def _field(name: str) -> str:
    field = HeaderForm.base_fields.get(name) or LineForm.base_fields.get(name)
    return str(field.label or "").strip() if field and field.label else name.replace("_", " ").capitalize()


def _shown(side: object) -> str:
    if side is None:
        return "no such line"
    if isinstance(side, Mapping):
        return " · ".join(said for said in side.values() if said)
    return str(side) or "nothing"
