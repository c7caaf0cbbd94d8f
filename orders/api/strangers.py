"""What all doors answer to wrong keys: the door's refusal, and 429 once an address gave too many."""

from django.http import HttpRequest
from rest_framework.exceptions import Throttled
from rest_framework.request import Request

from customers import guesses, wrong_keys


def wrong_key(request: Request | HttpRequest, refusal: Exception) -> Exception:
    """What to raise for a key that is none: this refusal, or Throttled with the seconds to wait."""
    plain = request._request if isinstance(request, Request) else request  # noqa: SLF001  # DRF has no other way to it
    wait = wrong_keys.seconds_to_wait(address=guesses.address_of(plain))
    return Throttled(wait=wait) if wait else refusal


def retry_after(exc: Exception) -> dict[str, str]:
    """When to come again, where that is known."""
    wait = getattr(exc, "wait", None) if isinstance(exc, Throttled) else None
    return {"Retry-After": str(wait)} if wait else {}
