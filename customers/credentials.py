"""API credentials: 256 random bits, shown once, stored as their SHA-256."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Now

from customers import ledger
from customers.actors import Actor, Channel
from customers.models import ApiCredential, Business
from customers.permissions import Permission

# What a token of each door begins with, so that people and secret scanners know it.
MARKERS: dict[str, str] = {Channel.DAYZERO: "dz", Channel.COMMERCELAYER: "cl"}
PREFIX_BYTES = 6
SECRET_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class IssuedCredential:
    credential: ApiCredential
    token: str


def issue(
    *,
    business: Business,
    door: str,
    name: str,
    scopes: frozenset[Permission],
    at: datetime,
    by: Actor,
    expires_at: datetime | None = None,
) -> IssuedCredential:
    """Make a credential for a door. The token (`<marker>_<prefix>_<secret>`) is in this answer and nowhere else."""
    by.require(Permission.BILL, business=business)
    prefix = secrets.token_hex(PREFIX_BYTES)
    token = f"{MARKERS[door]}_{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"
    credential = ApiCredential.objects.create(
        business=business,
        door=door,
        name=name,
        prefix=prefix,
        token_sha256=_digest(token),
        scopes=sorted(scopes),
        created_at=at,
        expires_at=expires_at,
    )
    ledger.record(
        business=business,
        subject=credential,
        action="issue",
        by=by,
        at=at,
        after={"name": name, "door": door},
    )
    return IssuedCredential(credential=credential, token=token)


def revoke(*, credential: ApiCredential, by: Actor, at: datetime) -> None:
    """End a credential at once. Revoking twice changes nothing."""
    by.require(Permission.BILL, business=credential.business)
    live = ApiCredential.objects.for_business(credential.business).filter(pk=credential.pk, revoked_at=None)
    if live.update(revoked_at=at):
        ledger.record(business=credential.business, subject=credential, action="revoke", by=by, at=at)


def find(*, token: str, door: str) -> ApiCredential | None:
    """The live credential behind a token, with its business; None for anything else. Expiry is the database's time."""
    parts = token.split("_", 2)
    if len(parts) != 3:
        return None
    live = Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=Now()))
    credential = ApiCredential.objects.select_related("business").filter(live, prefix=parts[1], door=door).first()
    if credential is None or not hmac.compare_digest(bytes(credential.token_sha256), _digest(token)):
        return None
    return credential


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
