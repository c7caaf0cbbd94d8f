"""Try every mutant of the billing engine, one process at a time: `python -m tests.mutation [module …]`.

Ends with 1 when a mutant survives without a written reason, or a reason is written for one that does not.
"""

import argparse
import os
import sys
import time
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.mutation import mutants, trial

ENGINE = Path("billing/engine")
# Of its own, because the processes that run tests are silent.
TERMINAL = os.fdopen(os.dup(1), "w")
REASONS = Path(__file__).with_name("survivors.toml")


def main() -> int:
    """Print a line for each survivor, and how many mutants there were."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("modules", nargs="*", help="names of modules in billing/engine; default: all")
    chosen: Sequence[str] = parser.parse_args().modules
    begun = time.monotonic()
    modules = [name for name in _modules() if not chosen or name.rsplit(".", 1)[-1] in chosen]
    tried = [mutant for name in modules for mutant in mutants.of_module(module=name, source=_path(name).read_text())]
    _say(f"{len(tried)} mutants in {len(modules)} modules")
    survivors = [mutant.name for mutant in trial.survivors(tried, package=ENGINE, say=_say)]
    off = list(_off(survivors, _reasons(), modules))
    for sentence in off:
        _say(sentence)
    killed = len(tried) - len(survivors)
    _say(f"{killed} killed, {len(survivors)} left, {len(off)} to look at, in {time.monotonic() - begun:.0f} s.")
    return 1 if off else 0


def _modules() -> list[str]:
    paths = sorted(path for path in ENGINE.rglob("*.py") if path.name != "__init__.py")
    return [".".join(path.with_suffix("").parts) for path in paths]


def _path(module: str) -> Path:
    return Path(*module.split(".")).with_suffix(".py")


def _reasons() -> Mapping[str, str]:
    rows = tomllib.loads(REASONS.read_text()).get("survivor", [])
    return {f"{row['where']}: {row['change']}": row["reason"] for row in rows}


def _off(survivors: Sequence[str], reasons: Mapping[str, str], modules: Sequence[str]) -> Iterable[str]:
    for name in survivors:
        if not reasons.get(name):
            yield f"NO REASON   {name}"
    for name in reasons:
        if name.split(":", 1)[0] in modules and name not in survivors:
            yield f"NO SURVIVOR {name}"


def _say(sentence: str) -> None:
    TERMINAL.write(f"{sentence}\n")
    TERMINAL.flush()


if __name__ == "__main__":
    sys.exit(main())
