from pathlib import Path

from django.core.management.base import CommandParser

from customers import console
from orders.cases import nodes, read, report
from orders.cases.read import Case, NotSupported
from orders.cases.report import Outcome, Verdict


class Command(console.Command):
    help = (
        "Play acceptance cases through the services, compare every document to the\n"
        "cent, and keep nothing.\n\n"
        "Exit code 0 only when every case passed. A case that differs makes it 1, and so\n"
        "does one that asks for something this version does not support: a gate never\n"
        "passes in silence. A file that cannot be read makes it 2."
    )
    example = "python manage.py check_cases cases/billing.json --case A01"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="JSON list of cases")
        parser.add_argument("--case", help="id of the only case to play; default: all")
        console.add_json_option(parser)

    def handle(self, *, file: Path, case: str | None, as_json: bool, **options: object) -> None:
        try:
            outcomes = self._play(_chosen(file, case), talk=not as_json)
        except nodes.BadFile as fault:
            console.stop(console.Exit.USAGE, str(fault))
        if as_json:
            self.print_json(report.as_json(outcomes))
        else:
            self.stdout.write(report.summary(outcomes))
        failed = [outcome.id for outcome in outcomes if outcome.verdict is not Verdict.PASSED]
        if failed:
            console.stop(console.Exit.FINDINGS, f"Not passed: {', '.join(failed)}")

    def _play(self, cases: list[Case | NotSupported], *, talk: bool) -> list[Outcome]:
        outcomes = []
        for case in cases:
            outcomes.append(report.outcome(case))
            if talk:
                self.stdout.write("\n".join(report.lines(outcomes[-1])))
        return outcomes


def _chosen(file: Path, case: str | None) -> list[Case | NotSupported]:
    """The cases of the file, or the one that is asked for; none at all is a mistake and not a success."""
    found = [each for each in read.cases(file) if case in (None, each.id)]
    if not found:
        raise nodes.BadFile(f"{file} has no case{f' {case}' if case else 's'}.")
    return found
