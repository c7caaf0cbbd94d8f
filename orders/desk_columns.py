"""The columns that the orders list and its export can have, by name, in the order in which they stand.

The number is always there. Which others is said by the address of a view, else by how a person keeps the list.
"""

from collections.abc import Iterable

from customers.models import StaffMember

LABELS = {
    "customer": "Customer",
    "total": "Total",
    "monthly": "Monthly",
    "term": "Term",
    "state": "State",
    "waiting": "Waiting",
    "approvers": "Who can approve",
    "assignee": "Assigned to",
    "tags": "Tags",
    "start": "Start",
    "first_invoice": "First invoice",
    "approved": "Approved",
    "changed": "Last change",
    "door": "Came through",
}
USUAL = ("customer", "total", "monthly", "term", "state", "waiting", "approvers", "assignee", "tags")
# The part of a view's address that names its columns.
PARAMETER = "cols"


def known(names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that there are, each once and in the list's order."""
    wanted = set(names)
    return tuple(name for name in LABELS if name in wanted)


def canonical(text: str) -> str:
    """What an address says of columns, as it is kept: `customer,total`; nothing when it names none that there are."""
    return ",".join(known(text.split(",")))


def own(member: StaffMember) -> tuple[str, ...]:
    """The columns of a person whose view names none."""
    return known(member.list_columns) or USUAL


def chosen(text: str, *, member: StaffMember) -> tuple[str, ...]:
    """The columns of a view, by its address and the person who looks."""
    return known(text.split(",")) or own(member)
