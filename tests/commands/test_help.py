import pytest

from tests.commands.conftest import Manage


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
