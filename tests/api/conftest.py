import pytest

from tests.api.bitbybit.caller import Caller
from tests.cast import Company


@pytest.fixture
def shop(acme: Company) -> Caller:
    """Acme's shop, with a bitbybit key that may do everything."""
    return Caller(acme)
