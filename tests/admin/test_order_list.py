"""The orders list: what is typed finds what is meant, the cost is bounded, and a view is one address for all uses."""

import csv
import io
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from billing.engine.terms import Rule
from customers.models import Customer
from orders import services
from orders.models import Order, SavedView, ViewPin
from tests import factories, scenes
from tests.admin.pages import Browse
from tests.admin.test_budgets import copies
from tests.cast import Company, approved, at, change_order, draft, line, monthly, submitted

LIST = "admin:orders_order_changelist"
EXPORT = "admin:desk_export"


@pytest.fixture
def drafter(acme: Company, browse: Browse) -> Client:
    return browse(acme.drafter)


@pytest.fixture
def approver(acme: Company, browse: Browse) -> Client:
    return browse(acme.approver)


def numbers(client: Client, text: str = "", **query: str) -> list[str]:
    page = client.get(reverse(LIST), {"q": text, **query})
    return [row.order.number for row in page.context["cl"].rows]


def page_of(client: Client, text: str = "", **query: str) -> str:
    return client.get(reverse(LIST), {"q": text, **query}).content.decode()


def exported(client: Client, text: str = "", **query: str) -> list[list[str]]:
    answer = client.get(reverse(EXPORT), {"q": text, **query})
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))  # type: ignore[attr-defined]


def many(acme: Company, count: int) -> None:
    """Copies of a draft, as many as nobody would make one by one."""
    copies(draft(acme, monthly()), count)


def a_full_page(acme: Company) -> None:
    """A hundred orders that wait, each of another customer, with a reference and tags."""
    first = submitted(acme, monthly(), line(rule=Rule.RECURRING, qty="3"), line())
    copies(first, 99, with_lines=True)
    for number, order in enumerate(Order.objects.for_business(acme.business)):
        customer = factories.CustomerFactory.create(business=acme.business, name=f"Acme Widgets and Sons {number}")
        with_terms = Order.objects.filter(pk=order.pk)
        with_terms.update(customer=customer, reference=f"PO-2026-{number:05d}", tags=["vip", "renewal"])


# What the list costs


def test_a_page_of_a_hundred_orders_takes_eight_statements_and_ninety_kilobytes(
    acme: Company, approver: Client
) -> None:
    a_full_page(acme)

    with CaptureQueriesContext(connection) as captured:
        answer = approver.get(reverse(LIST), {"q": "customer:acme tag:vip", "state": "submitted"})

    assert len(answer.context["cl"].rows) == 100
    assert len(captured) <= 8
    assert len(answer.content) <= 90_000


def test_the_count_stops_at_ten_thousand_and_says_so(acme: Company, drafter: Client) -> None:
    many(acme, 10_050)

    with CaptureQueriesContext(connection) as captured:
        answer = drafter.get(reverse(LIST))

    assert answer.context["cl"].result_count == 10_000
    assert "The first 10,000 orders" in answer.content.decode()
    assert "1,000+" in answer.content.decode()
    assert len(captured) <= 8
    assert len(answer.content) <= 90_000


def test_no_page_lies_beyond_the_cap(acme: Company, drafter: Client) -> None:
    many(acme, 10_050)

    assert len(drafter.get(reverse(LIST), {"p": "100"}).context["cl"].rows) == 100
    assert drafter.get(reverse(LIST), {"p": "101"}).status_code == 302


def test_exactly_as_many_as_the_cap_are_all_of_them(
    acme: Company, drafter: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("customers.admin.lists.CAP", 2)
    draft(acme, monthly())
    draft(acme, monthly())

    assert "2 orders" in page_of(drafter)
    assert "The first" not in page_of(drafter)


def test_one_count_for_the_page_and_one_statement_for_all_tabs(acme: Company, drafter: Client) -> None:
    draft(acme, monthly())

    with CaptureQueriesContext(connection) as captured:
        drafter.get(reverse(LIST))

    assert sum("COUNT(*)" in query["sql"] for query in captured) == 2


def test_a_search_reads_names_first_and_joins_nothing_to_find(acme: Company, drafter: Client) -> None:
    draft(acme, monthly())

    with CaptureQueriesContext(connection) as captured:
        drafter.get(reverse(LIST), {"q": "customer:cust"})

    counts = [query["sql"] for query in captured if query["sql"].startswith("SELECT COUNT(*)")]
    assert len(counts) == 1
    assert "JOIN" not in counts[0]
    assert '"customer_id" IN (' in counts[0]


def test_no_filter_prints_the_customers_of_the_business_or_of_any_other(
    acme: Company, globex: Company, drafter: Client
) -> None:
    draft(acme, monthly())
    factories.CustomerFactory.create(business=acme.business, name="Nobody's Customer")

    page = page_of(drafter)

    assert "Nobody's Customer" not in page.replace("&#x27;", "'")
    assert "Customer of globex" not in page


# What a row says


def test_a_row_says_what_waits_since_when_how_much_and_for_whom(acme: Company, approver: Client) -> None:
    order = submitted(acme, monthly(unit_price_cents=250_000), line(unit_price_cents=900_000))

    (row,) = approver.get(reverse(LIST)).context["cl"].rows

    assert row.state == "waiting"
    assert row.monthly_cents == 250_000
    assert row.waiting_since == order.submitted_at
    assert row.approvers == ["Ana"]
    assert "3 m" in page_of(approver)
    assert "USD 16,500.00" in page_of(approver)


def test_who_can_approve_is_who_the_service_would_let(acme: Company, approver: Client) -> None:
    boss = factories.StaffMemberFactory.create(business=acme.business, user__first_name="Bea", role="approver")
    factories.ApprovalLimitFactory.create(staff_member=boss, amount_cents=9_000_000_000)
    gone = factories.StaffMemberFactory.create(
        business=acme.business, user__first_name="Gil", role="approver", user__is_active=False
    )
    factories.ApprovalLimitFactory.create(staff_member=gone, amount_cents=9_000_000_000)
    small, large = submitted(acme, monthly()), submitted(acme, monthly(unit_price_cents=100_000_000))
    own = services.submit_order(order=draft(acme, monthly(), by=acme.approving), by=acme.drafting, at=at("2026-01-06"))

    rows = {row.order.pk: row.approvers for row in approver.get(reverse(LIST)).context["cl"].rows}

    assert rows == {small.pk: ["Ana", "Bea"], large.pk: ["Bea"], own.pk: ["Bea"]}
    assert "Ana, Bea" in services.who_can(order=small, at=at("2026-01-06"))
    assert services.who_can(order=large, at=at("2026-01-06")).endswith(": Bea.")


def test_an_order_that_nobody_can_approve_says_so(acme: Company, approver: Client) -> None:
    submitted(acme, monthly(), currency="EUR")

    assert "nobody yet" in page_of(approver)


def test_an_approved_order_with_an_open_change_is_amending(acme: Company, approver: Client) -> None:
    calm, changing = approved(acme, monthly()), approved(acme, monthly())
    change_order(acme, changing)

    rows = {row.order.number: row.state for row in approver.get(reverse(LIST)).context["cl"].rows}

    assert rows == {calm.number: "approved", changing.number: "amending"}
    assert numbers(approver, state="amending") == [changing.number]


def test_a_ramped_price_is_marked(acme: Company, approver: Client) -> None:
    steps: dict[str, object] = {"steps": [{"from_month": 2, "unit_price_cents": 20_000}]}
    draft(acme, line(rule=Rule.RECURRING, ramp=steps))

    assert "ramps" in page_of(approver)


# Tabs


def test_tabs_count_what_they_show(acme: Company, approver: Client) -> None:
    draft(acme, monthly())
    back = submitted(acme, monthly())
    services.send_back(order=back, reason="Price", by=acme.approving, at=at("2026-01-06"))
    submitted(acme, monthly())

    choices = approver.get(reverse(LIST)).context["cl"].filter_specs[0].choices
    counted = {choice["display"]: choice["count"] for choice in choices(approver.get(reverse(LIST)).context["cl"])}

    assert {name: count for name, count in counted.items() if count != "0"} == {
        "All": "3",
        "Waiting for me": "1",
        "Drafts": "2",
        "Waiting": "1",
        "Sent back": "1",
    }
    assert numbers(approver, state="sent_back") == [back.number]


def test_what_waits_is_listed_with_the_longest_waiting_first(acme: Company, approver: Client) -> None:
    early, late = submitted(acme, monthly(), on="2026-01-05"), submitted(acme, monthly(), on="2026-01-07")

    assert numbers(approver, state="submitted") == numbers(approver, state="mine") == [early.number, late.number]
    assert numbers(approver) == [late.number, early.number]  # the newest first


def test_a_draft_that_was_withdrawn_was_not_sent_back(acme: Company, approver: Client) -> None:
    order = submitted(acme, monthly())
    services.withdraw(order=order, reason="", by=acme.drafting, at=at("2026-01-06"))

    assert numbers(approver, state="sent_back") == []


def test_tabs_claim_no_counts_while_something_is_searched(acme: Company, approver: Client) -> None:
    draft(acme, monthly())

    assert 'class="count"' in page_of(approver)
    assert 'class="count"' not in page_of(approver, "customer:cust")


def test_who_approves_nothing_has_no_queue(acme: Company, drafter: Client) -> None:
    assert "Waiting for me" not in page_of(drafter)


# The search


@pytest.fixture
def varied(acme: Company) -> dict[str, str]:
    return scenes.begin(differing, acme)


def differing(acme: Company) -> dict[str, str]:
    """Orders that differ in each way a filter asks for."""
    other = factories.CustomerFactory.create(business=acme.business, name="Zeta GmbH & Co")
    small = draft(acme, monthly(unit_price_cents=10_000), start="2026-12-31")
    large = submitted(acme, monthly(unit_price_cents=5_000_000), start="2027-01-01")
    yen = draft(acme, line(unit_price_cents=60_000), currency="JPY", start="2027-02-15")
    Order.objects.filter(pk=small.pk).update(customer=other, tags=["vip", "two words"], reference="PO-1")
    return {"small": small.number, "large": large.number, "yen": yen.number}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("customer:zeta", "small"),
        ('customer:"Zeta GmbH"', "small"),
        ("CUSTOMER:zeta", "small"),
        ("zeta gmbh", "small"),
        ('"Zeta GmbH & Co"', "small"),
        ("tag:vip", "small"),
        ('tag:"two words"', "small"),
        ("reference:PO-1", "small"),
        ("PO-1", "small"),
        ("total>50k", "large yen"),
        ("total>=60,000", "large yen"),
        ("total>60k", "large"),
        ("total:60000", "yen"),
        ("total<300.01", "small"),
        ("total<300", ""),
        ("total<=300.00", "small"),
        ("total>0.1m total<1m currency:usd", "large"),
        ("state:waiting", "large"),
        ("state:draft currency:JPY", "yen"),
        ("starts<2027-01", "small"),
        ("starts<=2027-01", "small large"),
        ("starts>2027-01", "yen"),
        ("starts>=2027-01-01", "large yen"),
        ("starts:2027-01", "large"),
        ("starts:2027", "large yen"),
        ("starts:2026-12-31", "small"),
        ("bills<2027-01-01", "small"),
        ("by:me", "small large yen"),
        ("by:rui", "small large yen"),
        ("door:staff", "small large yen"),
        ("door:vu", ""),
        ("waiting>1h", "large"),
        ("idle>1h", "small yen"),
        ("idle<1h", ""),
        ("state:waiting starts<2027-01", ""),
    ],
)
def test_a_filter_finds_what_it_says(drafter: Client, varied: dict[str, str], text: str, expected: str) -> None:
    assert sorted(numbers(drafter, text)) == sorted(varied[name] for name in expected.split())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("colour:red", "there is no filter “colour”"),
        ("total>lots", "type an amount"),
        ("total>99999999999999999999", "type an amount"),
        ("total:", "say what to look for"),
        ("starts<2027-13", "type a day, a month or a year"),
        ("starts<9999", "type a day, a month or a year"),
        ("starts:2027-02-30", "type a day, a month or a year"),
        ("state:lost", "there is no state “lost”"),
        ("customer>acme", "takes a colon"),
        ("waiting:2d", "type a length of time"),
        ("currency:XYZ", "is not an ISO 4217 currency"),
        ("door:window", "there is no door “window”"),
        ("by:nobody-at-all", "nobody's name begins"),
    ],
)
def test_a_filter_that_cannot_be_read_is_explained_and_nothing_is_shown(
    acme: Company, drafter: Client, text: str, why: str
) -> None:
    draft(acme, monthly())

    page = page_of(drafter, f"{text} customer:cust").replace("&#x27;", "'")

    assert why in page
    assert numbers(drafter, f"{text} customer:cust") == []


def test_each_filter_is_a_chip_whose_link_takes_it_out(acme: Company, drafter: Client) -> None:
    draft(acme, monthly())

    chips = drafter.get(
        reverse(LIST), {"q": 'customer:"Customer of" total>1 cust', "state": "draft", "p": "1"}
    ).context["chips"]

    assert [chip.term.text for chip in chips] == ['customer:"Customer of"', "total>1"]
    assert parse_qs(chips[0].without.lstrip("?")) == {"q": ["total>1 cust"], "state": ["draft"]}


def test_a_bad_filter_can_be_taken_out_too(acme: Company, drafter: Client) -> None:
    (chip,) = drafter.get(reverse(LIST), {"q": "colour:red"}).context["chips"]

    assert drafter.get(reverse(LIST) + chip.without).context["search"].problems == []


def test_a_number_that_is_not_there_says_so(acme: Company, drafter: Client) -> None:
    assert "There is no order ORD-000999" in page_of(drafter, "999")


def test_a_number_of_another_business_jumps_nowhere(acme: Company, globex: Company, drafter: Client) -> None:
    draft(globex, monthly())
    foreign = draft(globex, monthly())

    assert drafter.get(reverse(LIST), {"q": foreign.number}).status_code == 200


def test_orders_of_another_business_are_found_by_no_filter(acme: Company, globex: Company, drafter: Client) -> None:
    draft(globex, monthly())

    assert numbers(drafter, "customer:customer") == []
    assert numbers(drafter, "by:rui") == []


def test_more_filters_than_anyone_types_are_refused(acme: Company, drafter: Client) -> None:
    assert "12 filters are enough" in page_of(drafter, "total>1 " * 13)


def test_idle_and_waiting_are_measured_from_now(acme: Company, drafter: Client) -> None:
    old, new = draft(acme, monthly()), draft(acme, monthly())
    Order.objects.filter(pk=new.pk).update(updated_at=timezone.now() - timedelta(days=29))
    Order.objects.filter(pk=old.pk).update(updated_at=timezone.now() - timedelta(days=31))

    assert numbers(drafter, "idle>30d") == [old.number]


# The export


def test_the_export_is_exactly_the_view(acme: Company, drafter: Client) -> None:
    order = submitted(acme, monthly(), start="2027-01-31")
    submitted(acme, monthly(), start="2026-01-31")
    draft(acme, monthly(), start="2027-01-31")

    header, *rows = exported(drafter, "starts>=2027", state="submitted")

    assert rows == [
        [
            *(order.number, "", "2", "USD", "Customer of acme", "300.00", "100.00", "3", "waiting"),
            *("2026-01-05T12:00:00+00:00", "Ana", "", ""),
        ]
    ]
    assert len(header) == len(rows[0])


def test_the_export_goes_beyond_the_cap_of_the_pages(acme: Company, drafter: Client) -> None:
    many(acme, 10_050)

    with CaptureQueriesContext(connection) as captured:
        rows = exported(drafter)

    assert len(rows) == 1 + 10_051
    assert len(captured) <= 10


@pytest.mark.parametrize("name", ["=1+1", "+49 30", "-2", "@SUM(A1)", " =1", "\t=1", "\uff1d1"])
def test_no_cell_of_the_export_is_a_formula(acme: Company, drafter: Client, name: str) -> None:
    order = draft(acme, monthly())
    Customer.objects.filter(pk=acme.customer.pk).update(name=name)
    Order.objects.filter(pk=order.pk).update(tags=[name], reference=name)

    _, row = exported(drafter)

    assert (row[1], row[4], row[-1]) == (f"'{name}", f"'{name}", f"'{name}")


def test_a_filter_that_cannot_be_read_exports_nothing(acme: Company, drafter: Client) -> None:
    draft(acme, monthly())

    answer = drafter.get(reverse(EXPORT), {"q": "colour:red"}, follow=True)

    assert "Nothing is exported" in answer.content.decode()


def test_the_export_holds_the_own_business_only(acme: Company, globex: Company, drafter: Client) -> None:
    draft(globex, monthly())

    assert len(exported(drafter)) == 1


def test_chosen_orders_are_exported_alone(acme: Company, globex: Company, drafter: Client) -> None:
    chosen, foreign = draft(acme, monthly()), draft(globex, monthly())
    draft(acme, monthly())

    answer = drafter.post(reverse("admin:desk_bulk_export"), {"row": [f"{chosen.pk}:1", f"{foreign.pk}:1"]})

    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))  # type: ignore[attr-defined]
    assert [row[0] for row in rows[1:]] == [chosen.number]


# Saved views


def save(client: Client, name: str, view: str, **form: str) -> str:
    posted = {"name": name, "view": view, **form}
    return client.post(reverse("admin:desk_view_save"), posted, follow=True).content.decode()


def test_a_view_is_saved_as_it_is_shown(acme: Company, drafter: Client) -> None:
    page = save(drafter, "Big ones", "q=total%3E50k&state=submitted&p=3&unknown=1")

    assert SavedView.objects.get().query == "state=submitted&q=total%3E50k"
    assert "The view “Big ones” is saved." in page


def test_saving_under_the_same_name_replaces_the_view(acme: Company, drafter: Client) -> None:
    save(drafter, "Mine", "state=draft")
    save(drafter, "Mine", "state=submitted")

    assert [view.query for view in SavedView.objects.all()] == ["state=submitted"]


def test_a_private_view_is_nobody_elses(acme: Company, globex: Company, drafter: Client, browse: Browse) -> None:
    save(drafter, "Private view", "state=draft")
    save(drafter, "Team view", "state=draft", is_team="on")

    assert "Private view" not in page_of(browse(acme.approver))
    assert "Team view" in page_of(browse(acme.approver))
    assert "Team view" not in page_of(browse(globex.approver))


def test_a_view_is_deleted_by_its_owner_alone(acme: Company, drafter: Client, approver: Client) -> None:
    save(drafter, "Team view", "state=draft", is_team="on")
    view = SavedView.objects.get()
    address = reverse("admin:desk_view_delete", args=[view.pk])

    refused = approver.post(address, follow=True).content.decode()
    assert "Only Rui, who saved “Team view”, can delete it." in refused
    assert SavedView.objects.exists()

    approver.post(reverse("admin:desk_view_pin", args=[view.pk]))
    drafter.post(address)
    assert not SavedView.objects.exists()
    assert not ViewPin.objects.exists()


@pytest.mark.parametrize("verb", ["pin", "unpin", "delete"])
def test_a_private_view_of_somebody_else_does_not_exist(
    acme: Company, drafter: Client, approver: Client, verb: str
) -> None:
    save(drafter, "Private view", "state=draft")

    answer = approver.post(reverse(f"admin:desk_view_{verb}", args=[SavedView.objects.get().pk]))

    assert answer.status_code == 404


def test_a_view_is_changed_by_no_get(acme: Company, drafter: Client) -> None:
    save(drafter, "Mine", "state=draft")

    answer = drafter.get(reverse("admin:desk_view_delete", args=[SavedView.objects.get().pk]))

    assert answer.status_code == 405
    assert SavedView.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_view_needs_a_name_that_fits(acme: Company, drafter: Client, name: str) -> None:
    assert "Give the view a name" in save(drafter, name, "state=draft")
    assert not SavedView.objects.exists()


def test_a_pinned_view_is_a_tile_on_the_own_desk_until_it_is_unpinned(
    acme: Company, drafter: Client, approver: Client
) -> None:
    draft(acme, monthly())
    save(drafter, "Drafts of customers", "q=customer%3Acust&state=draft", is_team="on")
    view = SavedView.objects.get()
    drafter.post(reverse("admin:desk_view_pin", args=[view.pk]))
    drafter.post(reverse("admin:desk_view_pin", args=[view.pk]))

    desk = drafter.get(reverse("admin:index"))
    assert [(view.name, count) for view, count in desk.context["pins"]] == [("Drafts of customers", "1")]
    assert approver.get(reverse("admin:index")).context["pins"] == []

    drafter.post(reverse("admin:desk_view_unpin", args=[view.pk]))
    assert drafter.get(reverse("admin:index")).context["pins"] == []


def test_a_pinned_view_that_is_shared_no_more_leaves_other_desks(
    acme: Company, drafter: Client, approver: Client
) -> None:
    save(drafter, "Team view", "state=draft", is_team="on")
    approver.post(reverse("admin:desk_view_pin", args=[SavedView.objects.get().pk]))

    save(drafter, "Team view", "state=draft")

    assert approver.get(reverse("admin:index")).context["pins"] == []
