"""The SQL of knowing a caller, by hand: one prepared statement finds a credential with its business by its prefix."""

from dataclasses import dataclass
from functools import cache

from customers import prepared, wall
from customers.models import ApiCredential, Business

READS: prepared.Reads = {
    ApiCredential: ("customers_apicredential", "business_id prefix door revoked_at expires_at last_used_at"),
    Business: ("customers_business", "id"),
}
FIND = """
    SELECT {}, {},
        c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > statement_timestamp()),
        c.last_used_at IS NULL OR c.last_used_at < statement_timestamp() - interval '1 minute'
    FROM customers_apicredential c JOIN customers_business b ON b.id = c.business_id
    WHERE c.prefix = %(prefix)s::text AND c.door = %(door)s::text
"""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A credential with its business; whether it is live, and not yet used in this minute, by the database's time."""

    credential: ApiCredential
    is_live: bool
    is_unseen: bool


def check() -> None:
    """Raise LookupError unless all that is read by name is there under that name."""
    prepared.check(READS)


def find(*, prefix: str, door: str) -> Stored | None:
    """The credential of a door with this public prefix, live or not. Nobody is known by it yet: the wall stays shut."""
    with wall.knocking(credential=prefix):
        found = prepared.row(_find(), {"prefix": prefix, "door": door}, only_reads=True)
    if not found:
        return None
    *columns, is_live, is_unseen = found
    own = len(ApiCredential._meta.concrete_fields)
    credential: ApiCredential = prepared.whole(ApiCredential, columns[:own])
    credential.business = prepared.whole(Business, columns[own:])
    return Stored(credential=credential, is_live=is_live, is_unseen=is_unseen)


@cache
def _find() -> str:
    return FIND.format(prepared.columns(ApiCredential, of="c"), prepared.columns(Business, of="b"))
