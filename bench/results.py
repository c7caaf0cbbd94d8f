"""What the benchmarks share of their arguments, and of storing what they found."""

import argparse
import json
from pathlib import Path


def parser(description: str | None, *, rounds: int = 5) -> argparse.ArgumentParser:
    """Arguments of a benchmark: how many rounds, and where to store the results."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--rounds", type=int, default=rounds)
    made.add_argument("--json", type=Path, metavar="FILE", help="store the results")
    return made


def store(path: Path | None, results: object) -> None:
    """Write the results as JSON, where somebody asked for that."""
    if path:
        path.write_text(json.dumps(results, indent=1) + "\n")
