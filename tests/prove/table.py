"""What `make prove` found, as one table: each part by what it asked for, and beneath it its subjects."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from tests.prove.parts import PARTS, Part

CORPUS = "attack corpus"


@dataclass(kw_only=True)
class Subject:
    tried: int = 0
    broken: int = 0
    there_are: int = 0
    remark: str = ""
    how: str = ""


@dataclass(kw_only=True)
class Seen:
    """What became of the tests of a part, and the figures that they told."""

    failed: list[str] = field(default_factory=list)
    seconds: float = 0.0
    processor_seconds: float = 0.0
    subjects: dict[str, Subject] = field(default_factory=dict)

    def add(self, name: str, told: Subject) -> None:
        """A figure of a subject, or of a piece of it."""
        found = self.subjects.setdefault(name, Subject())
        found.tried += told.tried
        found.broken += told.broken
        found.there_are += told.there_are
        found.remark, found.how = told.remark, told.how


@dataclass(frozen=True, kw_only=True)
class Row:
    part: Part
    asked: int
    seen: Seen

    @property
    def wanted(self) -> int:
        """As many as were asked for, or all that there are."""
        return max(self.asked, sum(subject.there_are for subject in self.seen.subjects.values()))

    @property
    def tried(self) -> int:
        return sum(subject.tried for subject in self.seen.subjects.values())

    @property
    def broken(self) -> int:
        return sum(subject.broken for subject in self.seen.subjects.values())

    @property
    def verdict(self) -> str:
        """Met; or else the first reason why not."""
        if not self.tried and not self.seen.failed:
            return "SKIPPED"
        if self.broken or self.seen.failed:
            return "BROKEN"
        subjects = sum(1 for subject in self.seen.subjects.values() if subject.tried)
        return "met" if self.tried >= self.wanted and subjects >= self.part.fewest else "TOO FEW"


def part_of(test: str) -> Part | None:
    """The part that a test belongs to, by its file."""
    path = test.partition("::")[0]
    return next((part for part in PARTS if path.startswith(tuple(part.tests) or ("?",))), None)


def door_of(test: str) -> str:
    """The door that a test of the corpus asks: its file has the name."""
    return PurePosixPath(test.partition("::")[0]).stem.removeprefix("test_")


def read(figures: str, seen: Mapping[str, Seen]) -> None:
    """Add the figures that tests told to what is seen of each part."""
    for line in figures.splitlines():
        part, subject, tried, broken, there_are, remark, how = json.loads(line)
        told = " ".join(f"{name.upper()}={value}" for name, value in how.items())
        seen[part].add(subject, Subject(tried=tried, broken=broken, there_are=there_are, remark=remark, how=told))


def rows(seen: Mapping[str, Seen], sizes: Mapping[str, str]) -> list[Row]:
    counts = {name: int(value) for name, value in sizes.items()}
    return [Row(part=part, asked=part.wanted(counts), seen=seen[part.name]) for part in PARTS]


def drawn(found: Iterable[Row]) -> str:
    """The table, the times in seconds."""
    lines: list[Sequence[str]] = [("part", "seen", "wanted", "broken", "verdict", "lane s", "cpu s", "")]
    for row in found:
        seen = row.seen
        times = (f"{seen.seconds:.0f}", f"{seen.processor_seconds:.0f}")
        figures = (f"{row.tried:,} {row.part.things}", f"{row.wanted:,}", str(row.broken), row.verdict)
        lines.append((row.part.name, *figures, *times, "; ".join(seen.failed[:3])))
        lines += [_line(name, subject) for name, subject in sorted(seen.subjects.items())]
    widths = [max(map(len, column)) for column in zip(*(line[:-1] for line in lines), strict=True)]
    return "\n".join("  ".join([*map(str.ljust, line, widths), line[-1]]).rstrip() for line in lines)


def _line(name: str, subject: Subject) -> Sequence[str]:
    told = ", ".join(filter(None, (subject.remark, subject.how)))
    return (f"  {name}", f"{subject.tried:,}", "", str(subject.broken), "", "", "", told)
