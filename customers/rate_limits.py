"""How many requests a key may make in a minute, counted by one statement that all processes share."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings

from customers import prepared
from customers.models import ApiCredential, RequestCount

SECONDS: Final = 60

# Not durable: a crash of the database lets a key have a few requests more in that minute, and nobody waits for a disk.
# The window starts anew with the first request after its minute; the database's clock is the only one.
COUNT = """
    INSERT INTO customers_requestcount AS c (business_id, credential_id, since, used)
    VALUES (%(business)s::bigint, %(credential)s::bigint, clock_timestamp(), 1)
    ON CONFLICT (credential_id) DO UPDATE SET
        used = CASE WHEN c.since <= clock_timestamp() - make_interval(secs => %(seconds)s::int)
            THEN 1 ELSE c.used + 1 END,
        since = CASE WHEN c.since <= clock_timestamp() - make_interval(secs => %(seconds)s::int)
            THEN clock_timestamp() ELSE c.since END
    RETURNING used, ceil(extract(epoch FROM c.since - clock_timestamp()) + %(seconds)s::int)::int
"""
READS: Final[prepared.Reads] = {RequestCount: ("customers_requestcount", "business_id credential_id since used")}


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What a key may still do: requests left of its limit, and the seconds until it starts anew."""

    limit: int
    remaining: int
    reset_seconds: int
    is_exceeded: bool = False


def check() -> None:
    """Raise LookupError unless all that is read by name is there under that name."""
    prepared.check(READS)


def full(*, limit: int) -> Allowance:
    """The allowance of somebody who has not made a request yet."""
    return Allowance(limit=_scaled(limit), remaining=_scaled(limit), reset_seconds=SECONDS)


def take(*, credential: ApiCredential, usual: int) -> Allowance:
    """Count one request of a key against its own limit, or against the usual one of its door."""
    limit = _scaled(credential.requests_per_minute or usual)
    values = {"business": str(credential.business_id), "credential": str(credential.pk), "seconds": str(SECONDS)}
    used, reset_seconds = prepared.row(COUNT, values, may_be_lost=True)
    return Allowance(
        limit=limit,
        remaining=max(0, limit - used),
        reset_seconds=min(SECONDS, max(0, reset_seconds)),
        is_exceeded=used > limit,
    )


def seconds_to_wait(*, credential: ApiCredential) -> int:
    """For doors without a published limit: how long a key with a limit of its own has to wait, 0 if it may go on.

    A key without one is not counted.
    """
    if not credential.requests_per_minute:
        return 0
    allowance = take(credential=credential, usual=credential.requests_per_minute)
    return max(1, allowance.reset_seconds) if allowance.is_exceeded else 0


def _scaled(limit: int) -> int:
    return limit * settings.RATE_LIMIT_SCALE
