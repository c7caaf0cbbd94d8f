"""The whole desk read through once: by everybody, along every link, behind both walls and behind the second alone."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.db import connection, transaction
from django.test import Client

from customers.models import StaffMember
from customers.permissions import Role
from tests import factories, scenes
from tests.admin.marks import two_desks
from tests.admin.whole_desk import addresses, crawl, text
from tests.cast import Company
from tests.wall.forgetting import ForgetfulClient

# A visit may be remembered in the visitor's own session.
NOT_COMPARED = {"django_session"}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back from an address, to the last piece of it."""

    status: int
    headers: Mapping[str, str]
    text: str


Answers = Mapping[str, Answer]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What every address answers, by who asked, what stands behind every link, and which tables that wrote to.

    Beside us a marked stranger has as many rows (`marks.two_desks`). `beyond` are the pages that the approver and
    operations were sent on to, `links` what the two met by following links.
    """

    by_everybody: tuple[Answers, ...]
    approver: Answers
    ops: Answers
    forgetful: Answers
    beyond: tuple[tuple[str, str], ...]
    links: Mapping[str, Mapping[str, str]]
    written_by_addresses: set[str]
    written_by_links: set[str]

    @property
    def pages(self) -> list[tuple[str, str]]:
        return [page for read in self.links.values() for page in read.items()]


def read_through() -> Reading:
    """Every address, read by everybody; then two follow every link, and read no page again that they have read."""
    with transaction.atomic():
        ours, _ = scenes.begin(two_desks)
        drafter, approver, ops, superuser = (logged_in(member) for member in everybody(ours))
        forgetful = logged_in(ours.approver, ForgetfulClient)
        visited = addresses(of=ours)
        before = database()
        by_drafter, by_ops, by_superuser = (read(visited, client) for client in (drafter, ops, superuser))
        # One address after the other, so that what is told of now is the same.
        by_approver = {address: (answer(approver, address), answer(forgetful, address)) for address in visited}
        behind_both = {address: both for address, (both, _) in by_approver.items()}
        behind_one = {address: one for address, (_, one) in by_approver.items()}
        beyond = sent_on(approver, behind_both) + sent_on(ops, by_ops) + sent_on(forgetful, behind_one)
        between = database()
        links = {
            "approver": crawl(approver, known=pages_of(behind_both)),
            "ops": crawl(ops, known=pages_of(by_ops)),
        }
        after = database()
        transaction.set_rollback(True)
    return Reading(
        by_everybody=(by_drafter, behind_both, by_ops, by_superuser),
        approver=behind_both,
        ops=by_ops,
        forgetful=behind_one,
        beyond=beyond,
        links=links,
        written_by_addresses=changed(before, between),
        written_by_links=changed(between, after),
    )


def read(visited: Iterable[str], client: Client) -> Answers:
    return {address: answer(client, address) for address in visited}


def answer(client: Client, address: str) -> Answer:
    came = client.get(address)
    return Answer(status=came.status_code, headers=dict(came.headers), text=text(came))


def pages_of(answers: Answers) -> dict[str, str]:
    """What the addresses that answered with a page say."""
    return {address: answer.text for address, answer in answers.items() if answer.status == HTTPStatus.OK}


def sent_on(client: Client, answers: Answers) -> tuple[tuple[str, str], ...]:
    """What stands where these answers send somebody on to; where many lead to one page, it is opened once."""
    beyond = {answer.headers["Location"] for answer in answers.values() if "Location" in answer.headers}
    return tuple((address, text(client.get(address, follow=True))) for address in sorted(beyond))


def superuser_of(company: Company) -> StaffMember:
    """Somebody whom Django would let do everything, in the house as a drafter."""
    user = factories.UserFactory.create(username=f"root.{company.business.name}", is_superuser=True)
    return factories.StaffMemberFactory.create(business=company.business, user=user, role=Role.DRAFTER)


def everybody(company: Company) -> tuple[StaffMember, ...]:
    return (company.drafter, company.approver, company.ops, superuser_of(company))


def logged_in(member: StaffMember, kind: type[Client] = Client) -> Client:
    client = kind()
    client.force_login(member.user)
    return client


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    """The tables that are not as they were."""
    return {table for table, rows in after.items() if rows != before[table]}


def database() -> dict[str, str]:
    """Every table as a fingerprint of all its rows, to the last column."""
    tables = set(connection.introspection.table_names()) - NOT_COMPARED
    return dict(_fingerprints(sorted(tables)))


def _fingerprints(tables: list[str]) -> Iterator[tuple[str, str]]:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t')
            yield table, cursor.fetchone()[0]
