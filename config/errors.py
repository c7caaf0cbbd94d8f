"""Answers to requests that reached no view, or died in one. Nothing below a door's mount answers HTML."""

import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeAlias

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

# The body of an error with this status and explanation.
Shape: TypeAlias = Callable[[int, str], dict[str, object]]
VU_SENTENCES = dict.fromkeys((500, 503), "An internal error occurred in VU Admin.")
BITBYBIT_CODES = {
    400: "VALIDATION_ERROR",
    403: "INSUFFICIENT_SCOPE",
    404: "NOT_FOUND",
    500: "INTERNAL_ERROR",
    503: "SERVICE_UNAVAILABLE",
}
ROLE = "Your role does not allow this. What each role may, and who may give you another, stands under People."
OUTDATED = (
    "This page was open before you last logged in, so nothing of it was saved. Go back: what you typed still stands "
    "there. Copy it, open the page again, and send it from there."
)
RETRY_SECONDS = "2"


def detail(status: int, explanation: str) -> dict[str, object]:
    return {"detail": explanation}


def one_string(status: int, explanation: str) -> dict[str, object]:
    return {"errors": VU_SENTENCES.get(status, explanation)}


def adobe_error(status: int, explanation: str) -> dict[str, object]:
    return {"code": "1124" if status >= 500 else "1117", "message": explanation}


def json_api(status: int, explanation: str) -> dict[str, object]:
    title = HTTPStatus(status).phrase
    code = "RECORD_NOT_FOUND" if status == HTTPStatus.NOT_FOUND else title.upper().replace(" ", "_")
    return {"errors": [{"title": title, "detail": explanation, "code": code, "status": str(status)}]}


def coded_error(status: int, explanation: str) -> dict[str, object]:
    return {"error": {"code": BITBYBIT_CODES[status], "message": explanation}}


# Where the doors are mounted, and how each shapes an error.
DOORS: dict[str, Shape] = {
    "/dayzero/": detail,
    "/adobe/": adobe_error,
    "/vu/": one_string,
    "/commercelayer/": json_api,
    "/bitbybit/": coded_error,
}
REASONS = {
    400: "Not understood",
    403: "Not allowed",
    404: "Not found",
    500: "Something went wrong",
    503: "Back in a moment",
}
EXPLANATIONS = {
    400: "The server could not understand this request.",
    403: "You may not do this.",
    404: "There is nothing at this address.",
    500: "Something went wrong on our side. It has been logged under the request id of this answer.",
    503: "This service cannot reach its database. Nothing is lost: try again in a moment.",
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, status=403, explanation=ROLE if _is_at_the_desk(request) else "")


def outdated_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is of an earlier login, or that came from elsewhere: what to do is said."""
    return answer(request, status=403, explanation=OUTDATED)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls this while it handles what was raised: where the database is away, the caller may come again."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        unavailable = answer(request, status=503)
        unavailable.headers["Retry-After"] = RETRY_SECONDS
        return unavailable
    return answer(request, status=500)


class RefusePlainHttp:
    """Below a door plain http is refused where pages are redirected: a redirect would lose the body of a POST."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECURE_SSL_REDIRECT and not request.is_secure() and (shape := door(request)):
            return JsonResponse(shape(403, "This API is served over https only."), status=403)
        return self.get_response(request)


def door(request: HttpRequest) -> Shape | None:
    """How the door that a request is below shapes an error; None elsewhere."""
    return DOORS.get(f"/{request.path.split('/', 2)[1]}/")


def answer(request: HttpRequest, *, status: int, explanation: str = "") -> HttpResponse:
    """The same few words for everybody: as JSON below a door, else as a small page that needs no database."""
    explanation = explanation or EXPLANATIONS[status]
    if shape := door(request):
        return JsonResponse(shape(status, explanation), status=status)
    at_the_desk = _is_at_the_desk(request)
    page = {
        "reason": REASONS[status],
        "explanation": explanation,
        "home": "/admin/" if at_the_desk else "/",
        "home_words": "Back to my desk" if at_the_desk else "Back to the start",
        "request_id": request_id(request),
        # The files' plain names: their hashed ones are looked up in a manifest, which may be what is missing.
        "static": settings.STATIC_URL,
    }
    return HttpResponse(render_to_string("error.html", page), status=status)


def _is_at_the_desk(request: HttpRequest) -> bool:
    return request.path.startswith("/admin/")


def request_id(request: HttpRequest) -> str:
    return str(getattr(request, "request_id", ""))
