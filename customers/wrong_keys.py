"""How many wrong keys came from one address of the network: counted when one was wrong, for all processes together.

A right key is never looked up here, so it costs nothing and is good from any address at any time.
"""

import hashlib
import logging
from typing import Final

from django.conf import settings

from customers import guesses, prepared

log = logging.getLogger(__name__)

SECONDS: Final = 5 * 60
MOST: Final = 100

# Not durable, so that a flood of wrong keys waits for no disk.
# The five minutes begin with the first wrong key after they are over; the database's clock is the only one.
COUNT = """
    INSERT INTO customers_guesscount AS c (key_sha256, since, used)
    VALUES (decode(%(key)s::text, 'hex'), clock_timestamp(), 1)
    ON CONFLICT (key_sha256) DO UPDATE SET
        used = CASE WHEN c.since <= clock_timestamp() - make_interval(secs => %(seconds)s::int)
            THEN 1 ELSE least(c.used + 1, %(enough)s::int) END,
        since = CASE WHEN c.since <= clock_timestamp() - make_interval(secs => %(seconds)s::int)
            THEN clock_timestamp() ELSE c.since END
    RETURNING used, ceil(extract(epoch FROM c.since - clock_timestamp()) + %(seconds)s::int)::int
"""


def seconds_to_wait(*, address: str) -> int:
    """Count a wrong key from this address; how long it has to wait if it has given too many, else 0.

    Of the address its SHA-256 is kept, for a day (`guesses.sweep`).
    """
    if not address:
        return 0
    most = MOST * settings.RATE_LIMIT_SCALE
    values = {"key": _key(address), "seconds": str(SECONDS), "enough": str(most + 2)}
    used, left = prepared.row(COUNT, values, may_be_lost=True)
    if used == 1:
        guesses.sweep()
    if used == most + 1:
        log.warning(
            "%s wrong keys within %s s from %s, which is answered 429 until they are over", most, SECONDS, address
        )
    return min(SECONDS, max(1, left)) if used > most else 0


def _key(address: str) -> str:
    return hashlib.sha256(f"wrong key:{address}".encode()).hexdigest()
