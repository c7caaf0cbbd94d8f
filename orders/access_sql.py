"""The SQL of knowing who bears a token, by hand: one prepared statement finds it, its client, business and market."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Model

from catalog.models import Market, PriceList
from customers import prepared, wall
from customers.models import ApiCredential, Business
from orders.models import AccessToken

READS: prepared.Reads = {
    AccessToken: ("orders_accesstoken", "business_id credential_id market_id prefix expires_at refresh_expires_at"),
    ApiCredential: ("customers_apicredential", "id business_id door revoked_at expires_at"),
    Business: ("customers_business", "id"),
    Market: ("catalog_market", "id business_id price_list_id"),
    PriceList: ("catalog_pricelist", "id business_id"),
}
FIND = """
    SELECT {}, {}, {}, {}, {},
        c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > statement_timestamp()),
        t.expires_at > statement_timestamp(), t.refresh_expires_at > statement_timestamp()
    FROM orders_accesstoken t
    JOIN customers_business b ON b.id = t.business_id
    JOIN customers_apicredential c ON c.business_id = t.business_id AND c.id = t.credential_id
    LEFT JOIN catalog_market m ON m.business_id = t.business_id AND m.id = t.market_id
    LEFT JOIN catalog_pricelist l ON l.business_id = m.business_id AND l.id = m.price_list_id
    WHERE t.prefix = %(prefix)s::text AND c.door = %(door)s::text
"""
PARTS: tuple[tuple[type[Model], str], ...] = (
    (AccessToken, "t"),
    (Business, "b"),
    (ApiCredential, "c"),
    (Market, "m"),
    (PriceList, "l"),
)


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A token with its client, business and market; whether it opens, and renews, by the database's time."""

    token: AccessToken
    is_live: bool
    is_renewable: bool


def check() -> None:
    """Raise LookupError unless all that is read by name is there under that name."""
    prepared.check(READS)


def find(*, prefix: str, door: str) -> Stored | None:
    """The token with this public prefix, live or not. Nobody is known by it yet: the wall stays shut."""
    with wall.knocking(access_token=prefix):
        found = prepared.row(_find(), {"prefix": prefix, "door": door}, only_reads=True)
    if not found:
        return None
    *columns, is_client_live, is_live, is_renewable = found
    return Stored(
        token=_token(columns),
        is_live=is_client_live and is_live,
        is_renewable=is_client_live and is_renewable,
    )


def _token(columns: list[Any]) -> AccessToken:
    rows: list[Any] = []
    for model, _ in PARTS:
        count = len(model._meta.concrete_fields)
        rows.append(prepared.whole(model, columns[:count]))
        del columns[:count]
    token: AccessToken
    token, business, credential, market, price_list = rows
    token.business = credential.business = business
    token.credential = credential
    if market is not None:
        market.price_list = price_list
        market.business = business
    token.market = market
    return token


@cache
def _find() -> str:
    return FIND.format(*(prepared.columns(model, of=name) for model, name in PARTS))
