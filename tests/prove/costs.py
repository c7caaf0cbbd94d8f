"""A plugin of pytest: what each test took, of the clock and of the processor, with the processes that it ended."""

import resource
import time
from collections.abc import Generator

import pytest

from tests.prove.parts import CPU, PARTS, SECONDS
from tests.prove.table import part_of

BEGUN = pytest.StashKey[tuple[float, float]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In the order of the parts: what takes a lane for minutes comes before what fills the other one to the end."""
    places = {part.name: place for place, part in enumerate(PARTS)}
    found = {item: part_of(item.nodeid) for item in items}
    items.sort(key=lambda item: places[part.name] if (part := found[item]) else len(PARTS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    item.stash[BEGUN] = time.monotonic(), _used()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Only the last report of a test bears what the whole of it took."""
    report = yield
    if call.when == "teardown":
        begun, used = item.stash[BEGUN]
        report.user_properties = [(SECONDS, time.monotonic() - begun), (CPU, _used() - used)]
    return report


def _used() -> float:
    """Without that of the database's server, which is no child of ours."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
