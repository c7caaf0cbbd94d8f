"""Access for a while: a credential is exchanged for a token that ends by itself, and for one that renews it once."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Now

from catalog.models import Market
from customers import credentials, ledger, wall
from customers.actors import Actor
from customers.models import ApiCredential
from customers.permissions import Permission
from orders import access_sql, errors
from orders.models import AccessToken

ACCESS_FOR = timedelta(hours=2)
REFRESH_FOR = timedelta(weeks=2)
ACCESS, REFRESH = "clat", "clrt"
PREFIX_BYTES = 6
SECRET_BYTES = 32
NOBODY = bytes(hashlib.sha256().digest_size)


@dataclass(frozen=True, kw_only=True)
class Granted:
    """Both tokens are in this answer and nowhere else."""

    row: AccessToken
    access_token: str
    refresh_token: str


@transaction.atomic
def grant(*, client_id: str, client_secret: str, door: str, market_number: int | None, at: datetime) -> Granted:
    """A token for a client and its secret, within one market if one is named.

    Raises GrantRefused for a client that is none, for a market that its business does not have, and for a store's
    client (one that may not approve) that names no market.
    """
    credential = credentials.find(token=f"{client_id}_{client_secret}", door=door)
    if credential is None:
        raise errors.GrantRefused("There is no such client.", field="client")
    if market_number is None and is_store(credential):
        raise errors.GrantRefused("A sales channel names its market.", field="scope")
    return _issue(credential, _market(credential, market_number), at)


@transaction.atomic
def renew(*, client_id: str, refresh_token: str, door: str, at: datetime) -> Granted:
    """A token like the one that this refresh token came with. It works once. Raises GrantRefused."""
    row = _find(refresh_token, kind=REFRESH, door=door)
    if row is None or client_id != public_id(row.credential):
        raise errors.GrantRefused("There is no such refresh token.", field="refresh_token")
    unused = AccessToken.objects.for_business(row.business).filter(pk=row.pk, refreshed_at=None)
    if unused.update(refreshed_at=at) != 1:
        raise errors.GrantRefused("This refresh token has been used.", field="refresh_token")
    return _issue(row.credential, row.market, at)


def find(*, token: str, door: str) -> AccessToken | None:
    """The live token, with its credential, business and market, in one statement; None for anything else."""
    return _find(token, kind=ACCESS, door=door)


def is_store(credential: ApiCredential) -> bool:
    """A sales channel: it fills and places orders, and may not approve them."""
    return not credential.may(Permission.APPROVE)


def public_id(credential: ApiCredential) -> str:
    """What a client calls itself: the part of its credential that is no secret."""
    return f"{credentials.MARKERS[credential.door]}_{credential.prefix}"


def _issue(credential: ApiCredential, market: Market | None, at: datetime) -> Granted:
    _forget_expired(credential)
    prefix = secrets.token_hex(PREFIX_BYTES)
    access, refresh = (f"{kind}_{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}" for kind in (ACCESS, REFRESH))
    row = AccessToken.objects.create(
        business=credential.business,
        credential=credential,
        market=market,
        prefix=prefix,
        token_sha256=_digest(access),
        refresh_sha256=_digest(refresh),
        created_at=at,
        expires_at=at + ACCESS_FOR,
        refresh_expires_at=at + REFRESH_FOR,
    )
    ledger.record(
        subject=row, action="grant", by=Actor.api(credential), at=at, after={"market": market and market.number}
    )
    return Granted(row=row, access_token=access, refresh_token=refresh)


def _market(credential: ApiCredential, number: int | None) -> Market | None:
    if number is None:
        return None
    found = Market.objects.for_business(credential.business).filter(number=number).first()
    if found is None:
        raise errors.GrantRefused("There is no such market.", field="scope")
    return found


def _find(token: str, *, kind: str, door: str) -> AccessToken | None:
    """Expiry is the database's time; the secret is compared in constant time."""
    parts = token.split("_", 2)
    if len(parts) != 3 or parts[0] != kind:
        return None
    stored = access_sql.find(prefix=parts[1], door=door)
    # Compared also where there is nothing to compare with, so that an unknown token takes as long as a wrong one.
    kept = _kept(stored.token, kind) if stored else NOBODY
    if not hmac.compare_digest(kept, _digest(token)) or stored is None:
        return None
    if not (stored.is_renewable if kind == REFRESH else stored.is_live):
        return None
    wall.enter(stored.token.business_id)
    return stored.token


def _kept(row: AccessToken, kind: str) -> bytes:
    return bytes(row.refresh_sha256 if kind == REFRESH else row.token_sha256)


def _forget_expired(credential: ApiCredential) -> None:
    AccessToken.objects.for_business(credential.business).filter(
        credential=credential, refresh_expires_at__lte=Now()
    ).delete()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
