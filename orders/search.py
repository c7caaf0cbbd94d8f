"""The search of the orders list: typed filters, a number, or the beginning of a customer's name.

`customer:acme total>50k state:waiting` is three filters, and all of them hold. Each shape finds an index of its own.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from customers import currencies
from customers import queries as customer_queries
from customers.models import Customer, StaffMember
from orders import desk, desk_tabs, search_values
from orders.commands import Origin
from orders.models import Order
from orders.search_values import Unreadable
from orders.states import Status

TOKEN = re.compile(r'(?P<key>[^\W\d]\w*)(?P<operator>:|<=|>=|<|>)(?P<value>"[^"]*"|\S*)|"(?P<quoted>[^"]*)"|\S+')
NUMBER = re.compile(r"(ORD-)?(?P<digits>\d{1,9})", re.ASCII | re.IGNORECASE)
DIGITS = 6
MOST_TERMS = 12
MOST_CUSTOMERS = 500
# Each is a condition of its own.
MOST_APPROVERS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Asker:
    """Who searches, and when: what `by:me` and `waiting>2d` mean."""

    member: StaffMember
    at: datetime
    # Once for a list: the ids that a name begins with, read first, so that orders are found by an index.
    reads_names_first: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One typed filter: as it was typed, and what it asks for, or why it cannot be read."""

    text: str
    condition: Q | None = None
    problem: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    terms: tuple[Term, ...] = ()
    words: str = ""
    words_condition: Q | None = None
    number: str | None = None

    @property
    def problems(self) -> list[Term]:
        return [term for term in self.terms if term.problem]

    @property
    def jump(self) -> str | None:
        """The order number that is all there is to the search, or None."""
        return self.number if not self.terms else None

    def filter(self, rows: QuerySet[Order]) -> QuerySet[Order]:
        """The orders found. None while a filter cannot be read: a wider list than was meant is worse than none."""
        if self.problems:
            return rows.none()
        for term in self.terms:
            rows = rows.filter(term.condition or Q())
        return rows.filter(self.words_condition) if self.words_condition is not None else rows

    def without(self, term: Term) -> str:
        """The search with one filter taken out."""
        kept = [other.text for other in self.terms if other is not term]
        return " ".join([*kept, self.words] if self.words else kept)


def read(text: str, *, asker: Asker) -> Search:
    """Read what was typed; each filter stands for itself, the other words are one name or number."""
    if "\0" in text:
        return Search(words=text.replace("\0", ""), words_condition=Q(pk__in=()))
    terms: list[Term] = []
    words: list[str] = []
    for token in TOKEN.finditer(text):
        if token["key"] is None:
            words.append(token["quoted"] if token["quoted"] is not None else token[0])
        else:
            terms.append(_term(token, asker))
    if len(terms) > MOST_TERMS:
        terms[MOST_TERMS:] = [Term(text=t.text, problem=f"{MOST_TERMS} filters are enough") for t in terms[MOST_TERMS:]]
    phrase = " ".join(words).strip()
    return Search(
        terms=tuple(terms),
        words=phrase,
        words_condition=_words(phrase, asker) if phrase else None,
        number=whole_number(phrase),
    )


def _term(token: re.Match[str], asker: Asker) -> Term:
    key, operator, value = token["key"].lower(), token["operator"], token["value"].strip('"').strip()
    known = FILTERS.get(key)
    if known is None:
        names = ", ".join(FILTERS)
        return Term(text=token[0], problem=f"there is no filter “{key}”; there are {names}")
    if not value:
        return Term(text=token[0], problem=f"say what to look for, such as {known.example}")
    if operator != ":" and not known.compares:
        return Term(text=token[0], problem=f"takes a colon, such as {known.example}")
    try:
        return Term(text=token[0], condition=known.read(operator, value, asker))
    except Unreadable as unreadable:
        return Term(text=token[0], problem=str(unreadable))


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    read: Callable[[str, str, Asker], Q]
    example: str
    compares: bool = False


def _customer(operator: str, value: str, asker: Asker) -> Q:
    return Q(customer__in=_named(value, asker))


def _named(beginning: str, asker: Asker) -> Iterable[Any]:
    customers = Customer.objects.for_business(asker.member.business).filter(name__istartswith=beginning)
    ids = customers.values_list("pk", flat=True)[:MOST_CUSTOMERS]
    return list(ids) if asker.reads_names_first else ids


def _tag(operator: str, value: str, asker: Asker) -> Q:
    return Q(tags__contains=[value])


def _state(operator: str, value: str, asker: Asker) -> Q:
    tab = desk_tabs.named(value)
    if tab is None:
        names = ", ".join(name.replace("submitted", "waiting") for name in (*desk_tabs.TABS, *desk_tabs.UNTABBED))
        raise Unreadable(f"there is no state “{value}”; there are {names}")
    return tab.condition(asker.member, asker.at)


def _currency(operator: str, value: str, asker: Asker) -> Q:
    if not currencies.is_known(value.upper()):
        raise Unreadable(f"{value} is not an ISO 4217 currency")
    return Q(currency=value.upper())


def _door(operator: str, value: str, asker: Asker) -> Q:
    if value.lower() not in set(Origin):
        raise Unreadable(f"there is no door “{value}”; there are {', '.join(Origin)}")
    return Q(origin=value.lower())


def _reference(operator: str, value: str, asker: Asker) -> Q:
    return Q(origin__in=list(Origin), reference=value)


def _by(operator: str, value: str, asker: Asker) -> Q:
    """Orders that a person worked on."""
    return desk.worked_on_by([person.pk for person in _people(value, asker)])


def _assigned(operator: str, value: str, asker: Asker) -> Q:
    """Orders that are assigned to a person, or to nobody."""
    if value.lower() == "nobody":
        return Q(assignee=None)
    return Q(assignee__in=[person.pk for person in _people(value, asker)])


def _approver(operator: str, value: str, asker: Asker) -> Q:
    """Orders that a person could approve next."""
    found = Q(pk__in=())
    for person in _people(value, asker)[:MOST_APPROVERS]:
        found |= desk.approvable_by(person, asker.at)
    return found


def _people(value: str, asker: Asker) -> Sequence[StaffMember]:
    """Oneself, or whoever's first, last or user name begins so."""
    if value.lower() == "me":
        return [asker.member]
    named = customer_queries.people_named(business=asker.member.business, beginning=value)
    if not named:
        raise Unreadable(f"nobody's name begins with “{value}”")
    return named


def _starts(operator: str, value: str, asker: Asker) -> Q:
    return search_values.days(field="order_start_date", operator=operator, value=value)


def _bills(operator: str, value: str, asker: Asker) -> Q:
    return search_values.days(field="first_billed_date", operator=operator, value=value)


def _approved(operator: str, value: str, asker: Asker) -> Q:
    zone = ZoneInfo(asker.member.business.timezone)
    return search_values.days(field="approved_at", operator=operator, value=value, zone=zone)


def _waiting(operator: str, value: str, asker: Asker) -> Q:
    waits = search_values.longer_ago(field="submitted_at", operator=operator, value=value, at=asker.at)
    return Q(status=Status.SUBMITTED) & waits


def _idle(operator: str, value: str, asker: Asker) -> Q:
    idles = search_values.longer_ago(field="updated_at", operator=operator, value=value, at=asker.at)
    return Q(status=Status.DRAFT) & idles


def _total(operator: str, value: str, asker: Asker) -> Q:
    return search_values.total(operator=operator, value=value)


FILTERS: dict[str, Filter] = {
    "customer": Filter(read=_customer, example='customer:acme or customer:"Acme GmbH"'),
    "state": Filter(read=_state, example="state:waiting"),
    "total": Filter(read=_total, example="total>50k", compares=True),
    "currency": Filter(read=_currency, example="currency:EUR"),
    "tag": Filter(read=_tag, example="tag:vip"),
    "starts": Filter(read=_starts, example="starts<2027-01", compares=True),
    "bills": Filter(read=_bills, example="bills>=2027-01-15", compares=True),
    "approved": Filter(read=_approved, example="approved>=2027-01", compares=True),
    "waiting": Filter(read=_waiting, example="waiting>2d", compares=True),
    "idle": Filter(read=_idle, example="idle>30d", compares=True),
    "by": Filter(read=_by, example="by:me"),
    "assigned": Filter(read=_assigned, example="assigned:me or assigned:nobody"),
    "approver": Filter(read=_approver, example="approver:me"),
    "door": Filter(read=_door, example="door:dayzero"),
    "reference": Filter(read=_reference, example="reference:PO-4711"),
}


def _words(phrase: str, asker: Asker) -> Q:
    """A number is looked up, its beginning is a range of the same index; words are theirs, or begin a name."""
    if whole := whole_number(phrase):
        return Q(number=whole)
    if beginning := NUMBER.fullmatch(phrase):
        low = f"ORD-{beginning['digits']}"
        return Q(number__gte=low, number__lt=f"{low}Z")
    return Q(customer__in=_named(phrase, asker)) | _reference(":", phrase, asker)


def whole_number(phrase: str) -> str | None:
    """The order number a phrase is, however short it is typed: 12, ord-000012."""
    typed = NUMBER.fullmatch(phrase)
    if typed is None or not (phrase.isdigit() or len(typed["digits"]) >= DIGITS):
        return None
    return f"ORD-{int(typed['digits']):0{DIGITS}d}"
