"""A plugin of pytest: what each test took, of the clock and of the processor, with the processes that it ended."""

import resource
import time
from collections.abc import Iterator

import pytest

SECONDS, CPU = "seconds", "processor_seconds"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    begun, used = time.monotonic(), _used()
    item.user_properties += [(SECONDS, lambda: time.monotonic() - begun), (CPU, lambda: _used() - used)]
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Only the last report of a test bears what the whole of it took."""
    report = yield
    given = dict(item.user_properties)
    report.user_properties = [(name, given[name]()) for name in (SECONDS, CPU)] if call.when == "teardown" else []
    return report


def _used() -> float:
    """Without that of the database's server, which is no child of ours."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
