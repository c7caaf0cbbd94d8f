"""What the environment chooses, seen from outside: in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

MANAGE = Path(__file__).parents[2] / "manage.py"
WHOLE = {
    "SECRET_KEY": "a-long-key-of-many-different-signs-0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "DATABASE_URL": "postgresql://clerk@db.example/orders",
    "ALLOWED_HOSTS": "orders.example.com",
}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(MANAGE), *arguments],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_an_environment_it_is_development() -> None:
    assert manage("check").returncode == 0


def test_debug_off_without_the_rest_names_all_that_is_missing() -> None:
    refused = manage("check", DEBUG="false")

    assert refused.returncode == 4
    assert "SECRET_KEY, DATABASE_URL, ALLOWED_HOSTS" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_one_production_value_asks_for_the_others() -> None:
    refused = manage("check", SECRET_KEY=WHOLE["SECRET_KEY"])

    assert refused.returncode == 4
    assert "DATABASE_URL, ALLOWED_HOSTS" in refused.stderr


def test_the_production_configuration_passes_the_deployment_check() -> None:
    checked = manage("check", "--deploy", "--fail-level", "WARNING", **WHOLE)

    assert (checked.returncode, checked.stdout) == (0, "System check identified no issues (0 silenced).\n")


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret_key"
    secret.write_text(f"{WHOLE['SECRET_KEY']}\n")
    environment = {name: value for name, value in WHOLE.items() if name != "SECRET_KEY"}

    checked = manage("check", "--deploy", "--fail-level", "WARNING", **environment, SECRET_KEY_FILE=str(secret))

    assert checked.returncode == 0


def test_a_misspelt_switch_is_refused_and_not_guessed() -> None:
    refused = manage("check", DEBUG="flase")

    assert refused.returncode != 0
    assert "DEBUG is 'flase'; say true or false." in refused.stderr


def test_a_demo_is_refused_in_production() -> None:
    refused = manage("demo", **WHOLE)

    assert refused.returncode == 4
    assert "known passwords" in refused.stderr
