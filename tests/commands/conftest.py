from collections.abc import Callable
from dataclasses import dataclass

import django
import pytest
from django.db import connections

from config.program import Program


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a command ended: its exit code, its results and its talk."""

    code: int
    out: str
    err: str


Manage = Callable[..., Ended]


@pytest.fixture
def manage(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Manage:
    """Run `manage.py` as a shell would, in this process and inside the test's transaction.

    What is set up already stays: its log would go on to a stream that ends with the test.
    """
    monkeypatch.setattr(connections, "close_all", lambda: None)
    monkeypatch.setattr(django, "setup", lambda: None)

    def run(*arguments: object) -> Ended:
        code = 0
        capsys.readouterr()
        try:
            Program(["manage.py", *map(str, arguments), "--no-color", "--skip-checks"]).execute()
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capsys.readouterr()
        return Ended(code=code, out=said.out, err=said.err)

    return run
