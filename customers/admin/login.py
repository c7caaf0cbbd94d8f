"""Logging in: a password, and a code where the person has a second factor. Guesses are counted before both."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import REDIRECT_FIELD_NAME, login
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from customers import guesses, identity, second_factors
from customers.actors import Actor
from customers.admin import unsent
from customers.backends import StaffBackend
from customers.models import User

PENDING = "pending_login"
GOOD_FOR = timedelta(minutes=5)


class StaffLoginForm(AdminAuthenticationForm):
    """Compares nothing once an account or an address guessed too often, so that right and wrong look alike."""

    def clean(self) -> dict[str, Any]:
        username = self.cleaned_data.get("username")
        if not username or not self.cleaned_data.get("password"):
            return super().clean()
        assert self.request is not None
        try:
            self.guess = identity.guess(request=self.request, username=username)
        except guesses.TooManyGuesses as wait:
            raise ValidationError(str(wait), code=wait.code) from wait
        try:
            cleaned = super().clean()
        except ValidationError:
            identity.was_wrong(guess=self.guess, at=timezone.now())
            raise
        assert cleaned is not None
        return cleaned

    def confirm_login_allowed(self, user: Any) -> None:
        """Nobody gets in who belongs to no business, superusers included."""
        super().confirm_login_allowed(user)
        if not hasattr(user, "staff_member"):
            raise ValidationError("This account belongs to no business. Ask your operations team.", code="no_business")


class CodeForm(forms.Form):
    code = forms.CharField(max_length=40)


class _Password(LoginView):
    authentication_form = StaffLoginForm
    template_name = "admin/login.html"

    def form_valid(self, form: Any) -> HttpResponse:
        self.person = user = form.get_user()
        if second_factors.confirmed(member=user.staff_member) is None:
            guesses.was_right(guess=form.guess)
            return super().form_valid(form)
        guesses.was_right(guess=form.guess, forgets_account=False)
        _remember(self.request, user, self.get_success_url())
        return HttpResponseRedirect(reverse("admin:login_code"))

    def get_success_url(self) -> str:
        """Where somebody wanted to go; first to what they sent in vain."""
        return unsent.next_page(self.request, person=self.person) or super().get_success_url()


def password(site: AdminSite, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """The login page; who is in already is sent to the desk."""
    home = reverse("admin:index")
    if request.method == "GET" and site.has_permission(request):
        return HttpResponseRedirect(home)
    frame = {**site.each_context(request), "title": "Log in", "subtitle": None, "app_path": request.get_full_path()}
    named = REDIRECT_FIELD_NAME in request.GET or REDIRECT_FIELD_NAME in request.POST
    context = {**frame, "username": request.user.get_username(), **({} if named else {REDIRECT_FIELD_NAME: home})}
    answer = _Password.as_view(extra_context={**context, **(extra_context or {})})(request)
    assert isinstance(answer, HttpResponse)
    return answer


def code(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """The page after the password, for five minutes: a code of the app, or one for recovery."""
    at = timezone.now()
    user = _remembered(request, at)
    if user is None:
        return HttpResponseRedirect(reverse("admin:login"))
    form = CodeForm(request.POST if request.method == "POST" else None)
    problem = _refusal(request, user, form.cleaned_data["code"], at) if form.is_valid() else ""
    if form.is_valid() and not problem:
        home = request.session.pop(PENDING)["next"]
        login(request, user)
        return HttpResponseRedirect(home)
    frame = {**site.each_context(request), "title": "One more step"}
    return TemplateResponse(request, "admin/login_code.html", {**frame, "form": form, "problem": problem})


def _refusal(request: HttpRequest, user: User, code: str, at: datetime) -> str:
    """Why a code does not let this person in; "" when it does, and then it is used."""
    by = Actor.staff(user.staff_member, request_id=str(getattr(request, "request_id", "")))
    try:
        tried = identity.guess(request=request, username=user.get_username())
    except guesses.TooManyGuesses as wait:
        return str(wait)
    if not second_factors.use(member=user.staff_member, code=code, by=by, at=at):
        identity.was_wrong(guess=tried, at=at)
        return "This code is wrong, or was used before. Type the next one."
    guesses.was_right(guess=tried)
    return ""


def _remember(request: HttpRequest, user: User, home: str) -> None:
    """Who has shown the password, in a session under a new key; it opens nothing but the next page."""
    kept = unsent.carried(request)
    request.session.flush()
    request.session.update(kept)
    known = user.get_session_auth_hash()
    request.session[PENDING] = {"user": user.pk, "hash": known, "at": timezone.now().isoformat(), "next": home}


def _remembered(request: HttpRequest, at: datetime) -> User | None:
    """Who is between the two pages: not for long, and not if the account has changed since."""
    told = request.session.get(PENDING)
    if told is None or datetime.fromisoformat(told["at"]) + GOOD_FOR < at:
        return None
    user = StaffBackend().get_user(told["user"])
    if user is None or not user.is_staff:
        return None
    return user if constant_time_compare(told["hash"], user.get_session_auth_hash()) else None
