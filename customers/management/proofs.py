"""What the commands share that prove something of every business, and write nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from uuid import UUID

from customers import console
from customers.findings import Finding
from customers.words import counted

# The public id and the name of a business, and what is off in it.
Found = tuple[UUID, str, Finding]


class Proof(console.Command):
    """Lists what is off, each with its business, and ends with exit code 1; a sentence when nothing is."""

    def tell(
        self,
        found: Iterable[Found],
        *,
        counts: Mapping[str, int],
        looked_at: Mapping[str, int],
        as_json: bool,
    ) -> None:
        """Print what was found: as one JSON document with `counts`, or a line each and what was `looked_at`."""
        if as_json:
            rows = [{"business": str(uid), **asdict(finding)} for uid, _, finding in found]
            self.print_json({**counts, "findings": rows})
            number = len(rows)
        else:
            number = sum(map(self._print, found))
        if number:
            console.stop(console.Exit.FINDINGS, f"{counted(number, 'finding')}.")
        if not as_json:
            words = ", ".join(f"{name} {count:,}" for name, count in looked_at.items())
            self.stdout.write(f"Nothing is off: {words}.")

    def _print(self, found: Found) -> int:
        _, name, finding = found
        self.stdout.write(f"{name}  {finding.subject}  {finding.code}: {finding.sentence}")
        return 1
