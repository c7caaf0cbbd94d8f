"""bitbybit's opaque ids: a word for the kind, and our own id without its hyphens."""

from uuid import UUID

ORDER = "order"
CUSTOMER = "cust"
PRODUCT = "prod"
VARIANT = "var"
ADDRESS = "addr"
LINE = "line"


def written(kind: str, uid: UUID) -> str:
    return f"{kind}_{uid.hex}"


def read(kind: str, text: str) -> str:
    """Our own id in one of theirs; for anything else the text itself, which finds nothing."""
    return text.removeprefix(f"{kind}_")
