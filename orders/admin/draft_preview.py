"""What a draft's form comes to as it is typed: totals, problems, who could approve it, and the billing schedule."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import uuid4

from billing import charts, schedules
from customers import queries as customer_queries
from customers.actors import Actor
from orders import agreement_terms, previews, services
from orders.admin import ramp_notes
from orders.admin.drafting import INPUTS, OF_A_LINE, DraftForms, sentence
from orders.admin.ramp_rows import Note
from orders.commands import LineSpec
from orders.errors import OrderError
from orders.models import Line, Order
from orders.services import composing, validity
from orders.services.forecasting import Forecast

# Fields of the form that an order bears under the same name.
PLAIN = ("order_start_date", "first_invoice_date", "term_months", "tax_treatment", "valid_until_date")


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """A form looked at; `order` is never stored."""

    order: Order
    problems: tuple[str, ...]
    forecast: Forecast | None
    overview: schedules.Overview | None
    chart: charts.Chart | None
    # What stands beside lines and the steps of their ramps, by the place of the line.
    beside: Mapping[int, "Beside"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """What a line comes to, and what each step of its ramp bills; of a line that is refused, the steps at fault."""

    total: str = ""
    steps: Mapping[int, Note] = field(default_factory=dict)


def of_order(*, order: Order, by: Actor, at: datetime) -> Look:
    """A draft as it is stored."""
    lines = [copy.copy(line) for line in order.lines.all()]
    return _look(copy.copy(order), lines, places=list(range(len(lines))), unread=[], by=by, at=at)


def of_forms(*, forms: DraftForms, by: Actor, at: datetime) -> Look:
    """A draft as it is typed; what cannot be read is named and left out."""
    forms.is_valid()
    order = _order(forms)
    problems = list(_unread(forms))
    places, specs = _readable(forms)
    known = list(forms.order.lines.all()) if forms.order else []
    try:
        lines = composing.lines(order, specs, known=known) if forms.lines is not None else list(map(copy.copy, known))
    except OrderError as refusal:
        lines, problems = [], [*problems, _said(refusal, places)]
    unread_lines = forms.lines is not None and len(forms.lines.lines()) > len(places)
    return _look(order, lines, places=places, unread=problems, by=by, at=at, unread_lines=unread_lines)


def stand_beside(*, forms: DraftForms, look: Look) -> None:
    """Put what a look found of each line beside it in the form."""
    if forms.lines is None:
        return
    shown = forms.lines.lines() if forms.header.is_bound else forms.lines.forms
    for place, form in enumerate(shown):
        found = look.beside.get(place, Beside())
        form.total, form.ramp_notes = found.total, found.steps


def _look(
    order: Order,
    lines: Sequence[Line],
    *,
    places: Sequence[int],
    unread: list[str],
    by: Actor,
    at: datetime,
    unread_lines: bool = False,
) -> Look:
    today = customer_queries.today(business=order.business, at=at)
    seen = previews.preview(order=order, lines=lines, today=today)
    # Lines that cannot be read are named already; that there are none besides is no news.
    found = [problem for problem in seen.problems if not (unread_lines and problem.field == "lines")]
    problems = (*unread, *(_said(problem, places) for problem in found), *_lapsed(order, today))
    return Look(
        order=order,
        problems=problems,
        forecast=services.forecast(order=order, lines=lines, by=by, at=at, looks_around=not problems)
        if lines
        else None,
        overview=seen.overview,
        chart=charts.draw(overview=seen.overview) if seen.overview else None,
        beside={place: _beside(order, line, seen, today) for place, line in zip(places, lines, strict=False)},
    )


def _beside(order: Order, line: Line, seen: previews.Preview, today: date) -> Beside:
    try:
        terms = agreement_terms.engine_terms(order=order, lines=[line], approved_on=today)
    except OrderError:
        return Beside()
    own = f"lines[{line.position}]."
    problem = next((problem for problem in seen.problems if problem.field.startswith(own)), None)
    (signed,) = terms.lines
    if problem is None:
        return Beside(
            total=ramp_notes.comes_to(terms=terms, line=signed, currency=order.currency),
            steps=ramp_notes.bills(terms=terms, line=signed, currency=order.currency),
        )
    said = sentence(problem)
    return Beside(steps=ramp_notes.refused(problem=problem, ramp=signed.ramp, term_months=order.term_months, said=said))


def _lapsed(order: Order, today: date) -> Iterator[str]:
    if validity.is_over(order=order, on=today):
        yield "Offer valid until: this day is over."


def _order(forms: DraftForms) -> Order:
    """An order with what can be read of the header."""
    said = forms.header.cleaned_data
    order = copy.copy(forms.order) if forms.order else Order(business=forms.business, uid=uuid4())
    order.currency = forms.header.order_currency
    for name in PLAIN:
        if name in said:
            setattr(order, name, said[name])
    order.discount_cents = said.get("discount", 0)
    return order


def _readable(forms: DraftForms) -> tuple[list[int], list[LineSpec]]:
    """The lines that can be read, with their places in the form."""
    if forms.lines is None:
        return list(range(len(forms.order.lines.all()) if forms.order else 0)), []
    whole = [(place, form) for place, form in enumerate(forms.lines.lines()) if form.is_valid()]
    specs = forms.specs_of([form for _, form in whole])
    return [place for place, _ in whole], list(specs)


def _unread(forms: DraftForms) -> Iterator[str]:
    for name, errors in forms.header.errors.items():
        yield f"{forms.header.fields[name].label or name.replace('_', ' ').capitalize()}: {' '.join(map(str, errors))}"
    for number, form in enumerate(forms.lines.lines() if forms.lines is not None else [], start=1):
        for name, errors in form.errors.items():
            yield f"Line {number}, {_of_line(name)}: {' '.join(dict.fromkeys(map(str, errors)))}"


def _said(refusal: OrderError, places: Sequence[int]) -> str:
    """A refusal with the line and the field that it is about."""
    words = sentence(refusal)
    if found := OF_A_LINE.match(refusal.field):
        place = int(found["position"])
        number = (places[place] if place < len(places) else place) + 1
        return f"Line {number}, {_of_line(INPUTS.get(found['name'], found['name']))}: {words}"
    return words if words.endswith(".") and not refusal.field else f"{_name(refusal.field)}: {words}"


def _of_line(name: str) -> str:
    return "quantity" if name == "qty" else name.replace("_", " ")


def _name(field: str) -> str:
    return INPUTS.get(field, field).replace("_", " ").capitalize()
