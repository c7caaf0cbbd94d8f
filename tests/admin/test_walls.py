"""Between two businesses: whatever is asked of the desk, nothing of the other one's is told, and nothing of it moves.

Every text of the other business bears a mark, and the mark is looked for in every answer. All of it is asked twice:
behind both walls, and behind row-level security alone, where no query of the desk asks for one business any more.
"""

import re
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.db import connection, models, transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import DjangoDbBlocker, Settings

from billing.models import Invoice
from customers import wall
from customers.models import StaffMember
from orders.models import Order
from tests import scenes
from tests.admin.marks import MARK, mark, two_desks
from tests.admin.pages import Browse, list_of, typed
from tests.admin.reading import Answer, Reading, database, logged_in
from tests.admin.whole_desk import addresses, rows_of, text
from tests.admin.whole_desk import models as models_with_pages
from tests.cast import Company
from tests.wall.forgetting import ForgetfulClient

# What is searched for: a page may repeat the question, so it is shorter than the mark.
BEGINNING = "wall7"
NEW_EACH_TIME = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|Request [0-9a-f-]{36}')


@pytest.fixture(scope="module")
def world(reading: Reading, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Company, Company]]:
    """Our business and another one with as many rows, all of them marked; none of these tests changes a row."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield scenes.begin(two_desks)
        transaction.set_rollback(True)


@pytest.fixture
def acme(world: tuple[Company, Company], db: None) -> Company:
    return world[0]


@pytest.fixture
def stranger(world: tuple[Company, Company], db: None) -> Company:
    return world[1]


@pytest.fixture(params=[Client, ForgetfulClient], ids=["both walls", "the second wall alone"])
def clients(acme: Company, request: pytest.FixtureRequest) -> list[Client]:
    """The approver, who may all that a drafter and finance may, and operations."""
    return [logged_in(acme.approver, request.param), logged_in(acme.ops, request.param)]


def leaks(client: Client, asked: list[str]) -> list[str]:
    """The addresses whose answer bears the mark. Where many lead to one page, it is opened once, with all they say."""
    answers = [(address, client.get(address)) for address in asked]
    beyond = sorted({answer.headers["Location"] for _, answer in answers if "Location" in answer.headers})
    opened = [(address, client.get(address, follow=True)) for address in beyond]
    return [address for address, answer in (*answers, *opened) if MARK in text(answer)]


def plain(answer: Answer) -> str:
    """What a page says, without what is new on every page."""
    return f"{answer.status} {answer.headers.get('Location', '')} {NEW_EACH_TIME.sub('', answer.text)}"


def autocompletes(term: str) -> list[str]:
    """The completions of every foreign key of every model with pages."""
    keys = [
        (model._meta.app_label, model._meta.model_name, field.name)
        for model in models_with_pages()
        for field in model._meta.fields
        if isinstance(field, models.ForeignKey)
    ]
    return [
        f"{reverse('admin:autocomplete')}?app_label={app}&model_name={model}&field_name={field}&term={term}"
        for app, model, field in keys
    ]


def test_the_mark_is_everywhere_and_its_own_people_meet_it(stranger: Company, browse: Browse) -> None:
    marked = mark(stranger)
    own = browse(stranger.approver)

    met = [model for model in models_with_pages() if re.search(rf"{MARK}\d", text(own.get(list_of(model))))]

    assert {
        "customers_customer.name",
        "customers_event.actor_name",
        "orders_order.number",
        "orders_line.description",
        "billing_agreement.customer_name",
        "billing_invoice.order_number",
        "catalog_catalogitem.name",
    } <= marked
    assert len(marked) > 60
    assert len(met) > 15


def test_no_page_of_ours_tells_of_them(reading: Reading) -> None:
    pages = [(address, answer.text) for read in reading.by_everybody for address, answer in read.items()]

    assert [address for address, page in (*pages, *reading.beyond) if MARK in page] == []


def test_every_page_of_ours_is_the_same_without_the_first_wall(reading: Reading) -> None:
    """Sums and counts too, which bear no mark."""
    assert [address for address, answer in reading.forgetful.items() if MARK in answer.text] == []
    assert {
        address: told
        for address, answer in reading.forgetful.items()
        if (told := plain(answer)) != plain(reading.approver[address])
    } == {}


def test_with_neither_wall_the_desk_tells_of_them(acme: Company, stranger: Company, settings: Settings) -> None:
    """So that the tests around it would notice."""
    wall.flush(connection)  # as the login again, before there is no role to leave
    settings.DATABASE_ROLE = ""

    assert leaks(logged_in(acme.approver, ForgetfulClient), [list_of(Order), list_of(Invoice), reverse("admin:index")])


def test_no_link_leads_to_them(reading: Reading) -> None:
    assert [address for address, page in reading.pages if MARK in page] == []


def test_their_pages_do_not_exist_for_us(reading: Reading, stranger: Company, clients: list[Client]) -> None:
    """What is at the same address for everybody has been read as ours."""
    theirs = [address for address in addresses(of=stranger) if address not in reading.approver]

    assert len(theirs) > 100
    assert leaks(clients[0], theirs) == []


def test_nothing_of_theirs_moves_by_any_post_of_ours(stranger: Company, clients: list[Client]) -> None:
    theirs = [address for address in addresses(of=stranger) if any(part.isdigit() for part in address.split("/"))]
    before = database()

    answers = [(address, client.post(address, POSTED)) for client in clients for address in theirs]

    assert database() == before
    assert [address for address, answer in answers if MARK in text(answer)] == []


# Enough for the most trusting of verbs.
POSTED = {"version": "1", "save_over": "1", "terms_sha256": "0" * 64, "reason": "Ours now", "_save": "1"}


def test_no_completion_offers_them(stranger: Company, clients: list[Client]) -> None:
    asked = [address for term in ("", "C", BEGINNING) for address in autocompletes(term)]

    assert leaks(clients[0], asked) == []


def test_no_question_to_a_list_finds_them(stranger: Company, clients: list[Client]) -> None:
    asked = [query.format(term=BEGINNING, business=stranger.business.pk) for query in QUESTIONS]
    lists = [f"{list_of(model)}?{query}" for model in models_with_pages() for query in asked]

    assert leaks(clients[0], lists) == []


QUESTIONS = (
    "q={term}",
    "business={business}",
    "business__id__exact={business}&business__name__startswith={term}",
    "customer__name__startswith={term}",
    "state=mine&customer__name__startswith={term}",
    "o=-1&all=1&_popup=1&_to_field=business",
)


def test_no_action_of_a_list_touches_them(acme: Company, stranger: Company, clients: list[Client]) -> None:
    asked = [
        (list_of(model), {"action": name, "_selected_action": [row.pk for row in rows_of(model, stranger)]})
        for model in models_with_pages()
        for name in [*actions_of(model, acme.approver), "delete_selected"]
    ]
    before = database()

    answers = [client.post(address, form) for client in clients for address, form in asked]

    assert database() == before
    assert [answer for answer in answers if MARK in text(answer)] == []


def actions_of(model: type[models.Model], member: StaffMember) -> list[str]:
    """What the list of a model offers to do with the chosen rows."""
    request = RequestFactory().get("/")
    request.user = member.user
    return list(admin.site._registry[model].get_actions(request))  # noqa: SLF001


def test_no_form_takes_a_row_of_theirs(stranger: Company, clients: list[Client]) -> None:
    drafter, theirs = clients[0], stranger.customer.pk
    before = database()

    by_number = drafter.post(reverse("admin:orders_order_add"), typed(f"Somebody (#{theirs})", {}))
    by_name = drafter.post(reverse("admin:orders_order_add"), typed(BEGINNING, {}))
    by_key = [
        drafter.post(f"{list_of(model)}add/", foreign_keys(model, stranger))
        for model in models_with_pages()
        if foreign_keys(model, stranger)
    ]

    assert database() == before
    assert [answer for answer in (by_number, by_name, *by_key) if MARK in text(answer)] == []


def foreign_keys(model: type[models.Model], company: Company) -> dict[str, str]:
    """A form that names the company's rows in every reference that has to be there, and fills in all else."""
    form: dict[str, str] = {}
    for field in model._meta.fields:
        target = field.related_model
        is_reference = isinstance(field, models.ForeignKey) and not field.null
        if is_reference and isinstance(target, type) and hasattr(target, "business_id"):
            row = target.objects.filter(business=company.business).first()  # type: ignore[attr-defined]
            form |= {field.name: str(row.pk)} if row else {}
    return form | {"name": "Ours now", "amount": "1.00", "price": "1.00", "quantity": "1"} if form else {}
