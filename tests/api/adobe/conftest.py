import pytest

from tests import scenes
from tests.api.adobe import programme
from tests.api.adobe.caller import Caller
from tests.cast import Company


@pytest.fixture
def shop(acme: Company) -> Company:
    """Acme with a licensing programme, and no customer in it yet."""
    scenes.begin(programme.open_programme, acme)
    return acme


@pytest.fixture
def api(shop: Company) -> Caller:
    """A partner's program for a customer in the United States without an anniversary."""
    scenes.begin(programme.customer, shop)
    return Caller(shop)


@pytest.fixture
def document_api(shop: Company) -> Caller:
    """A partner's program for the customer of the published document."""
    programme.migrated(shop)
    return Caller(shop)
