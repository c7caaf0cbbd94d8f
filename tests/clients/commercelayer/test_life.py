"""Commerce Layer's own JavaScript SDK, pointed at the door, drives an order from an empty cart to its refund."""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

from billing.models import Invoice
from orders import verification
from orders.api.commercelayer import ids
from tests.api.commercelayer.caller import STORE, client_of
from tests.cast import company
from tests.stores import COUPON, SHIRT, store

HERE = Path(__file__).parent
OLDEST_NODE = 20


def node_version() -> int:
    """The major version of Node on this machine, 0 without one."""
    if not (shutil.which("node") and shutil.which("npm")):
        return 0
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout  # the Node in use
    return int(said.strip().removeprefix("v").partition(".")[0])


def installed() -> Path:
    """A folder with the script and the locked SDK beside it, made once for each lock."""
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()[:16]
    folder: Path = settings.VAR_DIR / "clients" / "commercelayer" / lock
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "life.mjs"):
        shutil.copy(HERE / name, folder / name)
    if not (folder / "node_modules" / "@commercelayer").exists():
        outcome = subprocess.run(
            ["npm", "ci", "--no-audit", "--no-fund"], check=False, cwd=folder, capture_output=True, text=True
        )
        if outcome.returncode:
            pytest.skip(f"NOT TESTED: npm could not install the SDK: {outcome.stderr[-300:]}")
    return folder


@pytest.mark.skipif(node_version() < OLDEST_NODE, reason="NOT TESTED: the SDK needs Node 20 or newer")
@pytest.mark.django_db(transaction=True)
def test_the_sdk_takes_an_order_from_an_empty_cart_to_its_refund(live_server: LiveServer) -> None:
    shop = store(company("acme"))
    desk_id, desk_secret = client_of(shop.company)
    store_id, store_secret = client_of(shop.company, *STORE)
    market_id = ids.encode(business=shop.company.business.uid, kind="markets", key=shop.market.pk)

    outcome = subprocess.run(
        ["node", "life.mjs"],  # the Node in use
        cwd=installed(),
        env=os.environ
        | {
            "CL_URL": f"{live_server.url}/commercelayer",
            "CL_CLIENT_ID": desk_id,
            "CL_CLIENT_SECRET": desk_secret,
            "CL_STORE_ID": store_id,
            "CL_STORE_SECRET": store_secret,
            "CL_MARKET_NUMBER": "1234",
            "CL_MARKET_ID": market_id,
            "CL_SKU_CODE": SHIRT,
            "CL_COUPON_CODE": COUPON,
        },
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert outcome.returncode == 0, outcome.stderr
    told = json.loads(outcome.stdout)
    assert told["states"] == [
        "draft / unpaid / unfulfilled",
        "pending / unpaid / unfulfilled",
        "placed / authorized / unfulfilled",
        "approved / authorized / unfulfilled",
        "approved / paid / in_progress",
        "approved / paid / fulfilled",
        "cancelled / refunded / fulfilled",
    ]
    assert told["total"] == Invoice.objects.get().total_cents == 5_700
    assert list(verification.of_business(business=shop.company.business)) == []
