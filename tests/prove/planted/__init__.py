"""Bugs on purpose, each switched on by its name in SABOTAGE: the harness that it concerns must then be seen to fail.

`make race SABOTAGE=approved-unlocked` loses its races; a name that there is not is answered with all that there are.
Every harness plants what is switched on for as long as it is at work, and nothing else of a test is touched.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.prove import report
from tests.prove.planted import in_doors, in_races

SWITCH = "SABOTAGE"
BUGS = {**in_races.BUGS, **in_doors.BUGS}


@contextmanager
def switched_on() -> Iterator[None]:
    """Meanwhile the bug that SABOTAGE names is in the code. Raises LookupError for one that there is not."""
    name = os.environ.get(SWITCH)
    if name and name not in BUGS:
        known = "\n".join(f"  {each:24} {bug.harness}: {bug.says}" for each, bug in BUGS.items())
        raise LookupError(f"{SWITCH} names no bug that there is: {name}. There are\n{known}")
    with pytest.MonkeyPatch.context() as patch:
        if name:
            BUGS[name].plant(patch)
        yield


def of(harness: str) -> list[tuple[str, str]]:
    """The bugs that a harness must notice, by name, each at every subject of its own."""
    return [(name, subject) for name, bug in BUGS.items() if bug.harness == harness for subject in bug.subjects]


def told(name: str, subject: str, *, is_caught: bool, how: str = "") -> None:
    """Keep for the table of `make prove` whether a bug was noticed."""
    bug = BUGS[name]
    where = f", {subject}" if len(bug.subjects) > 1 else ""
    report.told("planted bugs", f"{bug.says}{where}", tried=1, broken=int(not is_caught), remark=f"{name}: {how}")
