"""Before a high amount is approved: whoever has not lately shown who they are does so again, by password or by code."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from customers import currencies, guesses, identity, second_factors, sessions
from customers.admin.base import member_of
from customers.tenancy import TenantModel

if TYPE_CHECKING:
    from customers.admin.verbs import VerbsAdmin


def refusal(request: HttpRequest, *, amount_cents: int, currency: str, at: datetime) -> str | None:
    """None when the approval may go on; else what was wrong with the answer, and "" when there was none yet."""
    allowed = timedelta(minutes=settings.REAUTHENTICATE_AFTER_MINUTES)
    is_high = amount_cents >= settings.REAUTHENTICATE_ABOVE * 10 ** currencies.EXPONENTS[currency]
    if not (is_high and sessions.is_older(request, than=allowed, at=at)):
        return None
    has_answered = "password" in request.POST or "code" in request.POST
    problem = wrong(request, at=at)
    return (problem if has_answered else "") if problem else None


def wrong(request: HttpRequest, *, at: datetime) -> str:
    """Why what was typed does not show who somebody is; "" when it does."""
    try:
        is_right = identity.shows_again(request=request, member=member_of(request), at=at)
    except guesses.TooManyGuesses as wait:
        return str(wait)
    if is_right:
        return ""
    return "This is not your password." if not request.POST.get("code") else "This code is wrong, or was used before."


def ask(
    admin: "VerbsAdmin[Any]",
    request: HttpRequest,
    *,
    row: TenantModel,
    problem: str,
    what: str,
    amount_cents: int,
    currency: str,
    button: str,
    hidden: Mapping[str, object],
) -> HttpResponse:
    """The page that asks; its form posts the same approval again, with the answer."""
    return admin.page(
        request,
        "admin/orders/confirm_person.html",
        row=row,
        title=f"Approve {row}",
        problem=f"{problem} Nothing was approved." if problem else "",
        what=what,
        amount_cents=amount_cents,
        currency=currency,
        button=button,
        hidden=hidden,
        action=request.path,
        back=admin.after(row),
        has_second_factor=second_factors.confirmed(member=member_of(request)) is not None,
    )
