"""What stands beside the steps of a ramp while it is typed: what each bills, or which of them the rules refuse."""

from collections.abc import Iterator, Sequence

from billing.engine import charges
from billing.engine.terms import Line, RampStep, Rule, Terms
from customers import currencies
from customers.templatetags import desk as faces
from orders.admin.ramp_rows import START, Note
from orders.errors import RefusedTerms
from orders.ramp_steps import Stretch, stretches


def bills(*, terms: Terms, line: Line, currency: str) -> dict[int, Note]:
    """What the line bills from its start and from each step on; nothing for a line without steps."""
    if not line.ramp:
        return {}
    told = (_bills(stretch, line.rule, currency) for stretch in stretches(terms=terms, line=line))
    return {number: Note(text=text) for number, text in enumerate(told, start=START)}


def comes_to(*, terms: Terms, line: Line, currency: str) -> str:
    """What a line bills over the term, of an open end in its first period; of metered usage, what is expected."""
    if line.rule is not Rule.USAGE_METERED:
        return _money(charges.line_total(line=line, term_months=terms.term_months), currency)
    cents = 0 if line.pricing else _expected(terms, line)
    return f"est. {_money(cents, currency)}" if cents else "as metered"


def _expected(terms: Terms, line: Line) -> int:
    parts = [(stretch.period_cents, stretch.periods) for stretch in stretches(terms=terms, line=line)]
    if terms.term_months is None:
        return next(cents for cents, periods in parts if periods != 0)
    return sum(cents * periods for cents, periods in parts if periods)


def refused(*, problem: RefusedTerms, ramp: Sequence[RampStep], term_months: int | None, said: str) -> dict[int, Note]:
    """The steps that a refusal of the whole line is about."""
    return {step: Note(text=said, is_wrong=True) for step in at_fault(problem.rule, ramp, term_months)}


def at_fault(rule: str, ramp: Sequence[RampStep], term_months: int | None) -> Iterator[int]:
    """The steps, counted from 0, that break a rule about ramps; none where it is about all of the ramp."""
    for number, step in enumerate(ramp):
        is_beyond = rule == "ramp_beyond_term" and term_months is not None and step.from_month > term_months
        if is_beyond or (rule == "ramp_qty_not_allowed" and step.qty is not None):
            yield number


def _bills(stretch: Stretch, rule: Rule, currency: str) -> str:
    if stretch.periods == 0:
        return "Nothing: the first step begins with the term."
    day = faces.day(stretch.first_day)
    if rule is Rule.USAGE_METERED and not stretch.qty:
        return f"From {day}: {_money(stretch.unit_price_cents, currency)} a unit"
    period = _money(stretch.period_cents, currency)
    expected = " expected" if rule is Rule.USAGE_METERED else ""
    if stretch.periods is None:
        return f"From {day}: {period} a period{expected}"
    total = _money(stretch.period_cents * stretch.periods, currency)
    return f"From {day}: {stretch.periods} \N{MULTIPLICATION SIGN} {period} = {total}{expected}"


def _money(cents: int, currency: str) -> str:
    return f"{currency} {currencies.major_units(cents=cents, currency=currency)}"
