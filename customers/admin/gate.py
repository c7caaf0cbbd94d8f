"""In front of every page of the desk: whose session is over logs in again, who lacks a second factor sets one up."""

from collections.abc import Callable
from functools import wraps
from typing import TypeAlias

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from customers import second_factors, sessions
from customers.admin import unsent

View: TypeAlias = Callable[..., HttpResponseBase]
# What somebody may open who still has to set up a second factor.
ALWAYS = frozenset({"logout", "password_change", "password_change_done", "jsi18n", "second_factor"})
# What a page sends by itself, without anybody touching it, keeps no session from ending.
BY_ITSELF = "X-By-Itself"


def guarded(view: View) -> View:
    """The view, in front of which session and second factor are looked at."""

    @wraps(view)
    def kept(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.user.is_authenticated:
            at = timezone.now()
            if sessions.has_ended(request, at=at):
                person = request.user
                logout(request)
                unsent.expect(request, person=person)
                unsent.keep(request)
                messages.info(request, "Your session has ended. Log in again to go on.")
            elif _must_set_up(request):
                return HttpResponseRedirect(reverse("admin:second_factor"))
            elif BY_ITSELF not in request.headers:
                sessions.see(request, at=at)
        elif unsent.keep(request):
            messages.info(request, "You sent this after your session had ended. Log in, and it is offered again.")
        if request.user.is_authenticated and request.method == "POST":
            unsent.forget_sent(request)
        return view(request, *args, **kwargs)

    return kept


def _must_set_up(request: HttpRequest) -> bool:
    match = request.resolver_match
    member = getattr(request.user, "staff_member", None)
    if member is None or (match and (match.url_name or "") in ALWAYS):
        return False
    return second_factors.is_missing(member=member)
