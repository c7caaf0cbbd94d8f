"""Following lines from the promise of their dates to the last parcel, and what may not happen on the way."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError

from customers.actors import Actor, NotPermitted
from customers.models import Event
from orders import errors, services, verification
from orders.commands import DateReason, PackedLine, ShipMethod, ShipOrder, UpdateOrder
from orders.models import DateChange, Line, LineProgress, Order, Shipment
from orders.states import LineState
from tests import cast
from tests.orders.test_races import RIVALS, at_once
from tests.promises import sql

NOW = cast.at("2026-01-06")
GROUND = ShipMethod(carrier_code="UPS", service_code="GND")


@pytest.fixture
def order(acme: cast.Company) -> Order:
    """Two lines of five and three pieces, made by a factory that needs 15 days, 22 days on their way."""
    services.set_lead_time(business=acme.business, factory_code="f1", days=15, by=acme.billing, at=NOW)
    services.set_transit_time(business=acme.business, method=GROUND, days=22, by=acme.billing, at=NOW)
    return tracked(acme)


def tracked(company: cast.Company, factory: str = "f1") -> Order:
    order = cast.submitted(company, cast.line(qty="5"), cast.line(qty="3"))
    services.track_lines(
        order=order,
        factories=(factory, factory),
        method=GROUND,
        received_on=date(2026, 1, 6),
        by=company.drafting,
        at=NOW,
    )
    return order


def line_of(order: Order, position: int = 0) -> Line:
    return order.lines.get(position=position)


def parcel(order: Order, *quantities: str) -> ShipOrder:
    """A parcel with so many of the first line, of the second, and so on."""
    lines = order.lines.order_by("position")
    packed = tuple(PackedLine(line=line.pk, quantity=Decimal(q)) for line, q in zip(lines, quantities, strict=False))
    return ShipOrder(lines=packed, tracking_number="1Z")


def states(order: Order) -> list[str]:
    return [line.progress.state for line in order.lines.order_by("position")]


def test_dates_follow_from_the_lead_time_and_the_way(order: Order) -> None:
    progress = line_of(order).progress

    assert (progress.leaves_factory_on, progress.arrives_on) == (date(2026, 1, 21), date(2026, 2, 12))
    change = DateChange.objects.get(line=line_of(order))
    assert (change.reason_code, change.reason) == ("initial", "Initial Value")
    assert (change.leaves_factory_on, change.arrives_on) == (date(2026, 1, 21), date(2026, 2, 12))


def test_without_a_lead_time_nothing_is_promised(acme: cast.Company) -> None:
    order = tracked(acme, factory="unheard-of")

    assert line_of(order).progress.leaves_factory_on is None
    assert not DateChange.objects.exists()


def test_the_blank_factory_and_the_blank_service_speak_for_all_others(acme: cast.Company) -> None:
    services.set_lead_time(business=acme.business, factory_code="", days=10, by=acme.billing, at=NOW)
    carrier = ShipMethod(carrier_code="UPS")
    services.set_transit_time(business=acme.business, method=ShipMethod(), days=9, by=acme.billing, at=NOW)
    services.set_transit_time(business=acme.business, method=carrier, days=4, by=acme.billing, at=NOW)

    progress = line_of(tracked(acme, factory="anywhere")).progress

    assert (progress.leaves_factory_on, progress.arrives_on) == (date(2026, 1, 16), date(2026, 1, 20))


def test_a_change_of_dates_is_added_and_none_is_ever_edited(acme: cast.Company, order: Order) -> None:
    services.change_dates(
        line=line_of(order),
        leaves_factory_on=date(2026, 1, 28),
        reason_code=DateReason.MATERIAL_DELAY,
        reason="No yarn",
        by=acme.drafting,
        at=NOW,
    )

    changes = DateChange.objects.filter(line=line_of(order)).order_by("id")
    assert [(row.reason_code, row.leaves_factory_on, row.arrives_on) for row in changes] == [
        ("initial", date(2026, 1, 21), date(2026, 2, 12)),
        ("material_delay", date(2026, 1, 28), date(2026, 2, 19)),
    ]
    assert line_of(order).progress.leaves_factory_on == date(2026, 1, 28)
    with pytest.raises(IntegrityError, match="added to, never edited"):
        sql.update(changes[0], reason="otherwise")


def test_nothing_arrives_before_it_leaves(acme: cast.Company, order: Order) -> None:
    with pytest.raises(errors.DatesContradict):
        services.change_dates(
            line=line_of(order),
            leaves_factory_on=date(2026, 1, 28),
            arrives_on=date(2026, 1, 27),
            reason_code=DateReason.CARRIER_DELAY,
            reason="",
            by=acme.drafting,
            at=NOW,
        )


def test_parcels_in_part_lead_to_the_whole(acme: cast.Company, order: Order) -> None:
    services.ship(order=order, command=parcel(order, "2", "3"), by=acme.drafting, at=NOW)
    order.refresh_from_db()
    assert (states(order), order.fulfilment_status) == (["partly_shipped", "shipped"], "in_progress")

    services.ship(order=order, command=parcel(order, "3"), by=acme.drafting, at=NOW)

    order.refresh_from_db()
    assert (states(order), order.fulfilment_status) == (["shipped", "shipped"], "fulfilled")
    assert Event.objects.filter(subject_type="order", subject_id=order.pk, action="ship").count() == 2


@pytest.mark.parametrize("quantities", [("6",), ("1", "4")])
def test_no_more_is_shipped_than_was_ordered(acme: cast.Company, order: Order, quantities: tuple[str, ...]) -> None:
    with pytest.raises(errors.ShipsTooMuch):
        services.ship(order=order, command=parcel(order, *quantities), by=acme.drafting, at=NOW)

    assert not Shipment.objects.exists()
    assert states(order) == ["new", "new"]


def test_the_database_itself_ships_no_more_than_ordered(order: Order) -> None:
    with pytest.raises(IntegrityError, match="line_progress_ships_no_more_than_ordered"):
        sql.update(line_of(order).progress, shipped_qty=6)


def test_a_shipped_line_does_not_become_new_by_whatever_hand(acme: cast.Company, order: Order) -> None:
    services.ship(order=order, command=parcel(order, "5"), by=acme.drafting, at=NOW)

    with pytest.raises(IntegrityError, match="along its table"):
        sql.update(line_of(order).progress, state="new")


def test_a_line_of_another_order_is_none_of_this_one(acme: cast.Company, order: Order) -> None:
    other = tracked(acme)

    with pytest.raises(errors.UnknownLine):
        services.ship(order=order, command=parcel(other, "1"), by=acme.drafting, at=NOW)


def test_a_held_line_is_not_shipped_until_it_is_released(acme: cast.Company, order: Order) -> None:
    services.hold_line(line=line_of(order), reason="artwork", by=acme.drafting, at=NOW)
    services.hold_line(line=line_of(order), reason="again", by=acme.drafting, at=NOW)
    with pytest.raises(errors.LineNotReady):
        services.ship(order=order, command=parcel(order, "1"), by=acme.drafting, at=NOW)

    services.release_line(line=line_of(order), reason="approved", by=acme.drafting, at=NOW)
    services.ship(order=order, command=parcel(order, "1"), by=acme.drafting, at=NOW)

    assert states(order) == [LineState.PARTLY_SHIPPED, LineState.NEW]
    actions = Event.objects.filter(subject_type="order", subject_id=order.pk).order_by("id")
    assert [event.action for event in actions][-3:] == ["hold", "release", "ship"]


def test_what_is_shipped_in_part_is_not_held_and_what_is_not_held_not_released(
    acme: cast.Company, order: Order
) -> None:
    services.ship(order=order, command=parcel(order, "1"), by=acme.drafting, at=NOW)

    with pytest.raises(errors.LineNotReady):
        services.hold_line(line=line_of(order), reason="late", by=acme.drafting, at=NOW)
    with pytest.raises(errors.LineNotReady):
        services.release_line(line=line_of(order, 1), reason="", by=acme.drafting, at=NOW)


def test_an_order_that_left_in_part_is_neither_cancelled_nor_rejected(acme: cast.Company, order: Order) -> None:
    services.ship(order=order, command=parcel(order, "1"), by=acme.drafting, at=NOW)

    with pytest.raises(errors.TransitionNotAllowed):
        services.cancel_order(order=order, by=acme.drafting, at=NOW)
    with pytest.raises(errors.TransitionNotAllowed):
        services.reject_order(order=order, reason="no", by=acme.approving, at=NOW)


def test_lines_in_the_hands_of_production_no_longer_change(acme: cast.Company, order: Order) -> None:
    with pytest.raises(errors.LinesTracked):
        services.withdraw(order=order, reason="", by=acme.drafting, at=NOW)
    with pytest.raises(errors.LinesTracked):
        services.update_order(order=order, changes=UpdateOrder(lines=(cast.line(),)), by=acme.drafting, at=NOW)


def test_nothing_of_a_cancelled_order_is_shipped_or_held(acme: cast.Company, order: Order) -> None:
    services.cancel_order(order=order, by=acme.drafting, at=NOW)

    with pytest.raises(errors.TransitionNotAllowed):
        services.ship(order=order, command=parcel(order, "1"), by=acme.drafting, at=NOW)
    with pytest.raises(errors.TransitionNotAllowed):
        services.hold_line(line=line_of(order), reason="", by=acme.drafting, at=NOW)


def test_who_only_bills_ships_nothing_and_strangers_neither(
    acme: cast.Company, globex: cast.Company, order: Order
) -> None:
    with pytest.raises(NotPermitted):
        services.ship(order=order, command=parcel(order, "1"), by=acme.billing, at=NOW)
    with pytest.raises(NotPermitted):
        services.ship(order=order, command=parcel(order, "1"), by=globex.drafting, at=NOW)
    with pytest.raises(NotPermitted):
        services.set_lead_time(business=acme.business, factory_code="f1", days=1, by=acme.drafting, at=NOW)


def test_of_parcels_packed_at_once_only_as_many_leave_as_were_ordered(transactional_db: None) -> None:
    order = tracked(cast.company("busy"))
    by = Actor.system()

    outcomes = at_once(lambda: services.ship(order=order, command=parcel(order, "2"), by=by, at=NOW))

    kinds = [type(outcome) for outcome in outcomes]
    assert (kinds.count(Shipment), kinds.count(errors.ShipsTooMuch)) == (2, RIVALS - 2)
    assert LineProgress.objects.get(line__order=order, line__position=0).shipped_qty == 4


def test_tags_come_and_go_and_nobody_elses_get_lost(acme: cast.Company) -> None:
    first, second = cast.draft(acme, cast.line()), cast.draft(acme, cast.line())
    services.tag_orders(business=acme.business, orders=[first], add=["a", "b"], by=acme.drafting, at=NOW)

    services.tag_orders(
        business=acme.business, orders=[second, first], add=["c"], remove=["a"], by=acme.drafting, at=NOW
    )

    assert [order.tags for order in Order.objects.order_by("id")] == [["b", "c"], ["c"]]
    with pytest.raises(errors.TooManyTags):
        services.tag_orders(business=acme.business, orders=[first], add=map(str, range(99)), by=acme.drafting, at=NOW)


def test_the_books_notice_a_line_that_ships_what_no_parcel_holds(acme: cast.Company, order: Order) -> None:
    services.ship(order=order, command=parcel(order, "2"), by=acme.drafting, at=NOW)
    assert list(verification.of_business(business=acme.business)) == []

    sql.update(line_of(order).progress, shipped_qty=3)

    (finding,) = verification.of_business(business=acme.business)
    assert (finding.code, finding.subject) == ("shipped_off", order.number)
