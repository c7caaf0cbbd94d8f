"""What was typed into the form of a verb that was refused: shown in it once more, on the page that says why."""

from collections.abc import Mapping

from django.http import HttpRequest

from customers.admin.unsent import is_secret

KEY = "refused"
MOST_CHARACTERS = 10_000


def keep(request: HttpRequest, *, page: str) -> None:
    """Until the page at this address is shown. Passwords, codes and files are not kept."""
    fields = {name: text for name, text in request.POST.items() if isinstance(text, str) and not is_secret(name)}
    if sum(map(len, fields.values())) <= MOST_CHARACTERS:
        request.session[KEY] = {"page": page, "fields": fields}


def typed(request: HttpRequest) -> Mapping[str, str]:
    """What was kept for this page, once; elsewhere it is kept no longer."""
    told = request.session.pop(KEY, None) if request.method == "GET" and KEY in request.session else None
    return told["fields"] if told and told["page"] == request.path else {}
