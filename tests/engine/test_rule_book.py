"""Who asks where a rule is decided finds one module that names it."""

import pkgutil
import re
from importlib import import_module
from pathlib import Path

import pytest

from billing import engine

MODULES = [import_module(found.name) for found in pkgutil.walk_packages(engine.__path__, "billing.engine.")]


@pytest.mark.parametrize("number", range(1, 25))
def test_every_rule_is_named_by_the_one_module_that_decides_it(number: int) -> None:
    naming = [module.__name__ for module in MODULES if re.search(rf"\bR{number}\b", module.__doc__ or "")]

    assert len(naming) == 1


@pytest.mark.parametrize("number", range(1, 25))
def test_every_rule_is_told_on_the_page_about_billing(number: int) -> None:
    page = (Path(__file__).parents[2] / "docs" / "billing.md").read_text()

    assert re.search(rf"\bR{number}\b", page)
