"""The counts of the navigation: a statement compiled once says for everybody what it would have said for them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db.models import QuerySet

from customers import counting
from customers.compiled import Compiled
from customers.models import StaffMember
from customers.permissions import Permission, Role
from orders.admin import badges
from tests import factories
from tests.cast import Company, draft, monthly, submitted

# In Auckland it is tomorrow already.
LATE = datetime(2026, 1, 5, 23, tzinfo=UTC)


def somebody(company: Company, role: Role) -> StaffMember:
    return factories.StaffMemberFactory.create(business=company.business, role=role)


@pytest.mark.parametrize(
    ("statement_of", "counted"), [(badges.navigation, badges.waiting), (badges.listed, badges.on_list)]
)
@pytest.mark.parametrize("role", Role)
def test_what_is_compiled_once_is_what_the_orm_says_for_each(
    acme: Company,
    globex: Company,
    role: Role,
    statement_of: Callable[..., Compiled],
    counted: Callable[..., Mapping[str, QuerySet[Any]]],
) -> None:
    globex.business.currency, globex.business.timezone = "JPY", "Pacific/Auckland"
    members = [somebody(acme, role), somebody(globex, role)]

    said = [
        (statement.statement, statement.bound(badges.places(member, LATE)))
        for member in members
        for statement in [statement_of(is_approver=member.may(Permission.APPROVE))]
    ]

    asked = [counting.query(business=m.business, of=counted(m, LATE)) for m in members]
    assert said == [query.query.sql_with_params() for query in asked]


def test_the_list_counts_what_it_names(acme: Company) -> None:
    assert tuple(badges.on_list(acme.approver, LATE)) == badges.ON_LIST


def test_the_navigation_counts_what_waits_for_whom(acme: Company, globex: Company) -> None:
    submitted(acme, monthly())
    submitted(globex, monthly())
    draft(acme, monthly())

    counted = [badges.of_navigation(member, LATE) for member in (acme.approver, acme.drafter, globex.drafter)]

    assert counted == [
        {badges.MINE: 1, badges.MY_DRAFTS: 0},
        {badges.MINE: 0, badges.MY_DRAFTS: 1},
        {badges.MINE: 0, badges.MY_DRAFTS: 0},
    ]
