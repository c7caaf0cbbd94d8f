"""Whatever a scenario did, its books and its ledger prove themselves when it ends."""

from collections.abc import Iterator

import pytest

from customers import audit
from customers.models import Business
from orders import verification
from tests.scenarios.played import SUPPORTED


@pytest.fixture(scope="session", params=SUPPORTED)
def case(request: pytest.FixtureRequest) -> str:
    """An acceptance case; all that is asked of one is asked in a row."""
    return str(request.param)


@pytest.fixture(autouse=True)
def _books_prove_themselves(request: pytest.FixtureRequest) -> Iterator[None]:
    """Look before the database is cleared; the acceptance cases do so inside their own transaction."""
    needed = {"db", "transactional_db"} & set(request.fixturenames)
    for name in needed:
        request.getfixturevalue(name)
    yield
    if needed:
        owners = Business.objects.order_by("id")
        assert [finding for owner in owners for finding in audit.of_business(business=owner)] == []
        assert [finding for owner in owners for finding in verification.of_business(business=owner)] == []
