"""What the lines workbench shows and what its buttons mean: rows, filters, the chosen lines and their new cells."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from billing.engine.terms import Rule
from customers import queries as customer_queries
from customers.admin.verbs import Refused, version
from orders import previews
from orders.admin import draft_conflicts, draft_texts, line_sheet
from orders.admin.draft_texts import LINE
from orders.admin.drafting import OF_A_LINE
from orders.admin.line_plans import Plan
from orders.models import Line, Order

LARGEST_FILE = 8 * 2**20


@dataclass(frozen=True, kw_only=True)
class BenchRow:
    """A line of the table: as it is stored, or as somebody typed it and could not have it."""

    line: Line
    cells: Mapping[str, str]
    problem: str = ""
    errors: Mapping[str, str] | None = None
    # On the first row of an item, when lines are grouped: the item with all of its lines in the filter.
    group: "Group | None" = None


@dataclass(frozen=True, kw_only=True)
class Group:
    """The lines of one item that a filter leaves."""

    name: str
    count: int
    cents: int


def found(order: Order, stored: Sequence[Line], asked: QueryDict) -> list[Line]:
    """The lines that a filter leaves."""
    words, rule = asked.get("q", "").strip().lower(), asked.get("rule", "")
    wrong = set(problems(order, stored)) if asked.get("problem") else None
    return [
        line
        for line in stored
        if (not words or words in line.description.lower() or words in str(line.catalog_item or "").lower())
        and (not rule or line.billing_rule == rule)
        and (wrong is None or line.position in wrong)
    ]


def grouped(lines: Sequence[Line]) -> list[Line]:
    """The lines by the names of their items, those without one last."""
    return sorted(lines, key=lambda line: (line.catalog_item is None, _item(line), line.position))


def groups(lines: Sequence[Line]) -> dict[str, Group]:
    """The items of some lines, by name."""
    by_item: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_item[_item(line)].append(line)
    return {
        name: Group(name=name or "without an item", count=len(own), cents=sum(line.line_total_cents for line in own))
        for name, own in by_item.items()
    }


def with_groups(rows: Sequence[BenchRow], known: Mapping[str, Group]) -> list[BenchRow]:
    """The rows of a page, each first one of an item with its group."""
    previous: str | None = None
    shown = []
    for row in rows:
        name = _item(row.line)
        shown.append(replace(row, group=known[name]) if name != previous else row)
        previous = name
    return shown


def _item(line: Line) -> str:
    return line.catalog_item.name if line.catalog_item else ""


def row(line: Line, order: Order, problems: Mapping[int, str], refused: BenchRow | None) -> BenchRow:
    if refused and refused.line.uid == line.uid:
        return refused
    return BenchRow(line=line, cells=draft_texts.of_line(line, order.currency), problem=problems.get(line.position, ""))


def problems(order: Order, stored: Sequence[Line]) -> dict[int, str]:
    """What is wrong with lines, by their position."""
    found = previews.line_problems(order=order, lines=stored, today=today(order))
    at = ((OF_A_LINE.match(problem.field), problem) for problem in found)
    return {int(match["position"]): problem.message for match, problem in at if match}


def today(order: Order) -> date:
    return customer_queries.today(business=order.business, at=timezone.now())


def is_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def check_version(posted: QueryDict, order: Order) -> None:
    if version(posted) != order.version:
        raise Refused(
            f"{order.number} was changed since you looked: it is at version {order.version} now. Look, and do it again."
        )


def moved_meanwhile(order: Order, line: Line, seen: int) -> str:
    """What to say when somebody else changed the same line since it was seen; blank when nobody did."""
    if seen == order.version:
        return ""
    before = draft_conflicts.line_at(order=order, uid=str(line.uid), version=seen)
    now = draft_texts.of_line(line, order.currency)
    if before == now:
        return ""
    said = " · ".join(filter(None, now.values()))
    return f"Somebody else changed this line meanwhile. It is now: {said}. Save again to put yours over it."


def chosen(posted: QueryDict, found: Sequence[Line], stored: Sequence[Line]) -> list[Line]:
    """The ticked lines, or all that the filter leaves: at the same version these are the ones that were shown."""
    if "all_found" in posted:
        return list(found)
    ticked = set(posted.getlist("chosen"))
    chosen = [line for line in stored if str(line.uid) in ticked]
    if not chosen:
        raise Refused("Choose lines first.")
    return chosen


def set_cells(posted: QueryDict, chosen: Sequence[Line], order: Order) -> list[dict[str, str]]:
    """Cells that set the same on every chosen line; what is left blank stays."""
    said = {name: posted.get(f"set_{name}", "").strip() for name in ("billing_rule", "billing_timing", "unit_price")}
    said = {name: cell for name, cell in said.items() if cell}
    if not said:
        raise Refused("Say what to set: a rule, a timing or a price.")
    timing = {"none": ""}.get(said.get("billing_timing", ""), said.get("billing_timing"))
    if timing is not None:
        said["billing_timing"] = timing
    elif said.get("billing_rule", Rule.RECURRING) != Rule.RECURRING:
        said["billing_timing"] = ""
    return [{line_sheet.ID: str(line.uid), **said} for line in chosen]


def filled_cells(posted: QueryDict, chosen: Sequence[Line], order: Order) -> list[dict[str, str]]:
    """Cells that take one column of the first chosen line down into the others."""
    column = posted.get("column", "")
    if column not in LINE:
        raise Refused("Choose the column to fill down.")
    first, *others = chosen
    said = draft_texts.of_line(first, order.currency)[column]
    return [{line_sheet.ID: str(line.uid), column: said} for line in others]


def sheet(request: HttpRequest) -> str:
    """The table that was pasted, or uploaded as a file."""
    upload = request.FILES.get("file")
    if upload is None:
        return request.POST.get("sheet", "")
    if (upload.size or 0) > LARGEST_FILE:
        raise Refused(f"The file is larger than {LARGEST_FILE // 2**20} MB.")
    try:
        return bytes(upload.read()).decode("utf-8-sig")
    except UnicodeDecodeError as refused:
        raise Refused("The file is not UTF-8 text: save it as CSV (UTF-8).") from refused


def done(plan: Plan) -> str:
    if plan.is_empty:
        return "Nothing of it is new."
    parts = {"added": len(plan.added), "changed": len(plan.changed), "removed": len(plan.removed)}
    return f"{', '.join(f'{count:,} {kind}' for kind, count in parts.items() if count)}."


def without_page(asked: QueryDict) -> str:
    kept = asked.copy()
    kept.pop("page", None)
    return kept.urlencode()
