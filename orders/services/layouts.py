"""How a person keeps the orders list: its columns, and how close its rows stand. Their own, and nobody else's."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from customers import ledger
from customers.actors import Actor
from customers.lists import Density
from customers.models import Business, StaffMember
from customers.permissions import Permission
from orders import desk_columns, errors


@transaction.atomic
def keep_columns(*, business: Business, columns: Sequence[str], by: Actor, at: datetime) -> StaffMember:
    """Show these columns wherever a view names none; no column means the usual ones.

    Raises UnusableView for a column that there is not.
    """
    if unknown := set(columns) - desk_columns.LABELS.keys():
        raise errors.UnusableView(f"There is no column “{min(unknown)}”.", field="columns")
    wanted = desk_columns.known(columns)
    return _keep(business, by, at, "list_columns", [] if wanted == desk_columns.USUAL else list(wanted))


@transaction.atomic
def keep_density(*, business: Business, density: str, by: Actor, at: datetime) -> StaffMember:
    """Have the rows stand comfortably or close together. Raises UnusableView for anything else."""
    if density not in set(Density):
        raise errors.UnusableView("Rows are either comfortable or compact.", field="density")
    return _keep(business, by, at, "list_density", density)


def _keep(business: Business, by: Actor, at: datetime, field: str, value: object) -> StaffMember:
    by.require(Permission.READ, business=business)
    if by.person is None:
        raise errors.UnusableView("Only people have lists of their own.", field="by")
    stored = StaffMember.objects.for_business(business).select_for_update().get(pk=by.person.pk)
    before = getattr(stored, field)
    if before != value:
        setattr(stored, field, value)
        stored.save(update_fields=[field])
        was, became = {field: before}, {field: value}
        ledger.record(subject=stored, action="arrange", by=by, at=at, before=was, after=became)
    return stored
