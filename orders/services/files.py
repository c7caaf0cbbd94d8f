"""Files of an order: kept in the database, told by their bytes, hashed, and never changed."""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from customers import ledger
from customers.actors import Actor
from customers.permissions import Permission
from orders import errors
from orders.models import FileKind, Order, OrderFile
from orders.models.files import LARGEST_BYTES
from orders.services import moves

MOST_FILES = 20
LONGEST_NAME = 200
# What a file is, is told by how it begins, whatever its name or its sender say.
BEGINNINGS = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class SentFile:
    """A file as somebody sent it."""

    name: str
    content: bytes


@transaction.atomic
def attach_file(*, order: Order, file: SentFile, by: Actor, at: datetime, is_purchase_order: bool = False) -> OrderFile:
    """Keep a further file with an order, in whatever state it is.

    The customer's purchase order comes before the signature or with it. Raises FileRefused.
    """
    by.require(Permission.DRAFT, business=order.business)
    stored = moves.locked(order, by=by)
    if is_purchase_order and (stored.signed_at or stored.approved_at):
        raise errors.FileRefused(
            f"{stored.number} is signed or approved: their purchase order comes before that, other files at any time.",
            field="file",
        )
    kind = FileKind.PURCHASE_ORDER if is_purchase_order else FileKind.OTHER
    return keep(order=stored, file=file, kind=kind, by=by, at=at)


def keep(*, order: Order, file: SentFile, kind: FileKind, by: Actor, at: datetime) -> OrderFile:
    """Store a file of an order whose row the caller has locked. Raises FileRefused."""
    content_type = check(file)
    if order.files.for_business(order.business).count() >= MOST_FILES:
        raise errors.FileRefused(f"{order.number} has {MOST_FILES} files already, and takes no more.", field="file")
    row = OrderFile.objects.create(
        business=order.business,
        order=order,
        kind=kind,
        name=_plain_name(file.name),
        content_type=content_type,
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        content=file.content,
        added_by=by.staff_member,
        added_through=by.credential,
        created_at=at,
    )
    after = {"file": row.name, "kind": row.kind, "size": row.size, "sha256": row.sha256}
    ledger.record(subject=order, action="attach", by=by, at=at, after=after)
    return row


def check(file: SentFile) -> str:
    """The type of a file that may be kept. Raises FileRefused, with what may."""
    if not file.content:
        raise errors.FileRefused("The file is empty.", field="file")
    if len(file.content) > LARGEST_BYTES:
        raise errors.FileRefused(f"A file has at most {LARGEST_BYTES // 2**20} MB.", field="file")
    known = (kind for beginning, kind in BEGINNINGS.items() if file.content.startswith(beginning))
    if (content_type := next(known, None)) is None:
        raise errors.FileRefused("Only PDF, PNG and JPEG files are kept; this is none of them.", field="file")
    return content_type


def _plain_name(name: str) -> str:
    """The last part of a name, without what moves a cursor or ends a header."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip()
    return shown[-LONGEST_NAME:] or "file"
