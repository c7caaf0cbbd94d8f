"""The parts of `make prove`: which tests each is made of, and how much of it is asked for."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

# Meant for less than twenty minutes on two idle cores; each can be set from outside.
SIZES = {
    "N": "19960",
    "FORMS": "200",
    "EACH": "2",
    "ROUNDS": "25",
    "THREADS": "64",
    "FAULTS": "1",
    "TAMPERS": "10",
    "KILLS": "250",
    "AGREEMENTS": "6000",
    "LICENCE_KILLS": "25",
    "WEB_KILLS": "200",
    "ORDERS": "150",
    "BACKUPS": "2",
    "TEARS": "41",
    "PROVE_EXAMPLES": "15",
    "PROVE_STEPS": "20",
}
SECONDS, CPU = "seconds", "processor_seconds"
DOORS = 5
RACES = 12
FAULTED = 9
PLANTED = 10


@dataclass(frozen=True, kw_only=True)
class Part:
    """`wanted` is how many of its things are asked for at least, given the sizes; `fewest` is of how many subjects."""

    name: str
    tests: Sequence[str]
    things: str
    wanted: Callable[[Mapping[str, int]], int]
    fewest: int = 1


# What cannot be shared among lanes comes first, and what comes in many small pieces fills all of them to the end.
PARTS = (
    Part(
        name="races",
        tests=("tests/prove/test_races.py",),
        things="rounds",
        wanted=lambda sizes: RACES * sizes["ROUNDS"],
        fewest=RACES,
    ),
    Part(
        name="lives billed to the cent",
        tests=("tests/proof",),
        things="lives",
        wanted=lambda sizes: sizes["PROVE_EXAMPLES"],
    ),
    Part(
        name="faults",
        tests=("tests/prove/test_faults.py",),
        things="faults",
        wanted=lambda sizes: 1,
        fewest=FAULTED,
    ),
    Part(
        name="kills",
        tests=("tests/kill",),
        things="kills",
        wanted=lambda sizes: sizes["KILLS"] + 2 * sizes["LICENCE_KILLS"] + sizes["WEB_KILLS"],
        fewest=4,
    ),
    Part(
        name="hostile requests",
        tests=("tests/prove/test_fuzz.py", "tests/prove/test_admin_forms.py", "tests/prove/test_page_forms.py"),
        things="requests",
        wanted=lambda sizes: DOORS * sizes["N"] + sizes["FORMS"],
        fewest=DOORS + 3,
    ),
    Part(
        name="documents",
        tests=("tests/prove/test_conformity.py",),
        things="requests",
        wanted=lambda sizes: DOORS * sizes["EACH"],
        fewest=DOORS,
    ),
    Part(
        name="wires",
        tests=("tests/wire",),
        things="wires",
        wanted=lambda sizes: 2_000 // sizes["TEARS"],
        fewest=13,
    ),
    Part(
        name="restores",
        tests=("tests/restore",),
        things="restores",
        wanted=lambda sizes: sizes["BACKUPS"] + 6,
        fewest=6,
    ),
    Part(
        name="attack corpus",
        tests=("tests/api/attack",),
        things="cases",
        wanted=lambda sizes: 1,
        fewest=DOORS,
    ),
    Part(
        name="tampers",
        tests=("tests/prove/test_tampers.py",),
        things="tampers",
        wanted=lambda sizes: sizes["TAMPERS"],
    ),
    Part(name="planted bugs", tests=(), things="caught", wanted=lambda sizes: PLANTED, fewest=PLANTED),
)


def sizes() -> dict[str, str]:
    """As they are asked for: ours, but for those that the environment sets."""
    return {name: os.environ.get(name, usual) for name, usual in SIZES.items()}
