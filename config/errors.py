"""Answers to requests that reached no view, or died in one. Nothing below a door's mount answers HTML."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeAlias

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

# What went wrong in words, and its status.
Shape: TypeAlias = Callable[[str, int], dict[str, object]]


def detail(explanation: str, status: int) -> dict[str, object]:
    return {"detail": explanation}


def json_api(explanation: str, status: int) -> dict[str, object]:
    title = HTTPStatus(status).phrase
    code = "RECORD_NOT_FOUND" if status == HTTPStatus.NOT_FOUND else title.upper().replace(" ", "_")
    return {"errors": [{"title": title, "detail": explanation, "code": code, "status": str(status)}]}


# Where the doors are mounted, and how each shapes an error.
DOORS: dict[str, Shape] = {"/dayzero/": detail, "/commercelayer/": json_api}
EXPLANATIONS = {
    400: "The server could not understand this request.",
    403: "You may not do this.",
    404: "There is nothing at this address.",
    500: "Something went wrong on our side. It has been logged under the request id of this answer.",
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return answer(request, status=500)


class RefusePlainHttp:
    """Below a door plain http is refused where pages are redirected: a redirect would lose the body of a POST."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECURE_SSL_REDIRECT and not request.is_secure() and (shape := door(request)):
            return JsonResponse(shape("This API is served over https only.", HTTPStatus.FORBIDDEN), status=403)
        return self.get_response(request)


def door(request: HttpRequest) -> Shape | None:
    """How the door that a request is below shapes an error; None elsewhere."""
    return next((shape for mount, shape in DOORS.items() if f"{request.path}/".startswith(mount)), None)


def answer(request: HttpRequest, *, status: int) -> HttpResponse:
    """The same few words for everybody: as JSON below a door, else as a small page that needs no database."""
    explanation = EXPLANATIONS[status]
    if shape := door(request):
        return JsonResponse(shape(explanation, status), status=status)
    page = render_to_string("error.html", {"explanation": explanation, "request_id": request_id(request)})
    return HttpResponse(page, status=status)


def request_id(request: HttpRequest) -> str:
    return str(getattr(request, "request_id", ""))
