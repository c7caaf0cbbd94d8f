"""The engine's refusals as billing's own."""

from collections.abc import Iterator
from contextlib import contextmanager

from billing.engine.terms import TermsRefused
from billing.errors import BillingError


@contextmanager
def refused_as(error: type[BillingError]) -> Iterator[None]:
    """What the engine refuses is raised as this error, with the same sentence and field."""
    try:
        yield
    except TermsRefused as refused:
        raise error(refused.message, field=refused.field) from refused
