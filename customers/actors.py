"""Who does something, and through which channel: the `by` of every service."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from customers.models import ApiCredential, Business, StaffMember
from customers.permissions import Permission


class Channel(StrEnum):
    ADMIN = "admin"
    COMMAND = "command"
    DAYZERO = "dayzero"
    ADOBE = "adobe"
    VU = "vu"
    COMMERCELAYER = "commercelayer"
    BITBYBIT = "bitbybit"


class NotPermitted(Exception):
    """The actor lacks the permission that an action needs."""

    code = "not_permitted"

    def __init__(self, *, actor: "Actor", permission: Permission) -> None:
        super().__init__(f"{actor.name} may not {permission}.")
        self.permission = permission


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person, a credential (with the person it names, if any), or the system running a command."""

    channel: str
    name: str
    staff_member: StaffMember | None = None
    credential: ApiCredential | None = None
    request_id: str = ""

    @classmethod
    def system(cls, *, name: str = "system", channel: str = Channel.COMMAND) -> Self:
        return cls(channel=channel, name=name)

    @classmethod
    def staff(cls, member: StaffMember, *, request_id: str = "") -> Self:
        return cls(channel=Channel.ADMIN, name=str(member), staff_member=member, request_id=request_id)

    @classmethod
    def api(
        cls,
        credential: ApiCredential,
        *,
        on_behalf_of: StaffMember | None = None,
        name: str = "",
        request_id: str = "",
    ) -> Self:
        """A door's caller. `name` is whom the caller says it acts for; it grants nothing."""
        return cls(
            channel=credential.door,
            name=name or credential.name,
            staff_member=on_behalf_of,
            credential=credential,
            request_id=request_id,
        )

    @property
    def person(self) -> StaffMember | None:
        """Who acts, logged in themselves; nobody for a credential: whom it names is not proven."""
        return self.staff_member if self.credential is None else None

    @property
    def is_system(self) -> bool:
        return self.staff_member is None and self.credential is None

    def may(self, permission: Permission) -> bool:
        """What the credential allows, else what the member's role allows; the system may do anything."""
        if self.credential is not None:
            return self.credential.may(permission)
        if self.staff_member is not None:
            return self.staff_member.may(permission)
        return True

    @property
    def may_only_read(self) -> bool:
        """Whether this one changes nothing here, not even by a word."""
        return not any(self.may(permission) for permission in Permission if permission is not Permission.READ)

    def require(self, permission: Permission, *, business: Business) -> None:
        """Raise `NotPermitted` unless this actor belongs to the business and has the permission."""
        if not (self.belongs_to(business) and self.may(permission)):
            raise NotPermitted(actor=self, permission=permission)

    def belongs_to(self, business: Business) -> bool:
        """Whether the person and the credential are of this business; the system is of every one."""
        homes = {who.business_id for who in (self.staff_member, self.credential) if who is not None}
        return homes <= {business.pk}
