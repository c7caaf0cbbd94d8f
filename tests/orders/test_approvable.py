"""The list's answer to who can approve is the approve page's: orders times people, at moments before and after changes.

`services.why_not` and `services.who_can` decide of one order; `desk.approvable_by` and the list's column of many.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import product

import pytest

from billing.engine.terms import Rule as Billed
from catalog.models import CatalogItem
from customers import deputies, people
from customers.actors import Actor
from customers.models import Business, StaffMember
from customers.permissions import Role
from orders import approvers, desk, desk_list, errors, services
from orders.commands import ItemRef, LineSpec, UpdateOrder
from orders.models import Order
from orders.policies import Rule
from tests import factories
from tests.cast import Company, approved, at, change_order, draft, line, monthly, submitted
from tests.orders.test_policies import approver, policy

# Before the second policy, while deputies stand in, on the morning and the evening of the day one ends, and after.
MOMENTS = (
    at("2026-01-08"),
    at("2026-01-12", 11),
    at("2026-01-12", 12),
    at("2026-01-21"),
)
NAMES = re.compile(r": ([^:]+?)\.(?: |$)")


@pytest.fixture
def staff(acme: Company) -> Mapping[str, StaffMember]:
    """Limits of every size, roles that approve and that do not, deputies with an end, and one who has left."""
    fay = approver(acme, "Fay", role=Role.FINANCE)
    dan = approver(acme, "Dan", limit_cents=1)
    eve = factories.StaffMemberFactory.create(business=acme.business, user__first_name="Eve", role=Role.APPROVER)
    left = approver(acme, "Lia")
    cy = factories.StaffMemberFactory.create(business=acme.business, user__first_name="Cy", role=Role.APPROVER)
    factories.ApprovalLimitFactory.create(staff_member=cy, currency="EUR", amount_cents=50_000)
    stands_in(acme.approver, dan, since="2026-01-06", until="2026-01-20")
    stands_in(fay, eve, since="2026-01-06", until="2026-01-12")
    stands_in(left, cy, since="2026-01-06", until="2026-02-20")
    people.deactivate(member=left, by=acme.billing, at=at("2026-01-07"))
    left.user.refresh_from_db()
    bea = approver(acme, "Bea", limit_cents=50_000)
    return {"ana": acme.approver, "rui": acme.drafter, "olu": acme.ops} | {
        "fay": fay,
        "dan": dan,
        "eve": eve,
        "lia": left,
        "cy": cy,
        "bea": bea,
    }


def stands_in(delegator: StaffMember, delegate: StaffMember, *, since: str, until: str) -> None:
    deputies.delegate(
        delegator=delegator, delegate=delegate, ends_at=at(until), by=Actor.staff(delegator), at=at(since, 8)
    )


@pytest.fixture
def rules(acme: Company) -> None:
    """A first version for large orders, and a second one, from the 11th on, that asks for something of most."""
    policy(acme, Rule(currency="USD", total_from_cents=30_000, people=2), on="2026-01-02")
    policy(
        acme,
        Rule(discount_above_percent=Decimal(5), role="finance"),
        Rule(term_above_months=12, people=2),
        Rule(on_free_text=True, currency="EUR", people=3),
        Rule(on_below_catalog=True, role="approver", currency="USD", limit_from_cents=60_000),
        Rule(currency="USD", total_from_cents=100_000, role="finance"),
        Rule(currency="USD", total_from_cents=100_000, role="approver"),
        on="2026-01-11",
    )


def listed(item: CatalogItem, *, price: int, ramp: dict[str, object] | None = None) -> LineSpec:
    return LineSpec(
        qty=Decimal(1),
        unit_price_cents=price,
        item=ItemRef(scheme="uid", code=str(item.uid)),
        billing_rule=Billed.RECURRING,
        ramp_schedule=ramp,
    )


@pytest.fixture
def orders(acme: Company, staff: Mapping[str, StaffMember], rules: None) -> list[Order]:
    """Orders that each condition fits, and just does not; drafted by several, some of them approved in part."""
    item = factories.CatalogItemFactory.create(business=acme.business, unit_price_cents=10_000)
    cheaper_later: dict[str, object] = {"steps": [{"from_month": 1, "unit_price_cents": 9_999}]}
    plain = [
        submitted(acme, monthly(unit_price_cents=100)),
        submitted(acme, monthly()),
        submitted(acme, monthly(unit_price_cents=9_999)),
        submitted(acme, monthly(unit_price_cents=40_000)),
        submitted(acme, line(unit_price_cents=100_000_001)),
        submitted(acme, line(), term_months=None),
        submitted(acme, monthly(unit_price_cents=50), term_months=None),
        submitted(acme, monthly(unit_price_cents=100), term_months=12),
        submitted(acme, monthly(unit_price_cents=100), term_months=13),
        submitted(acme, monthly(), discount_cents=1_500),
        submitted(acme, monthly(), discount_cents=1_501),
        submitted(acme, monthly(), currency="EUR"),
        submitted(acme, listed(item, price=10_000)),
        submitted(acme, listed(item, price=9_999)),
        submitted(acme, listed(item, price=10_000, ramp=cheaper_later)),
        submitted(acme, listed(item, price=10_000), currency="EUR"),
        submitted(acme, listed(item, price=20), currency="EUR", discount_cents=60),
        draft(acme, monthly()),
    ]
    of_approver = draft(acme, monthly(), by=acme.approving)
    edited = services.update_order(
        order=submitted(acme, monthly()),
        changes=UpdateOrder(discount_cents=3),
        by=Actor.staff(staff["dan"]),
        at=at("2026-01-06"),
    )
    return [
        *plain,
        services.submit_order(order=of_approver, by=acme.drafting, at=at("2026-01-06")),
        edited,
        approved_by(submitted(acme, monthly()), staff["ana"]),
        approved_by(submitted(acme, monthly(unit_price_cents=40_000)), staff["dan"]),
        approved_by(submitted(acme, monthly(unit_price_cents=40_000)), staff["fay"]),
        approved_by(submitted(acme, monthly(unit_price_cents=40_000)), staff["eve"]),
        touched_since(approved_by(submitted(acme, monthly()), staff["ana"]), staff["ana"]),
        submitted_again(acme, approved_by(submitted(acme, monthly()), staff["fay"])),
        services.approve_order(
            order=submitted(acme, monthly(unit_price_cents=50)), by=acme.approving, at=at("2026-01-07")
        ),
    ]


def approved_by(order: Order, member: StaffMember) -> Order:
    """With one approval, under the first version of the policy, that another one has to follow."""
    given = services.approve_order(order=order, by=Actor.staff(member), at=at("2026-01-07"))
    assert given.status == "submitted"
    return given


def touched_since(order: Order, member: StaffMember) -> Order:
    """Whoever approved it has worked on it since, though on no term: the approval stands no longer."""
    return services.set_validity(
        order=order, valid_until_date=date(2026, 12, 31), by=Actor.staff(member), at=at("2026-01-08", 8)
    )


def submitted_again(acme: Company, order: Order) -> Order:
    back = services.withdraw(order=order, reason="A typo", by=acme.drafting, at=at("2026-01-08", 7))
    return services.submit_order(order=back, by=acme.drafting, at=at("2026-01-08", 8))


def test_what_somebody_can_approve_is_what_the_page_lets_them(
    acme: Company, orders: list[Order], staff: Mapping[str, StaffMember]
) -> None:
    asked = [*product(MOMENTS, staff.values())]

    by_list = {(moment, str(who), found.pk) for moment, who in asked for found in approvable(who, moment)}
    by_page = {
        (moment, str(who), order.pk)
        for (moment, who), order in product(asked, waiting(orders))
        if who.user.is_active and services.why_not(order=order, by=Actor.staff(who), at=moment) is None
    }

    assert by_list == by_page
    # Neither everything nor nothing: each person gets some answers of both kinds, but those who never approve.
    of_each = {name: sum(told == str(who) for _, told, _ in by_page) for name, who in staff.items()}
    assert {name for name, count in of_each.items() if not count} == {"rui", "olu", "lia"}
    assert all(count < len(MOMENTS) * len(waiting(orders)) for count in of_each.values())


def test_the_column_names_whom_the_page_names(acme: Company, orders: list[Order]) -> None:
    asked = [*product(MOMENTS, waiting(orders))]
    told = {moment: column(acme.business, moment) for moment in MOMENTS}

    by_list = {(moment, order.pk): told[moment][order.pk] for moment, order in asked}
    by_page = {
        (moment, order.pk): {
            name for names in NAMES.findall(services.who_can(order=order, at=moment)) for name in names.split(", ")
        }
        for moment, order in asked
    }

    assert by_list == by_page
    everybody = {name for names in by_page.values() for name in names}
    assert everybody == {"Ana", "Fay", "Bea", "Dan (for Ana)", "Eve (for Fay)", "Cy"}
    assert set() in by_page.values()


def test_a_stranger_s_policies_and_people_count_for_nothing(acme: Company, globex: Company) -> None:
    policy(globex, Rule(people=3, role="finance"))
    order = submitted(acme, monthly())
    submitted(globex, monthly())

    assert [*approvable(acme.approver, at("2026-01-08"))] == [order]
    assert column(acme.business, at("2026-01-08")) == {order.pk: {"Ana"}}


def test_a_deputy_does_not_see_the_changes_of_whom_they_stand_in_for(acme: Company) -> None:
    dan = approver(acme, "Dan", limit_cents=1)
    stands_in(acme.approver, dan, since="2026-01-06", until="2026-02-20")
    order = approved(acme, monthly())
    theirs = change_order(acme, order, by=acme.approving)

    assert [*desk.changes_waiting_for(member=dan, at=at("2026-01-21"))] == []
    with pytest.raises(errors.ApprovalNotPermitted):
        services.approve_change_order(change_order=theirs, by=Actor.staff(dan), at=at("2026-01-21"))


def waiting(orders: list[Order]) -> list[Order]:
    return [order for order in orders if order.status == "submitted"]


def approvable(member: StaffMember, moment: datetime) -> list[Order]:
    return list(desk.orders_of(member).filter(desk.approvable_by(member, moment)))


def column(business: Business, moment: datetime) -> dict[int, set[str]]:
    """Whom the list names for each order that waits."""
    among = approvers.approvers(business=business, at=moment)
    rows = desk_list.shown(Order.objects.for_business(business), business=business, at=moment)
    told = [desk_list.row(order, among=among) for order in rows.order_by("id")]
    return {row.order.pk: set(row.approvers) for row in told if row.waiting_since}
