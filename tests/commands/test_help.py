import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import Manage

MANAGE = Path(__file__).parents[2] / "manage.py"


@pytest.mark.parametrize(
    "command",
    [
        "create_business",
        "issue_credential",
        "run_billing",
        "check_cases",
        "verify_books",
        "unbilled",
        "explain",
        "import_usage",
        "close_books",
        "overdue",
        "purge_carts",
        "seal_ledger",
        "verify_audit",
        "complete_orders",
        "renew_subscriptions",
        "expire_orders",
        "seed_orders",
    ],
)
def test_help_shows_an_example_of_the_command(manage: Manage, command: str) -> None:
    ended = manage(command, "--help")

    assert ended.code == 0
    assert f"Example:\n  python manage.py {command} " in ended.out


def test_whoever_reads_the_first_line_only_is_shown_no_traceback() -> None:
    program = subprocess.Popen([sys.executable, MANAGE, "help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert program.stdout
    assert program.stderr
    program.stdout.close()

    said = program.stderr.read()
    program.stderr.close()

    assert (program.wait(), said) == (141, b"")


@pytest.mark.parametrize(
    "command", [("run_billing", "--plan"), ("seal_ledger", "--heads")], ids=["billing plan", "heads of chains"]
)
@pytest.mark.parametrize(("name", "reason"), [("none/file", "there is no directory"), ("", "it is a directory")])
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_done(
    manage: Manage, tmp_path: Path, command: tuple[str, str], name: str, reason: str
) -> None:
    ended = manage(*command, tmp_path / name)

    assert ended.code == 2
    assert f"cannot be written: {reason}" in ended.err


@pytest.mark.parametrize(
    "said",
    [
        ("verify_boks",),
        ("help", "verify_boks"),
        ("verify_books", "--bussiness", "x"),
        ("run_billing", "--as-of", "yesterday"),
        ("unbilled", "everything"),
        ("explain",),
    ],
    ids=" ".join,
)
def test_what_was_typed_wrongly_ends_as_wrongly_used_and_not_as_a_finding(
    manage: Manage, said: tuple[str, ...]
) -> None:
    assert manage(*said).code == 2
