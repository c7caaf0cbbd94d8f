"""Who asks where a rule is decided finds one module that names it."""

import pkgutil
import re
from importlib import import_module

import pytest

from billing import engine

MODULES = [import_module(found.name) for found in pkgutil.walk_packages(engine.__path__, "billing.engine.")]


@pytest.mark.parametrize("number", range(1, 25))
def test_every_rule_is_named_by_the_one_module_that_decides_it(number: int) -> None:
    naming = [module.__name__ for module in MODULES if re.search(rf"\bR{number}\b", module.__doc__ or "")]

    assert len(naming) == 1
