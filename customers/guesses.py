"""How often somebody may guess a password or a code: counted before it is compared, in the database for all processes.

Five times in a quarter of an hour for an account, twenty for an address of the network. Which of the two it was, and
whether there is such an account, is nobody's business: the answer is the same.
"""

import hashlib
import ipaddress
import unicodedata
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from customers.words import counted

SECONDS: Final = 15 * 60
OF_ACCOUNT: Final = 5
OF_ADDRESS: Final = 20
KEPT_SECONDS: Final = 24 * 3600
# Of an IPv6 address a customer usually has this whole network.
IPV6_NETWORK: Final = 64

# The quarter of an hour starts anew with the last guess that is allowed, so that the lock lasts as long as it says;
# what is guessed while it is locked neither counts nor prolongs it.
COUNT = """
    INSERT INTO customers_guesscount AS c (key_sha256, since, used)
    SELECT decode(key, 'hex'), clock_timestamp(), 1 FROM unnest(%(keys)s::text[]) AS key ORDER BY key
    ON CONFLICT (key_sha256) DO UPDATE SET
        used = CASE WHEN c.since <= clock_timestamp() - make_interval(secs => %(seconds)s) THEN 1 ELSE c.used + 1 END,
        since = CASE
            WHEN c.since <= clock_timestamp() - make_interval(secs => %(seconds)s)
            OR c.used + 1 <= (%(most)s::int[])[array_position(%(keys)s::text[], encode(c.key_sha256, 'hex'))]
            THEN clock_timestamp() ELSE c.since END
    RETURNING encode(key_sha256, 'hex'), used, ceil(extract(epoch FROM since - clock_timestamp()) + %(seconds)s)::int
"""
FORGIVE = """
    UPDATE customers_guesscount SET used = greatest(used - %(back)s, 0) WHERE key_sha256 = decode(%(key)s, 'hex')
"""
FORGET = "DELETE FROM customers_guesscount WHERE key_sha256 = decode(%(key)s, 'hex')"
# Of long ago; those that somebody is counting in are left for the next time.
SWEEP = """
    DELETE FROM customers_guesscount WHERE id IN (
        SELECT id FROM customers_guesscount WHERE since < clock_timestamp() - make_interval(secs => %(kept)s)
        ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED
    )
"""
LEFT = """
    SELECT ceil(extract(epoch FROM since - clock_timestamp()) + %(seconds)s)::int FROM customers_guesscount
    WHERE key_sha256 = decode(%(key)s, 'hex') AND used >= %(most)s
    AND since > clock_timestamp() - make_interval(secs => %(seconds)s)
"""


class TooManyGuesses(Exception):
    """This account, or this address, has to wait."""

    code = "too_many_guesses"

    def __init__(self, *, seconds: int) -> None:
        minutes = max(1, -(-seconds // 60))
        super().__init__(f"Too many tries. Wait {counted(minutes, 'minute')}, or ask your operations team.")
        self.seconds = seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Guess:
    """One try at an account from an address, counted; whether it is the last for now."""

    username: str
    address: str
    is_last: bool


def take(*, username: str, address: str) -> Guess:
    """Count one try, before what was typed is compared. Raises TooManyGuesses, and then nothing is to be compared."""
    limits = {_of_account(username): OF_ACCOUNT} | ({_of_address(address): OF_ADDRESS} if address else {})
    sweep()
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"keys": list(limits), "most": list(limits.values()), "seconds": SECONDS})
        counted = {key: (used, seconds) for key, used, seconds in cursor.fetchall()}
    waits = [seconds for key, (used, seconds) in counted.items() if used > limits[key]]
    if waits:
        raise TooManyGuesses(seconds=max(waits))
    return Guess(username=username, address=address, is_last=counted[_of_account(username)][0] == OF_ACCOUNT)


def sweep() -> None:
    """Forget up to a hundred counts of long ago."""
    with connection.cursor() as cursor:
        cursor.execute(SWEEP, {"kept": KEPT_SECONDS})


def was_right(*, guess: Guess, forgets_account: bool = True) -> None:
    """It was no guess: the address gets this try back, and the account all of them once somebody is wholly in."""
    with connection.cursor() as cursor:
        if forgets_account:
            cursor.execute(FORGET, {"key": _of_account(guess.username)})
        if guess.address:
            cursor.execute(FORGIVE, {"key": _of_address(guess.address), "back": 1})


def forget(*, username: str) -> None:
    """Let an account try again at once."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, {"key": _of_account(username)})


def locked_seconds(*, username: str) -> int:
    """How long this account still has to wait; 0: it has not."""
    with connection.cursor() as cursor:
        cursor.execute(LEFT, {"key": _of_account(username), "most": OF_ACCOUNT, "seconds": SECONDS})
        row = cursor.fetchone()
    return max(0, row[0]) if row else 0


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: the last hop that a trusted proxy names, else the peer; "" when neither is one."""
    named = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() if settings.TRUST_PROXY else ""
    try:
        address = ipaddress.ip_address(named or request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, IPV6_NETWORK), strict=False))
    return str(address)


def _of_account(username: str) -> str:
    return _key("account", unicodedata.normalize("NFKC", username).casefold())


def _of_address(address: str) -> str:
    return _key("address", address)


def _key(kind: str, name: str) -> str:
    return hashlib.sha256(f"{kind}:{name}".encode(errors="surrogatepass")).hexdigest()
