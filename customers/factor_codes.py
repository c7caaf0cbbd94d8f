"""The codes of a second factor: which one is good now, and that each is used once."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Final

import pyotp
import structlog
from django.db.models import Q

from customers import at_rest
from customers.models import RecoveryCode, SecondFactor

STEP_SECONDS: Final = 30
# A phone may be a step behind or ahead of us.
DRIFT: Final = (0, -1, 1)
RECOVERY_CODES: Final = 10
RECOVERY_BYTES: Final = 10
DIGITS = re.compile(r"[0-9]{6}")
RECOVERY = re.compile(r"[A-Z2-7]{16}")
SEPARATORS = re.compile(r"[\s-]")

log = structlog.stdlib.get_logger("countersign.identity")


def is_of_the_app(typed: str) -> bool:
    """Whether what somebody typed has the form of a code of the app."""
    return bool(DIGITS.fullmatch(plain(typed)))


def is_for_recovery(typed: str) -> bool:
    """Whether it has the form of a recovery code."""
    return bool(RECOVERY.fullmatch(plain(typed)))


def plain(typed: str) -> str:
    """A code without the spaces and hyphens that help reading it."""
    return SEPARATORS.sub("", typed).upper()


def step_of(factor: SecondFactor, code: str, at: datetime) -> int | None:
    """The step of time whose code this is, if it is one about now. Every step is compared, in constant time each."""
    try:
        totp = pyotp.TOTP(at_rest.unseal(bytes(factor.secret)))
    except at_rest.Unreadable:
        log.exception("second_factor.unreadable", member=factor.staff_member_id)
        return None
    now = int(at.timestamp()) // STEP_SECONDS
    typed = plain(code).encode(errors="replace")
    found = [step for step in (now + drift for drift in DRIFT) if _is_same(totp.generate_otp(step), typed)]
    return found[0] if found else None


def _is_same(code: str, typed: bytes) -> bool:
    return hmac.compare_digest(code.encode(), typed)


def use_of_the_app(factor: SecondFactor, code: str, at: datetime) -> bool:
    """Whether the code is good; its step of time and those before it are used up then."""
    step = step_of(factor, code, at)
    if step is None:
        return False
    unused = Q(last_step=None) | Q(last_step__lt=step)
    rows = SecondFactor.objects.for_business(factor.business).filter(unused, pk=factor.pk)
    again = (
        {}
        if at_rest.is_current(bytes(factor.secret))
        else {"secret": at_rest.seal(at_rest.unseal(bytes(factor.secret)))}
    )
    return bool(rows.update(last_step=step, **again))


def use_for_recovery(factor: SecondFactor, code: str, at: datetime) -> int | None:
    """How many recovery codes are left once this one was used; None for one that is none, or was used before."""
    rows = factor.recovery_codes.filter(used_at=None)
    return rows.count() if rows.filter(code_sha256=_digest(plain(code))).update(used_at=at) else None


def make_for_recovery(factor: SecondFactor) -> tuple[str, ...]:
    """New recovery codes as they are shown once; only their digests are stored."""
    codes = tuple(base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode() for _ in range(RECOVERY_CODES))
    RecoveryCode.objects.bulk_create(
        RecoveryCode(business=factor.business, second_factor=factor, code_sha256=_digest(code)) for code in codes
    )
    return tuple("-".join(_fours(code)) for code in codes)


def _fours(code: str) -> Iterator[str]:
    return (code[at : at + 4] for at in range(0, len(code), 4))


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
