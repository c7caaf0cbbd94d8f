"""Credits and charges of a change worked out: the cost before it, the cost after it, and what is billed already."""

from datetime import date
from fractions import Fraction

from billing.engine import money, segments, targets
from billing.engine.adjustments import Step
from billing.engine.changes import Amend, Cancel, GiveBack
from billing.engine.charges import Kind
from billing.engine.history import Settled
from billing.engine.targets import Target
from billing.engine.terms import Terms
from billing.workings import committed, reckoning
from billing.workings.facts import Facts
from billing.workings.reckoning import Place, Reckoned
from billing.workings.working import Deduction, Working


def reckon(*, place: Place, facts: Facts) -> Reckoned:
    """What the change of this day moved for the period; without one, the target in force less what is booked."""
    for step in facts.steps.get((place.position, place.charge.period), ()):
        amount = step.credit_cents if place.line.kind is Kind.CREDIT else step.charge_cents
        if step.by.day == place.invoice_date and amount == place.charge.amount_cents:
            return _of_step(place, facts, step)
    return _net(place, facts, facts.terms, _target(place, facts, facts.terms), rule="R14")


def _of_step(place: Place, facts: Facts, step: Step) -> Reckoned:
    if isinstance(step.by.change, GiveBack):
        return _given_back(place, facts)
    after = facts.history.terms_after(step.after)
    target = _target(place, facts, after)
    if not isinstance(step.by.change, Amend):
        return _net(place, facts, after, target, rule="R13" if isinstance(step.by.change, Cancel) else "R24")
    kept = _cost_before(place, facts, step.before, step.by.change.effective)
    if place.line.kind is Kind.CREDIT:
        return _credit(place, facts, kept, target)
    line = after.lines[place.position]
    return Reckoned(
        rules=_rules(place, after, "R14"),
        target=committed.of_period(line, after, place.charge.period, target),
        less=(Deduction(what=f"cost before {step.by.change.effective}", cents=kept.cents, working=kept),)
        if kept.exact
        else (),
    )


def _given_back(place: Place, facts: Facts) -> Reckoned:
    """A line that was returned owes nothing any more: all that is billed for it comes back."""
    nothing = Working(formula="nothing: the line was given back", inputs=(), exact=Fraction(0), cents=0)
    return Reckoned(
        rules=frozenset({"R14"}), target=nothing, less=reckoning.booked(rows=place.earlier(facts), net=True)
    )


def _credit(place: Place, facts: Facts, kept: Working, target: Target) -> Reckoned:
    """Back to the cost before the change; the discount of the period stays with it."""
    discount = (Deduction(what="discount of the period", cents=target.discount_cents),) if target.discount_cents else ()
    return Reckoned(
        rules=_rules(place, facts.terms, "R14"),
        target=kept,
        less=(*reckoning.booked(rows=place.earlier(facts), net=True), *discount),
    )


def _net(place: Place, facts: Facts, terms: Terms, target: Target, *, rule: str) -> Reckoned:
    line, k = terms.lines[place.position], place.charge.period
    share_cents = facts.shares.of_period(line, k)
    return Reckoned(
        rules=_rules(place, terms, rule) | ({"R7"} if share_cents else set()),
        target=committed.net_of_period(line, terms, k, target, share_cents),
        less=reckoning.booked(rows=place.earlier(facts), net=True),
    )


def _target(place: Place, facts: Facts, terms: Terms) -> Target:
    line, k = terms.lines[place.position], place.charge.period
    return targets.of_period(line=line, terms=terms, k=k, share_cents=facts.shares.of_period(line, k))


def _cost_before(place: Place, facts: Facts, before: Settled, day: date) -> Working:
    terms, k = facts.history.terms_after(before), place.charge.period
    line = terms.lines[place.position]
    exact = segments.cost(line=line, terms=terms, k=k, until=day)
    return Working(
        formula=f"cost of the days before {day}, at the previous terms",
        inputs=(
            *reckoning.prices(line=line, terms=terms, k=k, until=day),
            *reckoning.period(terms=terms, k=k),
        ),
        exact=exact,
        cents=money.round_half_away(exact),
    )


def _rules(place: Place, terms: Terms, rule: str) -> frozenset[str]:
    line = terms.lines[place.position]
    return frozenset({*reckoning.rules_of(line=line, terms=terms, k=place.charge.period), rule})
