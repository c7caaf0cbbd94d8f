"""Small secrets that have to be read again, encrypted where they are stored.

The key is derived from SECRET_KEY; what an older key of SECRET_KEY_FALLBACKS encrypted is still read.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

SALT = "customers.at_rest"


class Unreadable(Exception):
    """None of the keys that this process knows encrypted it."""


def seal(secret: str) -> bytes:
    """The secret, encrypted and authenticated under the key of today."""
    return _fernet(settings.SECRET_KEY).encrypt(secret.encode())


def unseal(sealed: bytes) -> str:
    """What was sealed. Raises Unreadable."""
    keys = [_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    try:
        return MultiFernet(keys).decrypt(sealed).decode()
    except InvalidToken as fault:
        raise Unreadable("A secret was encrypted under another SECRET_KEY.") from fault


def is_readable(sealed: bytes) -> bool:
    """Whether any key that this process knows encrypted it."""
    try:
        unseal(sealed)
    except Unreadable:
        return False
    return True


def is_current(sealed: bytes) -> bool:
    """Whether the key of today reads it by itself."""
    try:
        _fernet(settings.SECRET_KEY).decrypt(sealed)
    except InvalidToken:
        return False
    return True


def _fernet(key: str) -> Fernet:
    return Fernet(urlsafe_b64encode(salted_hmac(SALT, "", secret=key, algorithm="sha256").digest()))
