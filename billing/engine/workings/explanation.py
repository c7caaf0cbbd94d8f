"""A document explained: line by line as it was made, and where things have changed since, so said."""

from collections.abc import Callable
from dataclasses import dataclass

from billing.engine import differences, minimum
from billing.engine.charges import Kind
from billing.engine.documents import Charge, Document, DocumentLine
from billing.engine.tax import Treatment
from billing.engine.workings import adjusted, arrears, committed, rulebook, taxes
from billing.engine.workings import minimum as true_ups
from billing.engine.workings.facts import Facts
from billing.engine.workings.reckoning import Place, Reckoned
from billing.engine.workings.working import ChargeExplained, LineExplained, TaxExplained

ARREARS = (Kind.USAGE, Kind.LATE_USAGE)
NOT_REPRODUCED = (
    "What is recorded by then makes {made} with a discount of {discount}, the document has {billed} with {given}: "
    "it was made beside a draft that is deleted since, or events came in while it was being made."
)
CAME_ALONG = "Counted is what was recorded up to now: some of it came in while the document was being made."
MOVED = "Since then changes or events have moved the target of this period from {then} to {now}; {settled}."
SETTLED = "other documents bill the difference"
TAX_MOVED = "The lines do not make this tax at the rates of the tax table: the document keeps its own."


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A document and the working of each of its lines, in their order."""

    document: Document
    lines: tuple[LineExplained, ...]

    @property
    def is_reproduced(self) -> bool:
        """Every amount comes out again from what is recorded."""
        return all(line.is_reproduced for line in self.lines)


def explain(*, document: Document, treatment: Treatment, then: Facts, now: Facts) -> Explanation:
    """Work out a document by the facts it was made with; `now` are those of today, to say what has changed."""
    found = taxes.of_lines(document=document, treatment=treatment, terms=then.terms)
    return Explanation(
        document=document,
        lines=tuple(
            _line(document, line, then=then, now=now, tax=found.get(place)) for place, line in enumerate(document.lines)
        ),
    )


def _line(
    document: Document, line: DocumentLine, *, then: Facts, now: Facts, tax: TaxExplained | None
) -> LineExplained:
    charges = tuple(_charge(document, line, charge, then=then, now=now) for charge in line.charges)
    rules = {rule for charge in charges for rule in charge.rules}
    rules |= {"R7"} if line.kind is Kind.DISCOUNT else set()
    rules |= {"R8"} if tax else set()
    return LineExplained(
        order_line=line.order_line,
        kind=line.kind,
        description=line.description,
        amount_cents=line.amount_cents,
        discount_cents=line.discount_cents,
        tax_cents=line.tax_cents,
        rules=rulebook.in_order(rules=rules),
        charges=charges,
        tax=tax,
        notes=(TAX_MOVED,) if tax and not tax.is_reproduced else (),
    )


def _charge(document: Document, line: DocumentLine, charge: Charge, *, then: Facts, now: Facts) -> ChargeExplained:
    place = Place(invoice_date=document.invoice_date, line=line, charge=charge)
    found, known, notes = _reckoned(place, then=then, now=now)
    if (moved := _moved(place, then=known, now=now)) is not None:
        notes.append(moved)
    return ChargeExplained(
        period=charge.period,
        service=place.days(known),
        revision=charge.revision,
        amount_cents=charge.amount_cents,
        discount_cents=charge.discount_cents,
        rules=found.rules | _late_approval(place, known) | ({"R7"} if found.discount else set()),
        target=found.target,
        less=found.less,
        discount=found.discount,
        notes=tuple(notes),
        is_reproduced=found.makes(charge),
    )


def _reckoned(place: Place, *, then: Facts, now: Facts) -> tuple[Reckoned, Facts, list[str]]:
    """By the facts of then; by those of now where only they make the amount; and what there is to say."""
    reckon = _reckoning_of(place.line.kind)
    found = reckon(place=place, facts=then)
    if found.makes(place.charge):
        return found, then, []
    late = reckon(place=place, facts=now)
    if late.makes(place.charge):
        return late, now, [CAME_ALONG]
    billed, given = place.charge.amount_cents, place.charge.discount_cents
    made, discount = found.amount_cents, found.discount_cents
    return found, then, [NOT_REPRODUCED.format(made=made, discount=discount, billed=billed, given=given)]


def _reckoning_of(kind: Kind) -> Callable[..., Reckoned]:
    match kind:
        case Kind.USAGE | Kind.LATE_USAGE:
            return arrears.reckon
        case Kind.TRUE_UP:
            return true_ups.reckon
        case Kind.CREDIT | Kind.AMENDMENT:
            return adjusted.reckon
        case _:
            return committed.reckon


def _moved(place: Place, *, then: Facts, now: Facts) -> str | None:
    """What became of the period's target; None while it is the same."""
    before, after = _target(place, then), _target(place, now)
    return None if before == after else MOVED.format(then=before, now=after, settled=SETTLED)


def _target(place: Place, facts: Facts) -> int:
    """All that is to be billed for the period in the end, by these facts."""
    line, k = place.signed(facts), place.charge.period
    if place.line.kind is Kind.TRUE_UP:
        return minimum.target(terms=facts.terms, k=k, progress=facts.progress)
    if place.line.kind in ARREARS:
        return differences.target(line=line, k=k, progress=facts.progress)
    return committed.owed(line=line, k=k, facts=facts).net_cents


def _late_approval(place: Place, facts: Facts) -> frozenset[str]:
    """What was scheduled before the approval stands on its catch-up invoice."""
    k = place.charge.period + (place.line.kind in ARREARS)
    is_late = facts.terms.boundary(max(k, 0)) < facts.terms.approved_on == place.invoice_date
    return frozenset({"R10"} if is_late else ())
