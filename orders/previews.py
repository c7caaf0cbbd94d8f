"""What an order would be: its totals, all that is wrong with it and its schedule, with nothing stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from billing import schedules
from billing.engine import charges, refusals
from billing.engine import terms as engine
from orders import agreement_terms, queries
from orders.errors import RefusedTerms
from orders.models import Line, Order


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """`order` and `lines` bear their totals; lines that are wrong by themselves count for nothing in them."""

    order: Order
    lines: Sequence[Line]
    problems: tuple[RefusedTerms, ...]
    overview: schedules.Overview | None


def preview(*, order: Order, lines: Sequence[Line], today: date) -> Preview:
    """Look at terms as they are billed. Every line that is wrong is named, then what is wrong between them."""
    wrong = line_problems(order=order, lines=lines, today=today)
    _total(order, lines, {problem.field for problem in wrong})
    found = wrong or list(_problems_between(order, lines, today))
    overview = None if found or not lines else _overview(order, lines, today)
    return Preview(order=order, lines=lines, problems=tuple(found), overview=overview)


def problems(*, order: Order, lines: Sequence[Line], today: date) -> list[RefusedTerms]:
    """All that a preview names, without what the terms come to."""
    return line_problems(order=order, lines=lines, today=today) or list(_problems_between(order, lines, today))


def line_problems(*, order: Order, lines: Sequence[Line], today: date) -> list[RefusedTerms]:
    """What is wrong with each line by itself or against the term, one problem a line at most."""
    header = agreement_terms.engine_terms(order=order, lines=(), approved_on=today)
    header = replace(header, start_date=None, discount_cents=0, minimum_commitment_cents_per_period=0)
    return [problem for line in lines if (problem := _line_problem(header, line))]


def _line_problem(header: engine.Terms, line: Line) -> RefusedTerms | None:
    try:
        refusals.check(replace(header, lines=(agreement_terms.engine_line(line),)))
    except RefusedTerms as refused:
        return refused
    except refusals.TermsRefused as refused:
        return _refused(refused)
    return None


def _problems_between(order: Order, lines: Sequence[Line], today: date) -> Iterator[RefusedTerms]:
    try:
        refusals.check_complete(agreement_terms.engine_terms(order=order, lines=lines, approved_on=today))
    except refusals.TermsRefused as refused:
        yield _refused(refused)


def _total(order: Order, lines: Sequence[Line], wrong: set[str]) -> None:
    wrong_lines = {field.partition("]")[0] for field in wrong}
    for line in lines:
        is_wrong = f"lines[{line.position}" in wrong_lines
        line.line_total_cents = 0 if is_wrong else _line_total(order, line)
    order.subtotal_cents = sum(line.line_total_cents for line in lines)
    order.total_cents = order.subtotal_cents - order.discount_cents


def _line_total(order: Order, line: Line) -> int:
    return charges.line_total(line=agreement_terms.engine_line(line), term_months=order.term_months)


def _overview(order: Order, lines: Sequence[Line], today: date) -> schedules.Overview:
    schedule = queries.schedule_of(order=order, lines=lines, today=today)
    return schedules.Overview(currency=order.currency, term_months=order.term_months, schedule=schedule)


def _refused(refused: refusals.TermsRefused) -> RefusedTerms:
    return RefusedTerms(refused.message, field=refused.field, rule=refused.code)
