"""The minimum commitment of a period: what recurring charges and usage fall short of it (R21).

The true-up is billed with the usage of the period and carries the first line of the order. Amounts count before
the contract discount; of a period cut by a cancellation the minimum is the same share; a paused period has none.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import takewhile

from billing.engine import differences, money, targets
from billing.engine.book import Progress
from billing.engine.charges import Kind
from billing.engine.differences import Difference
from billing.engine.documents import Charge, DocumentLine, Due
from billing.engine.lines import Line, Rule
from billing.engine.terms import Terms


def due(*, terms: Terms, progress: Progress, as_of: date) -> Iterator[Due]:
    """The true-ups whose day has come; late usage lowers one that was billed."""
    for difference in shortfalls(terms=terms, progress=progress, as_of=as_of):
        if difference.amount_cents and difference.day(as_of=as_of) <= as_of:
            yield Due(
                invoice_date=difference.day(as_of=as_of),
                line=_document_line(difference, terms),
                taxed_on=difference.scheduled_date if difference.amount_cents < 0 else None,
            )


def shortfalls(*, terms: Terms, progress: Progress, as_of: date) -> Iterator[Difference]:
    """For each period that has ended by a day, its true-up less what is booked of it."""
    if not terms.minimum_commitment_cents_per_period:
        return
    ended = takewhile(lambda k: terms.arrears_date(k) <= as_of, terms.periods_from(0))
    for k in sorted({*ended, *progress.book.true_ups}):
        yield differences.of_period(
            line=terms.lines[0],
            k=k,
            target_cents=target(terms=terms, k=k, progress=progress),
            quantity=Decimal(1),
            booked=progress.book.true_ups.get(k),
            terms=terms,
            progress=progress,
        )


def target(*, terms: Terms, k: int, progress: Progress) -> int:
    """What the charges of period k fall short of its minimum."""
    charged = sum(charged_on(line=line, terms=terms, k=k, progress=progress) for line in terms.lines)
    return max(0, money.round_half_away(exact(terms=terms, k=k)) - charged)


def exact(*, terms: Terms, k: int) -> Fraction:
    """The minimum of period k before it is rounded: of a cut one the same share."""
    if terms.is_paused(k):
        return Fraction(0)
    return terms.minimum_commitment_cents_per_period * targets.part_served(terms=terms, k=k)


def charged_on(*, line: Line, terms: Terms, k: int, progress: Progress) -> int:
    """What counts of a line towards the minimum of period k."""
    if line.in_arrears:
        return differences.target(line=line, k=k, progress=progress)
    if line.rule is Rule.RECURRING:
        return targets.of_period(line=line, terms=terms, k=k, share_cents=0).amount_cents
    return 0


def _document_line(difference: Difference, terms: Terms) -> DocumentLine:
    whole = terms.period(difference.period)
    is_cut = whole.start < terms.service_end < whole.end
    booked = difference.booked
    charge = Charge(
        period=difference.period,
        revision=booked.next_revision if booked else 0,
        amount_cents=difference.amount_cents,
        discount_cents=0,
    )
    return DocumentLine(
        order_line=0,
        kind=Kind.TRUE_UP,
        description="Minimum commitment true-up",
        quantity=None,
        unit_price_cents=None,
        amount_cents=difference.amount_cents,
        discount_cents=0,
        service_start=whole.start,
        service_end_exclusive=terms.service_end if is_cut else whole.end,
        charges=(charge,),
    )
