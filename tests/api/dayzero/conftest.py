import pytest

from tests.api.dayzero.caller import Caller
from tests.cast import Company


@pytest.fixture
def api(acme: Company) -> Caller:
    """Acme's own program, with a token that may do everything."""
    return Caller(acme)
