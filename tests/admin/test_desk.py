"""My desk: what waits for this person, since when and how much, in a bounded number of statements."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from billing.engine.terms import Rule
from customers.actors import Actor
from customers.models import StaffMember
from orders import desk_figures, desk_problems, services, week_chart
from orders.desk_figures import Week
from orders.models import Line, Order
from tests import factories, scenes
from tests.admin.pages import Browse, everything_of
from tests.admin.test_every_page import INLINE
from tests.cast import Company, approved, at, change_order, draft, line, monthly, submitted

DESK = "admin:index"


@pytest.fixture
def approver(acme: Company, browse: Browse) -> Client:
    return browse(acme.approver)


@pytest.fixture
def drafter(acme: Company, browse: Browse) -> Client:
    return browse(acme.drafter)


def tiles(client: Client) -> dict[str, list[str]]:
    """The order numbers of each tile."""
    return {
        tile.heading: [order.number for order in tile.orders] for tile in client.get(reverse(DESK)).context["tiles"]
    }


def text(client: Client) -> str:
    """The page as it is read, without its tags."""
    page = re.sub(r"<[^>]+>", "", client.get(reverse(DESK)).content.decode())
    return " ".join(page.split())


def filled(company: Company) -> None:
    """Something in every tile, and more than fits."""
    everything_of(company)
    for _ in range(8):
        submitted(company, monthly())
        Order.objects.filter(pk=draft(company, monthly()).pk).update(updated_at=timezone.now() - timedelta(days=60))
        change_order(company, approved(company, monthly(), on=f"{timezone.now():%Y-%m-%d}"))


def a_full_desk(acme: Company, client: Client) -> None:
    """Something in every tile, and more than fits; four pinned views that each look for a customer."""
    scenes.begin(filled, acme)
    for number in range(4):
        view = {"name": f"View {number}", "view": f"q=customer%3Acust+total%3E{number}"}
        client.post(reverse("admin:desk_view_save"), view)
    for view in client.get(reverse("admin:orders_order_changelist")).context["views"]:
        client.post(reverse("admin:desk_view_pin", args=[view.pk]))


@pytest.mark.parametrize("role", ["drafter", "approver", "ops"])
def test_the_fullest_desk_takes_twelve_statements(acme: Company, browse: Browse, role: str) -> None:
    member: StaffMember = getattr(acme, role)
    client = browse(member)
    a_full_desk(acme, client)

    with CaptureQueriesContext(connection) as captured:
        answer = client.get(reverse(DESK))

    assert len(answer.context["pins"]) == 4
    assert len(captured) <= 12, [query["sql"][:90] for query in captured]


def test_tiles_hold_a_few_orders_however_many_there_are(acme: Company, approver: Client) -> None:
    a_full_desk(acme, approver)

    assert {len(numbers) for numbers in tiles(approver).values()} <= {0, 1, 2, 3, 4, 5, 6}


def test_my_drafts_say_which_have_problems_and_how_many_were_sent_back(acme: Company, drafter: Client) -> None:
    draft(acme, monthly(), line(rule=Rule.FLAT, qty="2"))
    Order.objects.filter(pk=draft(acme, monthly(), line()).pk).update(valid_until_date="2026-01-01")
    empty = draft(acme)
    Line.objects.filter(order=draft(acme, monthly(), line(), line(), line())).update(ramp_schedule={"steps": []})
    returned = submitted(acme, monthly())
    services.send_back(order=returned, reason="Too cheap", by=acme.approving, at=at("2026-01-06"))

    (tile,) = (tile for tile in drafter.get(reverse(DESK)).context["tiles"] if tile.heading == "My drafts")

    assert [problems for _, problems in tile.rows] == [0, 4, 1, 1, 0]
    assert dict(tile.rows)[empty] == 1
    assert "3 of these with problems1 sent back" in text(drafter)


def test_a_draft_too_long_for_the_desk_is_not_looked_into(acme: Company, drafter: Client) -> None:
    longest, too_long = draft(acme, *[monthly()] * 200), draft(acme, *[monthly()] * 201)
    Line.objects.update(ramp_schedule={"steps": []})

    counts = desk_problems.of_drafts(business=acme.business, drafts=[longest, too_long], today=date(2026, 1, 5))

    assert counts == {longest.pk: 200}


def test_the_headline_says_how_many_since_when_and_how_much(acme: Company, approver: Client) -> None:
    first, second = submitted(acme, monthly()), submitted(acme, monthly())
    Order.objects.filter(pk=first.pk).update(submitted_at=timezone.now() - timedelta(days=2, hours=4, minutes=5))
    Order.objects.filter(pk=second.pk).update(submitted_at=timezone.now())

    assert "2 need you · the oldest has waited for 2 d 4 h · USD 600.00 in the queue" in text(approver)


def test_one_waiting_order_needs_you(acme: Company, approver: Client) -> None:
    submitted(acme, monthly())

    assert "1 needs you" in text(approver)


def test_amounts_of_two_currencies_are_never_added(acme: Company, approver: Client) -> None:
    factories.ApprovalLimitFactory.create(staff_member=acme.approver, currency="EUR")
    submitted(acme, monthly())
    submitted(acme, monthly(), currency="EUR")

    assert "EUR 300.00 + USD 300.00 in the queue" in text(approver)


def test_an_empty_queue_shows_what_was_decided_last(acme: Company, approver: Client) -> None:
    order = approved(acme, monthly())

    assert tiles(approver)["Waiting for me"] == [order.number]
    assert "Nothing waits for you. The last decisions:" in text(approver)
    assert "nothing waits for your approval" in text(approver)


def test_an_empty_desk_teaches(acme: Company, drafter: Client) -> None:
    assert "You have no drafts. “+ New order” begins one." in text(drafter)
    assert "Nothing was approved in these weeks." in text(drafter)


def test_each_role_has_its_own_tiles(acme: Company, browse: Browse) -> None:
    submitted(acme, monthly())

    assert "Waiting for me" not in tiles(browse(acme.drafter))
    assert "My drafts" not in tiles(browse(acme.ops))
    assert "Overdue" in text(browse(acme.ops))
    assert "Overdue" not in text(browse(acme.drafter)).partition("Good day")[2]


def test_a_tile_links_to_the_list_of_the_same_orders(acme: Company, approver: Client) -> None:
    submitted(acme, monthly())
    old = draft(acme, monthly())
    Order.objects.filter(pk=old.pk).update(updated_at=timezone.now() - timedelta(days=31))
    approved(acme, monthly(), start=f"{timezone.now() + timedelta(days=10):%Y-%m-%d}")
    approved(acme, monthly(), start=f"{timezone.now() + timedelta(days=40):%Y-%m-%d}")
    desk = approver.get(reverse(DESK)).context["tiles"]

    listed = {
        tile.heading: {
            row.order.pk
            for row in approver.get(f"{reverse('admin:orders_order_changelist')}?{tile.view}").context["cl"].rows
        }
        for tile in desk
        if tile.view
    }

    assert listed == {tile.heading: {order.pk for order in tile.orders} for tile in desk if tile.view}
    assert len(listed["Billing begins within 30 days"]) == len(listed["Idle drafts, over 30 days"]) == 1


def test_nothing_of_another_business_is_on_the_desk(
    acme: Company, globex: Company, approver: Client, browse: Browse
) -> None:
    a_full_desk(globex, browse(globex.approver))

    context = approver.get(reverse(DESK)).context

    assert [order for tile in context["tiles"] for order in tile.orders] == []
    assert context["queue"].count == 0
    assert all(not week.sums for week in context["weeks"])
    assert context["median"] is None


# The figures


def test_the_weeks_begin_on_mondays_and_the_last_is_this_one(acme: Company) -> None:
    approved(acme, monthly(), on="2026-01-05")

    weeks = desk_figures.approved_by_week(business=acme.business, today=date(2026, 1, 7))

    assert [week.monday for week in weeks][-2:] == [date(2025, 12, 29), date(2026, 1, 5)]
    assert weeks[-1].sums == {"USD": 30_000}


def test_an_approval_late_on_the_businesss_sunday_belongs_to_the_week_that_ends(acme: Company) -> None:
    acme.business.timezone = "America/New_York"
    acme.business.save()
    order = submitted(acme, monthly())
    services.approve_order(order=order, by=acme.approving, at=datetime(2026, 1, 12, 2, tzinfo=UTC))

    weeks = desk_figures.approved_by_week(business=acme.business, today=date(2026, 1, 14))

    assert [week.sums for week in weeks][-2:] == [{"USD": 30_000}, {}]


def test_thirteen_weeks_and_not_a_day_more(acme: Company) -> None:
    order = submitted(acme, monthly())
    services.approve_order(order=order, by=acme.approving, at=at("2026-01-11"))

    assert desk_figures.approved_by_week(business=acme.business, today=date(2026, 4, 6))[0].monday == date(2026, 1, 12)
    assert all(not week.sums for week in desk_figures.approved_by_week(business=acme.business, today=date(2026, 4, 6)))


def test_the_median_of_three_approvals_is_the_one_in_the_middle(acme: Company) -> None:
    for hour in (13, 17, 23):
        order = submitted(acme, monthly(), on="2026-01-05")
        services.approve_order(order=order, by=acme.approving, at=at("2026-01-05", hour=hour))

    median = desk_figures.median_time_to_approval(business=acme.business, today=date(2026, 1, 6))

    assert median == timedelta(hours=5)


def test_only_the_last_approvals_are_timed(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_figures, "MOST_TIMED", 2)
    for hour in (23, 17, 13):
        order = submitted(acme, monthly(), on="2026-01-05")
        services.approve_order(order=order, by=acme.approving, at=at("2026-01-05", hour=hour))

    median = desk_figures.median_time_to_approval(business=acme.business, today=date(2026, 1, 6))

    assert median == timedelta(hours=8)


@pytest.mark.parametrize("among", [(1, 3), (3,), (1,), (9,)])
def test_a_long_queue_begins_with_what_waits_longest(
    acme: Company, monkeypatch: pytest.MonkeyPatch, among: tuple[int, ...]
) -> None:
    """However many of what waits for anybody are looked through for what waits for this approver."""
    theirs = [submitted(acme, monthly(), by=by, on=f"2026-01-0{day}") for day, by in enumerate(hands(acme), start=1)]
    monkeypatch.setattr(desk_figures, "MOST_QUEUED", 1)
    monkeypatch.setattr(desk_figures, "AMONG", among)

    queue = desk_figures.queue(member=acme.approver, shown=6, count=2, at=at("2026-01-09"))

    assert queue.first == [theirs[2].pk, theirs[3].pk]
    assert queue.is_capped


def hands(company: Company) -> list[Actor]:
    """Two orders of the approver's own, then three of a drafter's."""
    return [company.approving] * 2 + [company.drafting] * 3


def test_bars_are_drawn_to_scale_and_only_in_one_currency() -> None:
    weeks = [
        Week(monday=date(2026, 1, 5), sums={"USD": 1_000, "EUR": 9_000}),
        Week(monday=date(2026, 1, 12), sums={"USD": 500}),
        Week(monday=date(2026, 1, 19), sums={"USD": -200}),
    ]

    chart = week_chart.draw(weeks=weeks, currency="USD")

    assert [bar.height for bar in chart.bars] == [94, 47, 0]
    assert chart.bars[0].y == week_chart.TOP
    assert chart.bars[1].title == "Week of 12 Jan 2026: USD 5.00"
    assert chart.top == "USD 10.00"


def test_the_chart_has_a_table_with_the_same_numbers(acme: Company, approver: Client) -> None:
    approved(acme, monthly(), on=f"{timezone.now():%Y-%m-%d}")

    page = approver.get(reverse(DESK)).content.decode()

    assert page.count("<rect") == desk_figures.WEEKS
    assert page.count('<td class="grow">Week of') == desk_figures.WEEKS
    assert text(approver).count("USD 300.00") >= 2


# The shell


def test_the_navigation_counts_what_is_this_persons(acme: Company, drafter: Client, approver: Client) -> None:
    draft(acme, monthly())
    submitted(acme, monthly())

    assert (
        'Drafts<span class="badge">1</span>'
        in drafter.get(reverse("admin:orders_shipment_changelist")).content.decode()
    )
    assert "Waiting for approval" not in drafter.get(reverse(DESK)).content.decode()
    assert 'Waiting for approval<span class="badge">1</span>' in approver.get(reverse(DESK)).content.decode()


def test_the_header_names_the_business_and_begins_an_order_for_who_may(acme: Company, browse: Browse) -> None:
    assert "acme" in text(browse(acme.ops))
    assert "+ New order" in browse(acme.drafter).get(reverse(DESK)).content.decode()
    assert "+ New order" not in browse(acme.ops).get(reverse(DESK)).content.decode()


def test_the_palette_finds_orders_customers_and_views_of_the_own_business(
    acme: Company, globex: Company, approver: Client
) -> None:
    order = draft(acme, monthly())
    approver.post(reverse("admin:desk_view_save"), {"name": "Customers to call", "view": "state=draft"})

    def found(text: str) -> list[str]:
        return [link["label"] for link in approver.get(reverse("admin:palette"), {"q": text}).json()["results"]]

    assert found(order.number) == [order.number]
    assert found("customer") == ["Customer of acme", "Customers to call"]
    assert found("\0") == ["Customers to call"]


def test_a_stranger_asks_the_palette_in_vain(db: None) -> None:
    assert Client().get(reverse("admin:palette"), {"q": "a"}).status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        *(f"desk_bulk_{task}" for task in ("submit", "approve", "discard", "tag", "carry_out", "keep", "clear")),
        *("desk_bulk_export", "desk_view_save"),
    ],
)
def test_what_acts_does_not_answer_get(acme: Company, approver: Client, address: str) -> None:
    assert approver.get(reverse(f"admin:{address}")).status_code == 405


def test_the_pages_of_bulk_work_are_free_of_inline_styles_and_scripts(acme: Company, approver: Client) -> None:
    order = submitted(acme, monthly())
    rows = {"row": [f"{order.pk}:{order.version}"]}
    page = approver.post(reverse("admin:desk_bulk_approve"), rows).content.decode()
    frozen = {"frozen": page.partition('name="frozen" value="')[2].partition('"')[0]}
    frozen["password"] = "correct horse battery"
    result = approver.post(reverse("admin:desk_bulk_carry_out"), frozen, follow=True).content.decode()
    listed = approver.get(reverse("admin:orders_order_changelist"), {"q": "a:b total>1"}).content.decode()

    assert [INLINE.findall(found) for found in (page, result, listed)] == [[], [], []]
    assert "1 approved" in result
