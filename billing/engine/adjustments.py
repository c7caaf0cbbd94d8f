"""Adjustments of recurring charges that are booked: what the changes agreed since make of them.

For every booked (line, period) the book itself says which changes it reflects: the target under those changes is
what was billed. Each further change moves it to the next target, on its own document: an amendment credits what
was billed from its day on and charges the same days at new terms, a cancellation or pause only credits.

The steps follow from the terms, the changes and the billed amount alone, so any split of runs takes the same ones.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from billing.engine import history as states_of
from billing.engine import installments, money, segments, targets
from billing.engine.book import Balance, Book
from billing.engine.changes import Amend, Cancel, GiveBack
from billing.engine.charges import Kind
from billing.engine.discounts import Shares
from billing.engine.documents import Charge, DocumentLine, Due
from billing.engine.history import Adjusting, History, Settled
from billing.engine.installments import Installment
from billing.engine.lines import Line, Rule
from billing.engine.periods import Period
from billing.engine.targets import Target
from billing.engine.tax import Treatment
from billing.engine.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a change moves for one booked period: off the bill, and on it again at new terms."""

    by: Adjusting
    line: Line
    period: int
    revision: int
    before: Settled
    after: Settled
    credit_cents: int
    charge_cents: int


def due(*, history: History, shares: Shares, book: Book, tax: Treatment, as_of: date) -> Iterator[Due]:
    """The adjustments whose day has come: per change and order line one credit, and for an amendment one charge."""
    by_document: dict[tuple[int, int], list[Step]] = defaultdict(list)
    for step in steps(history=history, shares=shares, book=book):
        if step.by.day <= as_of:
            by_document[step.by.place, step.line.position].append(step)
    for found in by_document.values():
        yield from _credits(found, history.in_force, tax)
        yield from _charge(found, history.in_force)


def steps(*, history: History, shares: Shares, book: Book) -> Iterator[Step]:
    """Everything that is still to be adjusted, period by period, in order of its documents."""
    if not history.adjusting:
        return
    for line in history.in_force.lines:
        if line.rule is Rule.RECURRING:
            for k, balance in sorted(book.of_line(line.position).items()):
                yield from _Period(history=history, line=line, k=k, share_cents=shares.of_period(line, k)).steps(
                    balance
                )
        elif line.is_given_back:
            yield from _given_back(history, line, book)


def _given_back(history: History, line: Line, book: Book) -> Iterator[Step]:
    """All that a returned line was billed, off the bill again."""
    for k, balance in sorted(book.of_line(line.position).items()):
        if balance.net_cents:
            by, *_ = history.touching(line, k)
            yield Step(
                by=by,
                line=line,
                period=k,
                revision=balance.next_revision,
                before=frozenset(),
                after=frozenset({by.place}),
                credit_cents=-balance.net_cents,
                charge_cents=0,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Period:
    """One booked period of a recurring line, and what it owes in each state."""

    history: History
    line: Line
    k: int
    share_cents: int

    def steps(self, balance: Balance) -> Iterator[Step]:
        """From what is billed to the target in force, one change after the other."""
        touching = self.history.touching(self.line, self.k)
        net_cents, revision = balance.net_cents, balance.next_revision
        while (move := self._next(touching, net_cents)) is not None:
            target = self._target(move[2])
            step = self._step(move, target, net_cents=net_cents, revision=revision)
            revision += (step.credit_cents != 0) + (step.charge_cents != 0)
            yield step
            net_cents = target.net_cents

    def _next(self, touching: Sequence[Adjusting], net_cents: int) -> tuple[Adjusting, Settled, Settled] | None:
        """The change to settle next, and the states before and after it; None when all are settled."""
        everything = frozenset(item.place for item in touching)
        for settled in states_of.states(touching):
            if self._target(settled).net_cents == net_cents:
                pending = [item for item in touching if item.place not in settled]
                if not pending:
                    return None
                by = min(pending, key=lambda item: item.day)
                return by, settled, settled | {by.place}
        return (touching[-1], everything, everything) if touching else None

    def _target(self, settled: Settled) -> Target:
        terms = self.history.terms_after(settled)
        line = terms.lines[self.line.position]
        return targets.of_period(line=line, terms=terms, k=self.k, share_cents=self.share_cents)

    def _step(self, move: tuple[Adjusting, Settled, Settled], target: Target, *, net_cents: int, revision: int) -> Step:
        """An amendment leaves the cost before its day as it was; anything else is one difference."""
        by, before, after = move
        charge_cents = 0
        if isinstance(by.change, Amend):
            charge_cents = target.amount_cents - self._cost_before(by.change.effective, before)
        return Step(
            by=by,
            line=self.line,
            period=self.k,
            revision=revision,
            before=before,
            after=after,
            credit_cents=target.net_cents - net_cents - charge_cents,
            charge_cents=charge_cents,
        )

    def _cost_before(self, day: date, settled: Settled) -> int:
        terms = self.history.terms_after(settled)
        line = terms.lines[self.line.position]
        return money.round_half_away(segments.cost(line=line, terms=terms, k=self.k, until=day))


def _credits(found: Sequence[Step], terms: Terms, tax: Treatment) -> Iterator[Due]:
    """One credit for all periods that were taxed at one rate."""
    by_rate: dict[date, list[Step]] = {}
    rates: dict[object, date] = {}
    for step in found:
        part = installments.containing(line=step.line, terms=terms, k=step.period)
        charged_on = installments.invoice_date(part=part, terms=terms)
        by_rate.setdefault(rates.setdefault(tax.rate_on(charged_on), charged_on), []).append(step)
    for charged_on, steps_at_rate in by_rate.items():
        line = _document_line(steps_at_rate, terms, kind=Kind.CREDIT)
        if line.charges:
            is_own_note = not isinstance(found[0].by.change, Amend)
            yield Due(invoice_date=found[0].by.day, line=line, taxed_on=charged_on, is_own_note=is_own_note)


def _charge(found: Sequence[Step], terms: Terms) -> Iterator[Due]:
    line = _document_line(found, terms, kind=Kind.AMENDMENT)
    if line.charges:
        yield Due(invoice_date=found[0].by.day, line=line)


def _document_line(found: Sequence[Step], terms: Terms, *, kind: Kind) -> DocumentLine:
    line, change = found[0].line, found[0].by.change
    amounts = [step.credit_cents if kind is Kind.CREDIT else step.charge_cents for step in found]
    service = _service(found, terms)
    return DocumentLine(
        order_line=line.position,
        kind=kind,
        description=f"{line.description} - {_words(change, kind)}",
        quantity=None,
        unit_price_cents=None,
        amount_cents=sum(amounts),
        discount_cents=0,
        service_start=service.start,
        service_end_exclusive=service.end,
        charges=tuple(
            Charge(
                period=step.period,
                revision=step.revision + (kind is Kind.AMENDMENT and step.credit_cents != 0),
                amount_cents=amount,
                discount_cents=0,
            )
            for step, amount in zip(found, amounts, strict=True)
            if amount
        ),
    )


def _words(change: object, kind: Kind) -> str:
    match change:
        case Amend():
            return "credit at previous terms" if kind is Kind.CREDIT else "charge at new terms"
        case Cancel():
            return "unused service credit"
        case GiveBack():
            return "returned"
        case _:
            return "paused service credit"


def _service(found: Sequence[Step], terms: Terms) -> Period:
    """The days of its periods from the change on; a pause gives back whole periods, a return all of its days."""
    if isinstance(found[0].by.change, GiveBack):
        return installments.service(part=Installment(line=found[0].line, first=found[0].period), terms=terms)
    start, end = terms.period(found[0].period).start, terms.period(found[-1].period).end
    return Period(start=max(start, found[0].by.change.effective), end=end)
