"""Advisory locks: what they stand for has a name, and PostgreSQL knows them by numbers."""

import hashlib


def number(name: str) -> int:
    """The number of a lock. Two names with one number only wait for each other, or are told to come again."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
