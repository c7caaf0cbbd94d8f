from dataclasses import replace

import pytest

from tests import scenes
from tests.api.commercelayer.caller import STORE, Caller
from tests.cast import Company
from tests.stores import Store, store


@pytest.fixture
def shop(acme: Company) -> Store:
    """Acme's store in Europe."""
    return replace(scenes.begin(store, acme), company=acme)


@pytest.fixture
def api(shop: Store) -> Caller:
    """An integration with a token for the market, which may do everything."""
    return Caller(shop.company, market=1234)


@pytest.fixture
def front(shop: Store) -> Caller:
    """A storefront: a sales channel's token for the market."""
    return Caller(shop.company, *STORE, market=1234)
