"""What proves an order: its signature with the customer's papers, its validity, and its files for download only."""

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import URLPattern, path
from django.utils.datastructures import MultiValueDict
from django.utils.http import content_disposition_header

from customers import queries as customer_queries
from customers.actors import Actor
from customers.admin.base import business_of, member_of
from customers.admin.queries import day_of
from customers.admin.verbs import Refused, Verb, version
from customers.permissions import Permission
from orders import services
from orders.commands import Signature
from orders.models import FileKind, Order, OrderFile
from orders.models.files import LARGEST_BYTES
from orders.services.files import SentFile

Files = MultiValueDict[str, UploadedFile[bytes]]
EVIDENCE = {"signature_file": FileKind.SIGNATURE, "purchase_order_file": FileKind.PURCHASE_ORDER}


def sign(order: Order, posted: QueryDict, files: Files, by: Actor, at: datetime) -> None:
    signed_on = day_of(posted.get("signed_on", ""))
    if signed_on is None:
        raise Refused("Say when it was signed: the day is missing.")
    who = Signature(
        signer_name=_text(posted, "signer_name", 200),
        signer_email=_text(posted, "signer_email", 254),
        po_number=_text(posted, "po_number", 64),
    )
    if not who.signer_name:
        raise Refused("Say who signed: the name is missing.")
    today = customer_queries.today(business=order.business, at=at)
    noon = datetime.combine(signed_on, time(12), ZoneInfo(order.business.timezone))
    services.sign_order(
        order=order,
        signature=who,
        signed_at=min(noon, at) if signed_on == today else noon,
        evidence=list(_evidence(files)),
        by=by,
        at=at,
        seen_version=version(posted),
    )


def attach(order: Order, posted: QueryDict, files: Files, by: Actor, at: datetime) -> None:
    sent = files.get("file")
    if sent is None:
        raise Refused("Choose a file: none was sent.")
    is_purchase_order = "is_purchase_order" in posted
    services.attach_file(order=order, file=_sent(sent), is_purchase_order=is_purchase_order, by=by, at=at)


def set_validity(order: Order, posted: QueryDict, by: Actor, at: datetime) -> None:
    typed = posted.get("valid_until", "").strip()
    day = day_of(typed)
    if typed and day is None:
        raise Refused("Type the last day of the offer like 2026-01-31, or leave it empty.")
    services.set_validity(order=order, valid_until_date=day, by=by, at=at, seen_version=version(posted))


VERBS = (
    Verb(slug="sign", call=sign, done="{row} is signed: its terms are frozen from now on.", takes_files=True),
    Verb(slug="attach", call=attach, done="The file is kept with {row}.", takes_files=True),
    Verb(slug="validity", call=set_validity, done="{row}: the validity of the offer is set."),
)


class FilesMixin(ModelAdmin[Order]):
    """Downloads of an order's files: of the own business, to whoever may read, never shown inline."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.download_view)
        return [path("file/<int:file_id>/", view, name="orders_orderfile_download"), *super().get_urls()]

    def download_view(self, request: HttpRequest, file_id: int) -> HttpResponse:
        if not member_of(request).may(Permission.READ):
            raise PermissionDenied
        rows = OrderFile.objects.for_business(business_of(request))
        file = rows.filter(pk=file_id).first() if file_id < 2**63 else None
        if file is None:
            raise Http404
        answer = HttpResponse(bytes(file.content), content_type=file.content_type)
        answer["Content-Disposition"] = (
            content_disposition_header(as_attachment=True, filename=file.name) or "attachment"
        )
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
        answer["Cache-Control"] = "private, no-store"
        return answer


def _evidence(files: Files) -> Iterator[tuple[FileKind, SentFile]]:
    for name, kind in EVIDENCE.items():
        if (sent := files.get(name)) is not None:
            yield kind, _sent(sent)


def _sent(upload: UploadedFile[bytes]) -> SentFile:
    """The file as sent; one that is too large is not read to its end."""
    return SentFile(name=upload.name or "file", content=upload.read(LARGEST_BYTES + 1))


def _text(posted: QueryDict, name: str, longest: int) -> str:
    return posted.get(name, "").replace("\0", "").strip()[:longest]
