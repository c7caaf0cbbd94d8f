"""The database's host vanishes in the midst of a command, which has no time limits: the kernel gives the connection up.

It takes root and network namespaces, and is skipped loudly without.
"""

import os
import subprocess
import time
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from billing.models import Invoice
from orders import verification
from tests.cast import Company, approved, company, monthly
from tests.kill.served import PATIENCE_SECONDS
from tests.kill.wire import Wire
from tests.prove import report
from tests.restore.drill import PRODUCTION
from tests.wire import elsewhere
from tests.wire.elsewhere import Elsewhere

# As the address has them by default, but for how long.
SOON = "tcp_user_timeout=2000&keepalives_idle=1&keepalives_interval=1&keepalives_count=2"
WAITING = """
    SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
    WHERE NOT granted AND datname = current_database()
"""

pytestmark = pytest.mark.skipif("TEARS" not in os.environ, reason="TEARS is not set: make tear")


@pytest.fixture
def host() -> Iterator[Elsewhere]:
    with elsewhere.host() as made:
        if made is None:
            pytest.skip("NOT TRIED: a host that vanishes takes root and network namespaces")
        yield made


@pytest.fixture
def acme(transactional_db: None) -> Company:
    return company("acme")


@pytest.fixture
def wire(host: Elsewhere) -> Iterator[Wire]:
    made = Wire(host=host.here)
    yield made
    made.cut()


def test_a_run_whose_database_vanishes_ends_and_goes_on_when_it_is_back(
    acme: Company, host: Elsewhere, wire: Wire
) -> None:
    approved(acme, monthly())
    line = ("run_billing", "--business", str(acme.business.uid), "--as-of", "2026-03-31")
    given = {**PRODUCTION, "DATABASE_URL": f"{wire.url}?{SOON}"}

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE billing_agreement")
        with host.manage(*line, **given) as run:
            await_waiting()
            host.pull()
            said = ended(run)
    wire.cut()
    wire.mend()
    host.plug_in()
    with host.manage(*line, **given) as again:
        ended(again)

    assert (run.returncode, "The database failed" in said, "Traceback" in said) == (5, True, False)
    assert again.returncode == 0
    assert Invoice.objects.for_business(acme.business).count() == 3
    assert list(verification.of_business(business=acme.business)) == []
    report.told("wires", "a host that vanishes", tried=1, broken=0)


def ended(run: subprocess.Popen[str]) -> str:
    """What it said on standard error."""
    try:
        _, said = run.communicate(timeout=PATIENCE_SECONDS)
    finally:
        run.kill()
    return said


def await_waiting() -> None:
    latest = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < latest:
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone() != (0,):
                return
        time.sleep(0.05)
    raise AssertionError("the command never came to what is locked")
