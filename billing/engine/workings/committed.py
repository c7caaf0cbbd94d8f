"""Committed charges worked out: one-offs, periods in advance, and the days before the anchor."""

from fractions import Fraction

from billing.engine import installments, lots, segments, targets
from billing.engine.installments import Installment
from billing.engine.lines import Line, Rule
from billing.engine.rules import flat, prepaid_block
from billing.engine.targets import Target
from billing.engine.terms import Terms
from billing.engine.workings import reckoning
from billing.engine.workings.facts import Facts
from billing.engine.workings.reckoning import Place, Reckoned
from billing.engine.workings.working import Discount, Input, Working, inputs


def reckon(*, place: Place, facts: Facts) -> Reckoned:
    """What the charge is by the terms in force; it is the first booking of its period, so nothing is taken off."""
    line, k = place.signed(facts), place.charge.period
    target = owed(line=line, k=k, facts=facts)
    return Reckoned(
        rules=frozenset(_rules(line, facts.terms, k)),
        target=_one_off(line, facts.terms, target) if line.one_off else of_period(line, facts.terms, k, target),
        less=reckoning.booked(rows=place.earlier(facts)),
        discount=_discount(line, facts, k, target),
    )


def owed(*, line: Line, k: int, facts: Facts) -> Target:
    """The target of a committed (line, period), as billing has it."""
    (target,) = installments.owed(part=Installment(line=line, first=k), terms=facts.terms, shares=facts.shares)
    return target


def of_period(line: Line, terms: Terms, k: int, target: Target) -> Working:
    """What a period costs before discount."""
    if terms.is_paused(k):
        return _nothing(terms, k)
    found = reckoning.prices(line=line, terms=terms, k=k)
    is_whole = any(value.name == "quantity" for value in found)
    return Working(
        formula="quantity x unit price" if is_whole else "sum of quantity x unit price x days / days of the month",
        inputs=(*found, *reckoning.period(terms=terms, k=k), *reckoning.billing_rule(line=line)),
        exact=segments.cost(line=line, terms=terms, k=k),
        cents=target.amount_cents,
    )


def net_of_period(line: Line, terms: Terms, k: int, target: Target, share_cents: int) -> Working:
    """What a period costs after its discount, once a change has cut it."""
    if terms.is_paused(k):
        return _nothing(terms, k)
    part = targets.part_served(terms=terms, k=k)
    exact = max(Fraction(0), segments.cost(line=line, terms=terms, k=k) - share_cents * part)
    share = inputs(discount_share=share_cents, part_served=part) if share_cents else ()
    return Working(
        formula="cost of the days served" + (" - discount share x part served" if share_cents else ""),
        inputs=(*reckoning.prices(line=line, terms=terms, k=k), *share, *reckoning.period(terms=terms, k=k)),
        exact=exact,
        cents=target.net_cents,
    )


def _one_off(line: Line, terms: Terms, target: Target) -> Working:
    rule = prepaid_block if line.rule is Rule.PREPAID_BLOCK else flat
    signed = line.fixed_amount_cents
    return Working(
        formula="quantity x unit price, once" if signed is None else "the amount it was signed with, once",
        inputs=(
            *inputs(quantity=line.qty, unit_price=line.unit_price_cents, signed_amount=signed),
            *_lot(line, terms),
            *reckoning.billing_rule(line=line),
        ),
        exact=rule.exact(line=line),
        cents=target.amount_cents,
    )


def _lot(line: Line, terms: Terms) -> list[Input]:
    return [
        Input(name="lot", value=f"{line.qty.normalize():f} units to draw in [{lot.start}, {lot.expiry})")
        for lot in lots.of_terms(terms=terms)
        if lot.line.position == line.position
    ]


def _nothing(terms: Terms, k: int) -> Working:
    return Working(
        formula="nothing: the period begins in a pause",
        inputs=tuple(reckoning.period(terms=terms, k=k)),
        exact=Fraction(0),
        cents=0,
    )


def _rules(line: Line, terms: Terms, k: int) -> set[str]:
    if not line.one_off:
        return set(reckoning.rules_of(line=line, terms=terms, k=k))
    return (
        {"R3", "R4"} | ({"R9"} if line.rule is Rule.PREPAID_BLOCK else set()) | ({"R14"} if line.starts_on else set())
    )


def _discount(line: Line, facts: Facts, k: int, target: Target) -> Discount | None:
    share_cents = facts.shares.of_period(line, k)
    if not share_cents:
        return None
    is_cut = target.discount_cents != share_cents and not line.one_off
    return Discount(
        portions=facts.portions(line=line, k=k),
        working=net_of_period(line, facts.terms, k, target, share_cents) if is_cut else None,
        given_before_cents=0,
        cents=target.discount_cents,
    )
