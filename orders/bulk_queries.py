"""Reading what a bulk run is for, and what became of it."""

from collections.abc import Mapping, Sequence

from customers.models import Business
from orders.bulk import Choice
from orders.models import BulkResult, BulkRun, Order


def frozen(*, business: Business, seen: Mapping[int, int]) -> list[Choice]:
    """The orders chosen, each with the version seen and, if that still stands, the hash of its terms."""
    rows = Order.objects.for_business(business).filter(pk__in=seen).values_list("pk", "version", "terms_sha256")
    hashes = {(pk, version): terms_sha256 for pk, version, terms_sha256 in rows}
    return [Choice(pk=pk, version=version, terms_sha256=hashes.get((pk, version), "")) for pk, version in seen.items()]


def choices(rows: Sequence[tuple[int, int, str]]) -> list[Choice]:
    return [Choice(pk=pk, version=version, terms_sha256=terms_sha256) for pk, version, terms_sha256 in rows]


def results(*, run: BulkRun) -> list[BulkResult]:
    """What became of each order of a run, with the customer that the page names."""
    rows = BulkResult.objects.for_business(run.business).filter(run=run)
    return list(rows.select_related("order__customer").order_by("order_id"))
