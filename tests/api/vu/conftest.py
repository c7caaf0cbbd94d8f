import pytest

from tests import scenes
from tests.api.vu.caller import Caller, stocked
from tests.cast import Company


@pytest.fixture
def api(acme: Company) -> Caller:
    """A customer of Acme's factory, with a key that may do everything."""
    scenes.begin(stocked, acme)
    return Caller(acme)
