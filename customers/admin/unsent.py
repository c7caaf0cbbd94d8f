"""What somebody sent when their session had just ended: kept in this browser's session, and offered once they are back.

It is never sent by itself, and nobody else who logs in here is shown it. Passwords, codes and files are not kept.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

OWNER = "unsent_of"
KEPT = "unsent"
SECRET = ("password", "code", "secret", "csrfmiddlewaretoken")
# What a form says that nobody typed.
UNTOLD = frozenset({"version", "terms_sha256", "order_line"})
WORDS = {"qty": "quantity", "po_number": "purchase order", "order_start_date": "start"}
# Forms that nobody misses.
NOTHING = frozenset({"logout", "unsent"})
MOST_CHARACTERS = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Unsent:
    """A form on its way to `path`, with the names of fields that have to be filled in again."""

    path: str
    fields: list[tuple[str, str]]
    left_out: list[str]

    @property
    def shown(self) -> list[tuple[str, str]]:
        """What a person typed or chose, by the words of its field."""
        named = [(name.rpartition("-")[2], text.strip()) for name, text in self.fields]
        return [(WORDS.get(name, name.replace("_", " ")), text) for name, text in named if text and _is_typed(name)]


def expect(request: HttpRequest, *, person: Any) -> None:
    """From here on this browser's session has ended, and was that person's."""
    request.session[OWNER] = str(person.pk)


def keep(request: HttpRequest) -> bool:
    """Keep a form that came after the end of a session; what a script sent by itself is not a form somebody sent."""
    by_script = request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
    match = request.resolver_match
    is_nothing = match is None or match.url_name in NOTHING
    if request.method != "POST" or by_script or is_nothing or OWNER not in request.session:
        return False
    fields = [(name, text) for name, texts in request.POST.lists() for text in texts if not is_secret(name)]
    if sum(len(name) + len(text) for name, text in fields) > MOST_CHARACTERS:
        return False
    again = [name for name in (*request.POST, *request.FILES) if is_secret(name) or name in request.FILES]
    left_out = [name for name in again if name != "csrfmiddlewaretoken"]
    request.session[KEPT] = {"path": request.get_full_path(), "fields": fields, "left_out": left_out}
    return True


def carried(request: HttpRequest) -> dict[str, Any]:
    """What has to outlive a session that is begun anew between the password and the code."""
    return {key: request.session[key] for key in (OWNER, KEPT) if key in request.session}


def next_page(request: HttpRequest, *, person: Any) -> str | None:
    """Where somebody goes who has just shown who they are; None when nothing of theirs waits."""
    return reverse("admin:unsent") if _of(request, person) else None


def forget(request: HttpRequest) -> None:
    for key in (OWNER, KEPT):
        request.session.pop(key, None)


def forget_sent(request: HttpRequest) -> None:
    """What was offered again is on its way now."""
    if request.session.get(KEPT, {}).get("path") == request.get_full_path():
        forget(request)


def view(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """The form as it was sent, to be sent now; POST throws it away."""
    found = _of(request, request.user)
    if found is None or request.method == "POST":
        forget(request)
        return HttpResponseRedirect(reverse("admin:index"))
    frame = {**site.each_context(request), "title": "Not sent yet", "unsent": found}
    page = TemplateResponse(request, "admin/unsent.html", frame)
    page.headers["Cache-Control"] = "no-store"
    return page


def _of(request: HttpRequest, person: Any) -> Unsent | None:
    told = request.session.get(KEPT)
    if told is None or request.session.get(OWNER) != str(person.pk):
        return None
    fields = [(name, text) for name, text in told["fields"]]
    return Unsent(path=told["path"], fields=fields, left_out=told["left_out"])


def is_secret(name: str) -> bool:
    """Whether a field is kept nowhere."""
    return any(word in name.lower() for word in SECRET)


def _is_typed(name: str) -> bool:
    """Not which button, which version or how many rows: what a form says beside what somebody typed or chose."""
    return not (name.startswith("_") or name.isupper() or name.endswith("_FORMS") or name in UNTOLD)
