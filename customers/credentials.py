"""API credentials: 256 random bits, shown once, stored as their SHA-256."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from customers import credentials_sql, ledger, wall
from customers.actors import Actor, Channel
from customers.credentials_sql import Stored
from customers.models import ApiCredential, Business
from customers.permissions import Permission

# What a token of each door begins with, so that people and secret scanners know it.
MARKERS: dict[str, str] = {
    Channel.ADOBE: "ad",
    Channel.BITBYBIT: "bbb_live",
    Channel.COMMERCELAYER: "cl",
    Channel.DAYZERO: "dz",
    Channel.VU: "vu",
}
# Doors whose keys tell a business for trying things out from a real one.
SANDBOX_MARKERS: dict[str, str] = {Channel.BITBYBIT: "bbb_test"}
# Doors whose callers log in with a key and a secret (HTTP Basic): the two halves of the token.
KEYED = frozenset({Channel.VU})
# What a key of a door may be narrowed to, in the door's own words; keys of other doors are not narrowed.
GRANTS: dict[str, frozenset[str]] = {
    Channel.BITBYBIT: frozenset(
        {f"{resource}:{action}" for resource in ("orders", "customers", "products") for action in ("read", "write")}
        | {"customers:delete"}
    )
}
PREFIX_BYTES = 6
SECRET_BYTES = 32
# Not yet used in this minute.
UNSEEN = Q(last_used_at=None) | Q(last_used_at__lt=Now() - timedelta(minutes=1))
NOBODY = bytes(hashlib.sha256().digest_size)


class CredentialEnded(ValueError):
    """A credential that opens nothing any more is not replaced."""

    code = "credential_ended"


@dataclass(frozen=True, kw_only=True)
class IssuedCredential:
    credential: ApiCredential
    token: str

    @property
    def key(self) -> str:
        """The token's public half, `<marker>_<prefix>`."""
        return self.token.removesuffix(f"_{self.secret}")

    @property
    def secret(self) -> str:
        return self.token.split("_", 2)[2]


@transaction.atomic
def issue(
    *,
    business: Business,
    door: str,
    name: str,
    scopes: frozenset[Permission],
    at: datetime,
    by: Actor,
    expires_at: datetime | None = None,
    grants: frozenset[str] = frozenset(),
    requests_per_minute: int | None = None,
) -> IssuedCredential:
    """Make a credential for a door. The token (`<marker>_<prefix>_<secret>`) is in this answer and nowhere else."""
    by.require(Permission.BILL, business=business)
    prefix = secrets.token_hex(PREFIX_BYTES)
    token = f"{_marker(business, door)}_{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"
    credential = ApiCredential.objects.create(
        business=business,
        door=door,
        name=name,
        prefix=prefix,
        token_sha256=_digest(token),
        scopes=sorted(scopes),
        grants=sorted(grants),
        requests_per_minute=requests_per_minute,
        created_at=at,
        expires_at=expires_at,
    )
    ledger.record(subject=credential, action="issue", by=by, at=at, after=_told(credential))
    return IssuedCredential(credential=credential, token=token)


@transaction.atomic
def revoke(*, credential: ApiCredential, by: Actor, at: datetime) -> None:
    """End a credential at once. Revoking twice changes nothing."""
    by.require(Permission.BILL, business=credential.business)
    live = ApiCredential.objects.for_business(credential.business).filter(pk=credential.pk, revoked_at=None)
    if live.update(revoked_at=at):
        ledger.record(subject=credential, action="revoke", by=by, at=at, after={"revoked_at": _moment(at)})


@transaction.atomic
def rotate(*, credential: ApiCredential, overlap: timedelta, by: Actor, at: datetime) -> IssuedCredential:
    """A new credential that may do what this one may; this one ends when the overlap is over, or at once without one.

    Of two at once one waits and is refused. Raises CredentialEnded for one that is revoked, expired or rotated already.
    """
    by.require(Permission.BILL, business=credential.business)
    rows = ApiCredential.objects.for_business(credential.business).select_related("business")
    stored = rows.select_for_update(of=("self",)).get(pk=credential.pk)
    if stored.revoked_at or stored.rotated_at or (stored.expires_at and stored.expires_at <= at):
        raise CredentialEnded(f"{stored} has ended or is being replaced already: issue a new one.")
    issued = issue(
        business=stored.business,
        door=stored.door,
        name=stored.name,
        scopes=frozenset(map(Permission, stored.scopes)),
        at=at,
        by=by,
        expires_at=stored.expires_at,
        grants=frozenset(stored.grants),
        requests_per_minute=stored.requests_per_minute,
    )
    before = {"expires_at": _moment(stored.expires_at)}
    stored.rotated_at, stored.expires_at = at, min(filter(None, (stored.expires_at, at + overlap)))
    if not overlap:
        stored.revoked_at = at
    stored.save(update_fields=["rotated_at", "expires_at", "revoked_at"])
    ends = {"expires_at": stored.expires_at, "rotated_at": stored.rotated_at, "revoked_at": stored.revoked_at}
    after = {name: _moment(end) for name, end in ends.items()} | {"replaced_by": issued.credential.prefix}
    ledger.record(subject=stored, action="rotate", by=by, at=at, before=before, after=after)
    return issued


def find(*, token: str, door: str) -> ApiCredential | None:
    """The live credential behind a token, with its business; None for anything else. Expiry is the database's time.

    The first use in a minute is written down.
    """
    prefix = _prefix(token, door)
    if prefix is None:
        return None
    stored = by_prefix(prefix=prefix, door=door)
    return stored.credential if opens(stored=stored, token=token) and stored else None


def by_prefix(*, prefix: str, door: str) -> Stored | None:
    """The credential with this public prefix, live or not, for doors where a client names it beside its token."""
    return credentials_sql.find(prefix=prefix, door=door)


def opens(*, stored: Stored | None, token: str) -> bool:
    """Whether a token is that of a credential which `by_prefix` found, and is live; its business is entered then."""
    # Compared also where there is nothing to compare with, so that an unknown prefix takes as long as a wrong secret.
    is_same = hmac.compare_digest(bytes(stored.credential.token_sha256) if stored else NOBODY, _digest(token))
    if stored is None or not (is_same and stored.is_live):
        return False
    wall.enter(stored.credential.business_id)
    if stored.is_unseen:
        _note_use(stored.credential)
    return True


def _told(credential: ApiCredential) -> dict[str, object]:
    """What the ledger says of a new one, so that nobody widens it, revives it or puts another secret in its place."""
    return {
        "name": credential.name,
        "door": credential.door,
        "prefix": credential.prefix,
        "token_sha256": credential.token_sha256_text,
        "scopes": credential.scopes,
        "grants": credential.grants,
        "expires_at": _moment(credential.expires_at),
        "revoked_at": None,
    }


def _moment(at: datetime | None) -> datetime | None:
    """In UTC, as it is read again."""
    return at and at.astimezone(UTC)


def _note_use(credential: ApiCredential) -> None:
    live_rows = ApiCredential.objects.for_business(credential.business).filter(UNSEEN, revoked_at=None)
    live_rows.filter(pk=credential.pk).update(last_used_at=Now())


def _marker(business: Business, door: str) -> str:
    return SANDBOX_MARKERS.get(door, MARKERS[door]) if business.is_sandbox else MARKERS[door]


def _prefix(token: str, door: str) -> str | None:
    """The public part of a token of this door, or None when it has another form."""
    for marker in (MARKERS[door], SANDBOX_MARKERS.get(door, MARKERS[door])):
        prefix, separator, _ = token.removeprefix(f"{marker}_").partition("_")
        if token.startswith(f"{marker}_") and separator:
            return prefix
    return None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
