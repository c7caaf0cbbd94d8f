"""Which orders were chosen: by the boxes of this page, and kept from pages before, each with the version seen."""

import re
from collections.abc import Iterable, Mapping

from django.http import HttpRequest

from customers.admin.verbs import Refused
from orders.services.bulk import MOST_ORDERS

CHOSEN = re.compile(r"(?P<pk>\d{1,18}):(?P<version>\d{1,9})", re.ASCII)
KEPT = "kept_orders"


def kept(request: HttpRequest) -> dict[int, int]:
    """The orders kept from other pages, with the version seen of each."""
    stored = request.session.get(KEPT, {})
    return {int(pk): int(version) for pk, version in stored.items()}


def keep(request: HttpRequest) -> int:
    """Keep what is chosen on this page for later; how many are kept now. Raises Refused."""
    chosen = posted(request)
    if not chosen:
        raise Refused("Choose some orders first.")
    request.session[KEPT] = {str(pk): version for pk, version in chosen.items()}
    return len(chosen)


def clear(request: HttpRequest) -> None:
    request.session.pop(KEPT, None)


def posted(request: HttpRequest) -> Mapping[int, int]:
    """What is kept and what the boxes of this page say, which were seen later. Raises Refused."""
    chosen = {**kept(request), **_read(request.POST.getlist("row"))}
    if len(chosen) > MOST_ORDERS:
        raise Refused(f"At most {MOST_ORDERS} orders are chosen at once: choose fewer.")
    return chosen


def _read(texts: Iterable[str]) -> dict[int, int]:
    read = [CHOSEN.fullmatch(text) for text in texts]
    if None in read:
        raise Refused("The page did not say which orders you saw: open it again.")
    return {int(match["pk"]): int(match["version"]) for match in read if match}
