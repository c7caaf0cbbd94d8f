"""JSON:API errors: what a refused request gets, one object for each fault, in the words of the published engine."""

from collections.abc import Sequence
from http import HTTPStatus

from rest_framework.exceptions import APIException

Error = dict[str, object]


class Refused(APIException):
    """A request refused with these errors, all of one status."""

    def __init__(self, errors: Sequence[Error], *, status: int) -> None:
        super().__init__(str(errors))
        self.errors = list(errors)
        self.status_code = status


def error(
    *,
    status: int,
    code: str,
    title: str,
    detail: str,
    pointer: str | None = None,
    meta: dict[str, object] | None = None,
) -> Error:
    """One error object; `source` and `meta` only where there is something to say."""
    said: Error = {"title": title, "detail": detail, "code": code, "status": str(int(status))}
    if pointer is not None:
        said["source"] = {"pointer": pointer}
    if meta is not None:
        said["meta"] = meta
    return said


def refused(status: int, *, code: str, title: str, detail: str) -> Refused:
    """A request refused for one reason."""
    return Refused([error(status=status, code=code, title=title, detail=detail)], status=status)


def bad(code: str, title: str, detail: str) -> Refused:
    """A document or a query that is not what it should be."""
    return refused(HTTPStatus.BAD_REQUEST, code=code, title=title, detail=detail)


def missing(parameter: str) -> Refused:
    return bad("PARAM_MISSING", "Missing Parameter", f"The required parameter, {parameter}, is missing.")


def not_allowed(pointers: Sequence[tuple[str, str]]) -> Refused:
    """Members that a request may not write: (name, pointer) of each."""
    status = HTTPStatus.BAD_REQUEST
    return Refused(
        [
            error(
                status=status,
                code="PARAM_NOT_ALLOWED",
                title="Param not allowed",
                detail=f"{name} is not allowed.",
                pointer=pointer,
            )
            for name, pointer in pointers
        ],
        status=status,
    )


def wrong_format(detail: str = "Data must be a hash.") -> Refused:
    return bad("INVALID_DATA_FORMAT", "Invalid data format", detail)


def type_mismatch(sent: object) -> Refused:
    return bad("TYPE_MISMATCH", "Type Mismatch", f"{sent} is not a valid type for this operation.")


def not_found() -> Refused:
    detail = "The requested resource was not found. Please double-check the resource id."
    return refused(HTTPStatus.NOT_FOUND, code="RECORD_NOT_FOUND", title="Record not found", detail=detail)


def unauthorized() -> Refused:
    detail = "You are not authorized to perform this action on the requested resource."
    return refused(HTTPStatus.UNAUTHORIZED, code="UNAUTHORIZED", title="Access denied", detail=detail)


def invalid(field: str, title: str, *, pointer: str, meta: dict[str, object]) -> Error:
    """A value that is refused: `field - title`."""
    return error(
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        code="VALIDATION_ERROR",
        title=title,
        detail=f"{field} - {title}" if field else title,
        pointer=pointer,
        meta=meta,
    )


def attribute(field: str, title: str, kind: str, **meta: object) -> Error:
    """A refused attribute."""
    return invalid(field, title, pointer=f"/data/attributes/{field}", meta={"error": kind, **meta})


def relationship(field: str, title: str, kind: str) -> Error:
    """A refused relationship."""
    return invalid(field, title, pointer=f"/data/relationships/{field}", meta={"error": kind})


def unprocessable(errors: Sequence[Error]) -> Refused:
    return Refused(errors, status=HTTPStatus.UNPROCESSABLE_ENTITY)
