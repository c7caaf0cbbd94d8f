"""Who may do what: one vocabulary for the roles of staff and the scopes of API credentials."""

from enum import StrEnum


class Permission(StrEnum):
    READ = "read"
    DRAFT = "draft"
    SUBMIT = "submit"
    APPROVE = "approve"
    BILL = "bill"


class Role(StrEnum):
    DRAFTER = "drafter"
    APPROVER = "approver"
    OPS = "ops"
    FINANCE = "finance"
    AUDITOR = "auditor"


GRANTS: dict[Role, frozenset[Permission]] = {
    Role.DRAFTER: frozenset({Permission.READ, Permission.DRAFT, Permission.SUBMIT}),
    Role.APPROVER: frozenset({Permission.READ, Permission.DRAFT, Permission.SUBMIT, Permission.APPROVE}),
    Role.OPS: frozenset({Permission.READ, Permission.BILL}),
    Role.FINANCE: frozenset({Permission.READ, Permission.APPROVE}),
    Role.AUDITOR: frozenset({Permission.READ}),
}
APPROVING = frozenset(role for role, granted in GRANTS.items() if Permission.APPROVE in granted)
