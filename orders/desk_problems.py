"""What stands in the way of the few drafts that a desk shows, by the rules that the draft's own page asks."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from customers.models import Business
from orders import previews
from orders.models import Line, Order
from orders.services import validity

# Longer drafts are not looked into from the desk.
MOST_LINES = 200


def of_drafts(*, business: Business, drafts: Sequence[Order], today: date) -> dict[int, int]:
    """How many problems each of these drafts has, by its id, those with none left out. One statement in all."""
    found: dict[int, list[Line]] = defaultdict(list)
    rows = Line.objects.for_business(business).filter(order__in=[draft.pk for draft in drafts])
    for line in rows.filter(position__lte=MOST_LINES).select_related("catalog_item").order_by("order", "position"):
        found[line.order_id].append(line)
    counts = {draft.pk: _count(draft, found[draft.pk], today) for draft in drafts if len(found[draft.pk]) <= MOST_LINES}
    return {pk: count for pk, count in counts.items() if count}


def _count(draft: Order, lines: Sequence[Line], today: date) -> int:
    problems = previews.problems(order=draft, lines=lines, today=today)
    return len(problems) + validity.is_over(order=draft, on=today)
