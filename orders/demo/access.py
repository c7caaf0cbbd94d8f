"""The ways into the demo: what `var/demo.env` holds."""

import secrets
import shlex
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password

from customers import credentials
from customers.actors import Channel
from customers.models import Business, Customer, StaffMember, User
from customers.permissions import Permission
from orders.api.commercelayer import ids
from orders.demo import northwind, store
from orders.demo.desk import DOOR, SYSTEM, issue_credential
from orders.demo.seed import seed
from orders.services import access

DRAFTER = northwind.STUDIO.drafter.username
APPROVER = northwind.STUDIO.approvers[0].username
OPS = northwind.STUDIO.ops.username
PASSWORD_BYTES = 9


def open_demo(*, at: datetime, base_url: str) -> dict[str, str]:
    """The variables of `var/demo.env`, in order. Seeds the demo where there is none; a second call keeps its data.

    Passwords and tokens are stored as hashes: those in `var/demo.env` are kept while they work, and made anew
    otherwise.
    """
    business = _demo_business() or seed(at=at)
    known = _read(settings.VAR_DIR / "demo.env")
    market = store.open_store(business=business, at=at)
    client_id, client_secret = _working_client(known, business) or _new_client(business, at)
    return {
        "COUNTERSIGN_URL": base_url,
        "STAFF_DRAFTER": DRAFTER,
        "STAFF_APPROVER": APPROVER,
        "STAFF_OPS": OPS,
        "STAFF_PASSWORD": _working_password(known, business) or _set_password(business),
        "DAYZERO_TOKEN": _working_token(known, business)
        or issue_credential(business=business, name="Demo", at=at).token,
        "DAYZERO_BUSINESS_ID": str(business.uid),
        "DAYZERO_CUSTOMER_ID": str(Customer.objects.for_business(business).order_by("id")[0].uid),
        "CL_CLIENT_ID": client_id,
        "CL_CLIENT_SECRET": client_secret,
        "CL_MARKET_NUMBER": str(market.number),
        "CL_MARKET_ID": ids.encode(business=business.uid, kind="markets", key=market.pk),
        "CL_SKU_CODE": store.SKUS[0][0],
        "CL_COUPON_CODE": store.COUPON,
    }


def _new_client(business: Business, at: datetime) -> tuple[str, str]:
    """An integration of the store, which may do everything."""
    issued = credentials.issue(
        business=business,
        door=Channel.COMMERCELAYER,
        name="Demo store",
        scopes=frozenset(Permission),
        at=at,
        by=SYSTEM,
    )
    client_id = access.public_id(issued.credential)
    return client_id, issued.token.removeprefix(f"{client_id}_")


def _working_client(known: Mapping[str, str], business: Business) -> tuple[str, str] | None:
    client_id, secret = known.get("CL_CLIENT_ID", ""), known.get("CL_CLIENT_SECRET", "")
    credential = credentials.find(token=f"{client_id}_{secret}", door=Channel.COMMERCELAYER)
    return (client_id, secret) if credential and credential.business == business else None


def _demo_business() -> Business | None:
    member = StaffMember.objects.select_related("business").filter(user__username=DRAFTER).first()
    return member.business if member else None


def _read(path: Path) -> Mapping[str, str]:
    """Shell assignments; nothing when there is no such file."""
    words = shlex.split(path.read_text()) if path.exists() else []
    return dict(word.split("=", 1) for word in words if "=" in word)


def _working_password(known: Mapping[str, str], business: Business) -> str | None:
    password = known.get("STAFF_PASSWORD", "")
    staff = User.objects.filter(staff_member__business=business)
    return password if all(user.check_password(password) for user in staff) else None


def _set_password(business: Business) -> str:
    """One new password for everybody at the studio."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    User.objects.filter(staff_member__business=business).update(password=make_password(password))
    return password


def _working_token(known: Mapping[str, str], business: Business) -> str | None:
    token = known.get("DAYZERO_TOKEN", "")
    credential = credentials.find(token=token, door=DOOR)
    return token if credential and credential.business == business else None
