"""A person's own second factor: set up with an app, confirmed by its first code, taken away with another one."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import segno
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods

from customers import guesses, identity, second_factors
from customers.admin.base import actor_of, member_of
from customers.models import StaffMember, User
from customers.people import PeopleRefused
from customers.permissions import Permission

# The border that scanners ask for, in modules.
BORDER = 4
Answer = TypeVar("Answer")


def urls(site: AdminSite) -> list[URLPattern]:
    @require_http_methods(["GET", "HEAD", "POST"])
    def page(request: HttpRequest) -> HttpResponse:
        return act(site, request) if request.method == "POST" else show(site, request)

    return [path("second-factor/", site.admin_view(page), name="second_factor")]


def show(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """What there is: nothing yet, a secret that waits for its first code, or a factor in use."""
    member = member_of(request)
    factor, begun = second_factors.confirmed(member=member), second_factors.pending(member=member)
    waiting = begun if factor is None else None
    return _page(
        site,
        request,
        factor=factor,
        unused=factor.recovery_codes.filter(used_at=None).count() if factor else 0,
        secret=_in_fours(second_factors.secret_of(factor=waiting)) if waiting else "",
        qr=qr(second_factors.address_of(factor=waiting, member=member)) if waiting else "",
        may_go_without=not (member.business.requires_second_factor and member.may(Permission.APPROVE)),
        is_missing=second_factors.is_missing(member=member),
    )


def act(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """One of four buttons; recovery codes stand on the answer of the POST and nowhere else."""
    call = ACTS.get(request.POST.get("act", ""))
    if call is None:
        messages.error(request, "Choose what to do.")
        return _back()
    try:
        codes = call(request, member_of(request), timezone.now())
    except (PeopleRefused, guesses.TooManyGuesses) as refusal:
        messages.error(request, str(refusal))
        return _back()
    return _page(site, request, codes=codes) if codes else _back()


def begin(request: HttpRequest, member: StaffMember, at: datetime) -> tuple[str, ...]:
    """Only for who shows the password (again): a session left open sets up nothing."""
    if not identity.shows_again(request=request, member=member, at=at):
        raise PeopleRefused("Type your password first: this is not it.")
    second_factors.begin(member=member, by=actor_of(request), at=at)
    return ()


def confirm(request: HttpRequest, member: StaffMember, at: datetime) -> tuple[str, ...]:
    codes = second_factors.confirm(member=member, code=_code(request), by=actor_of(request), at=at)
    _keep_session(request)
    return codes


def renew(request: HttpRequest, member: StaffMember, at: datetime) -> tuple[str, ...]:
    def call() -> tuple[str, ...]:
        return second_factors.renew_recovery_codes(member=member, code=_code(request), by=actor_of(request), at=at)

    return _counted(request, member, at, call)


def remove(request: HttpRequest, member: StaffMember, at: datetime) -> tuple[str, ...]:
    def call() -> None:
        second_factors.remove(member=member, code=_code(request), by=actor_of(request), at=at)

    _counted(request, member, at, call)
    _keep_session(request)
    messages.success(request, "Your second factor is taken away: your password alone lets you in.")
    return ()


def _counted(request: HttpRequest, member: StaffMember, at: datetime, call: Callable[[], Answer]) -> Answer:
    """What a call answers that a code has to be shown for: each wrong one is a guess at this account."""
    tried = identity.guess(request=request, username=member.user.get_username())
    try:
        answer = call()
    except second_factors.WrongCode:
        identity.was_wrong(guess=tried, at=at)
        raise
    guesses.was_right(guess=tried)
    return answer


ACTS: dict[str, Callable[[HttpRequest, StaffMember, datetime], tuple[str, ...]]] = {
    "begin": begin,
    "confirm": confirm,
    "renew": renew,
    "remove": remove,
}


def qr(address: str) -> SafeString:
    """A QR code as inline SVG, dark on light whatever the theme, without a style of its own."""
    drawn = segno.make(address, error="m", micro=False)
    return mark_safe(drawn.svg_inline(border=BORDER, dark="#000", light="#fff", omitsize=True, svgclass="qr"))  # noqa: S308  # segno's own drawing; the text is in its modules


def _code(request: HttpRequest) -> str:
    return request.POST.get("code", "")[:40]


def _in_fours(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _keep_session(request: HttpRequest) -> None:
    """The sessions of this person have ended, all but this one."""
    assert isinstance(request.user, User)
    request.user.refresh_from_db(fields=["session_epoch"])
    update_session_auth_hash(request, request.user)


def _page(site: AdminSite, request: HttpRequest, **context: object) -> HttpResponse:
    frame = {**site.each_context(request), "title": "Second factor"}
    answer = TemplateResponse(request, "admin/second_factor.html", {**frame, **context})
    answer["Cache-Control"] = "private, no-store"
    return answer


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:second_factor"))
