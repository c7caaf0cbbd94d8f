"""Second factors of staff: time-based codes (RFC 6238) and recovery codes, each good for one use.

A person sets up, replaces and takes away their own; somebody of operations resets another's. Each call that changes
what lets somebody in leaves an event with the member, and ends their other sessions.
"""

from datetime import datetime

import pyotp
from django.db import transaction

from customers import at_rest, factor_codes, ledger, people
from customers.actors import Actor
from customers.models import Business, SecondFactor, StaffMember
from customers.people import PeopleRefused
from customers.permissions import Permission
from customers.tenancy import TenantQuerySet


class WrongCode(PeopleRefused):
    """Not the code of this moment, or used before."""

    code = "wrong_code"


class SetUpAlready(PeopleRefused):
    code = "second_factor_set_up"


class StillRequired(PeopleRefused):
    code = "second_factor_required"


def confirmed(*, member: StaffMember) -> SecondFactor | None:
    """What this person shows besides the password, if anything."""
    return _own(member).exclude(confirmed_at=None).first()


def is_missing(*, member: StaffMember) -> bool:
    """Whether this person may approve, in a business that then asks for a second factor, and has none."""
    return _is_asked(member) and confirmed(member=member) is None


@transaction.atomic
def begin(*, member: StaffMember, by: Actor, at: datetime) -> SecondFactor:
    """A fresh secret to put into an app, in place of one that was never confirmed. Raises SetUpAlready.

    It lets nobody in and keeps nobody out until `confirm`, so the ledger has no event of it.
    """
    _check_own(member, by)
    _lock(member)
    if confirmed(member=member):
        raise SetUpAlready("You have a second factor already: take it away first.")
    _own(member).delete()
    sealed = at_rest.seal(pyotp.random_base32())
    return SecondFactor.objects.create(business=member.business, staff_member=member, secret=sealed, created_at=at)


def pending(*, member: StaffMember) -> SecondFactor | None:
    """What was begun and not confirmed, and can still be shown."""
    factor = _own(member).filter(confirmed_at=None).first()
    return factor if factor and at_rest.is_readable(bytes(factor.secret)) else None


def secret_of(*, factor: SecondFactor) -> str:
    """The secret in base32, to be shown while it is set up and never after."""
    return at_rest.unseal(bytes(factor.secret))


def address_of(*, factor: SecondFactor, member: StaffMember) -> str:
    """The `otpauth://` address that an app reads from a QR code."""
    totp = pyotp.TOTP(secret_of(factor=factor))
    return totp.provisioning_uri(name=member.user.get_username(), issuer_name=f"Countersign {member.business.name}")


@transaction.atomic
def confirm(*, member: StaffMember, code: str, by: Actor, at: datetime) -> tuple[str, ...]:
    """Switch it on with a first code from the app; the recovery codes are in this answer and nowhere else.

    Ends the person's other sessions. Raises WrongCode.
    """
    _check_own(member, by)
    _lock(member)
    factor = pending(member=member)
    step = factor_codes.step_of(factor, code, at) if factor else None
    if factor is None or step is None:
        raise WrongCode("This is not the current code. Check the clock of your phone, and type the next one.")
    factor.confirmed_at, factor.last_step = at, step
    factor.save(update_fields=["confirmed_at", "last_step"])
    codes = factor_codes.make_for_recovery(factor)
    people.end_sessions(member=member)
    _record(member, "enrol_second_factor", by, at, recovery_codes=len(codes))
    return codes


def use(*, member: StaffMember, code: str, by: Actor, at: datetime) -> bool:
    """Whether a code, of the app or for recovery, is this person's and good; from now on it is not any more.

    Of two at once with the same code one is told yes.
    """
    factor = confirmed(member=member)
    if factor is None:
        return False
    if factor_codes.is_of_the_app(code):
        return factor_codes.use_of_the_app(factor, code, at)
    return factor_codes.is_for_recovery(code) and _use_recovery(member, factor, code, by, at)


@transaction.atomic
def renew_recovery_codes(*, member: StaffMember, code: str, by: Actor, at: datetime) -> tuple[str, ...]:
    """Ten new codes in place of all that there are. Raises WrongCode unless a good code comes with it."""
    factor = _shown(member, code, by, at)
    factor.recovery_codes.all().delete()
    codes = factor_codes.make_for_recovery(factor)
    _record(member, "renew_recovery_codes", by, at, recovery_codes=len(codes))
    return codes


@transaction.atomic
def remove(*, member: StaffMember, code: str, by: Actor, at: datetime) -> None:
    """Do without it from now on. Raises WrongCode, and StillRequired where the business asks for one."""
    if _is_asked(member):
        raise StillRequired("Your business asks everybody who may approve for a second factor.")
    _shown(member, code, by, at).delete()
    people.end_sessions(member=member)
    _record(member, "remove_second_factor", by, at)


@transaction.atomic
def reset(*, member: StaffMember, by: Actor, at: datetime) -> StaffMember:
    """Take away somebody else's, who lost it with the codes; they set up a new one after their next login.

    Raises NotOnOneself: whoever keeps the people asks a second one of them. Raises NotPermitted.
    """
    stored = people.to_change(member=member, by=by)
    deleted, _ = _own(stored).delete()
    people.end_sessions(member=stored)
    if deleted:
        _record(stored, "reset_second_factor", by, at)
    return stored


@transaction.atomic
def require(*, business: Business, is_required: bool, by: Actor, at: datetime) -> None:
    """Whether everybody who may approve needs a second factor. Raises NotPermitted."""
    people.check_manager(by=by, business=business)
    rows = Business.objects.filter(pk=business.pk).exclude(requires_second_factor=is_required)
    if rows.update(requires_second_factor=is_required):
        before, after = {"requires_second_factor": not is_required}, {"requires_second_factor": is_required}
        ledger.record(subject=business, action="set_identity", by=by, at=at, before=before, after=after)


def _is_asked(member: StaffMember) -> bool:
    """Whether the business asks this person, who may approve, for a second factor."""
    return member.business.requires_second_factor and member.may(Permission.APPROVE)


def _own(member: StaffMember) -> TenantQuerySet[SecondFactor]:
    return SecondFactor.objects.for_business(member.business).filter(staff_member=member)


def _lock(member: StaffMember) -> None:
    """Two of a person's own changes take turns; foreign keys to the member pass."""
    list(StaffMember.objects.for_business(member.business).select_for_update(no_key=True).filter(pk=member.pk))


def _check_own(member: StaffMember, by: Actor) -> None:
    if by.person != member:
        raise PeopleRefused("You set up your own second factor, and nobody else's.")


def _shown(member: StaffMember, code: str, by: Actor, at: datetime) -> SecondFactor:
    """The person's own factor, once a code of it was used."""
    _check_own(member, by)
    _lock(member)
    factor = confirmed(member=member)
    if factor is None or not use(member=member, code=code, by=by, at=at):
        raise WrongCode("This code is wrong, or was used before.")
    return factor


@transaction.atomic
def _use_recovery(member: StaffMember, factor: SecondFactor, code: str, by: Actor, at: datetime) -> bool:
    left = factor_codes.use_for_recovery(factor, code, at)
    if left is not None:
        _record(member, "use_recovery_code", by, at, recovery_codes=left)
    return left is not None


def _record(member: StaffMember, action: str, by: Actor, at: datetime, **after: object) -> None:
    ledger.record(subject=member, action=action, by=by, at=at, after=after)
