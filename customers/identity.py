"""Somebody shows who they are: at the login, and again before something that weighs.

Password and codes share one count of guesses, which is taken before anything is compared.
"""

from datetime import datetime

from django.http import HttpRequest

from customers import guesses, ledger, second_factors, sessions, wall
from customers.actors import Actor, Channel
from customers.models import StaffMember, User

GATE = Actor.system(name="the login page", channel=Channel.ADMIN)


def guess(*, request: HttpRequest, username: str) -> guesses.Guess:
    """Count one try at an account from where the request comes from. Raises TooManyGuesses."""
    return guesses.take(username=username, address=guesses.address_of(request))


def was_wrong(*, guess: guesses.Guess, at: datetime) -> None:
    """The last try that an account has for now is told to its business; of one that does not exist there is none."""
    if not guess.is_last:
        return
    member = _member(guess.username)
    if member is not None:
        after = {"tries": guesses.OF_ACCOUNT}
        with wall.within(member.business_id):
            ledger.record(subject=member, action="lock_account", by=GATE, at=at, after=after)


def _member(username: str) -> StaffMember | None:
    """Whose name was typed, found before anybody is known."""
    user = User.objects.filter(username=username).first()
    if user is None:
        return None
    with wall.knocking(user=user.pk):
        return StaffMember.objects.filter(user=user).select_related("business").first()


def shows_again(*, request: HttpRequest, member: StaffMember, at: datetime) -> bool:
    """Whether the person of this session typed their password, or a code of their second factor; noted when they did.

    Reads `password` and `code` of what was posted; with neither nobody tried. Raises TooManyGuesses.
    """
    password, code = request.POST.get("password", ""), request.POST.get("code", "")
    if not password and not code:
        return False
    tried = guess(request=request, username=member.user.get_username())
    by = Actor.staff(member, request_id=str(getattr(request, "request_id", "")))
    if code:
        is_right = second_factors.use(member=member, code=code, by=by, at=at)
    else:
        is_right = member.user.check_password(password)
    if not is_right:
        was_wrong(guess=tried, at=at)
        return False
    guesses.was_right(guess=tried)
    sessions.note(request, at=at)
    return True
