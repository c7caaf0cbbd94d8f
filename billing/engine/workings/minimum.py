"""A minimum's true-up worked out: what the charges of a period fall short of it."""

from fractions import Fraction

from billing.engine import minimum, targets
from billing.engine.workings import reckoning
from billing.engine.workings.facts import Facts
from billing.engine.workings.reckoning import Place, Reckoned
from billing.engine.workings.working import Input, Working, inputs


def reckon(*, place: Place, facts: Facts) -> Reckoned:
    """The shortfall of the period, less the true-ups booked before."""
    terms, k = facts.terms, place.charge.period
    charged = {
        line.position: minimum.charged_on(line=line, terms=terms, k=k, progress=facts.progress) for line in terms.lines
    }
    exact = minimum.exact(terms=terms, k=k)
    found = Working(
        formula="minimum x part served - charges of the period, at least 0",
        inputs=(
            *inputs(
                minimum=terms.minimum_commitment_cents_per_period, part_served=targets.part_served(terms=terms, k=k)
            ),
            *(Input(name=f"line {position + 1}", value=cents) for position, cents in charged.items() if cents),
            *reckoning.period(terms=terms, k=k),
        ),
        exact=max(Fraction(0), exact - sum(charged.values())),
        cents=minimum.target(terms=terms, k=k, progress=facts.progress),
    )
    rules = {"R1", "R21"} | ({"R15"} if place.earlier(facts) else set()) | ({"R24"} if terms.is_paused(k) else set())
    return Reckoned(rules=frozenset(rules), target=found, less=reckoning.booked(rows=place.earlier(facts)))
