"""Terms that cannot be billed are refused out loud, naming the field (R17)."""

from typing import Never

from billing.engine import charges, ramps, reading
from billing.engine.terms import MAX_TOTAL_CENTS, Line, Rule, Terms, TermsRefused, Timing

__all__ = ["MAX_TOTAL_CENTS", "TermsRefused", "check", "check_complete", "check_line"]

MAX_TERM_MONTHS = 600


def check_line(line: Line) -> None:
    """Refuse a line that is wrong by itself: its quantity, its price, a timing, ramp or option its rule has not."""
    _check_amounts(line)
    _check_timing(line)
    _check_ramp(line)
    _check_options(line)


def check(terms: Terms) -> None:
    """Refuse what is wrong across header and lines; absent parts are no fault, so a draft can be checked."""
    for line in terms.lines:
        check_line(line)
    _check_header(terms)
    _check_term(terms)
    _check_totals(terms)
    _check_discount(terms)


def check_complete(terms: Terms) -> None:
    """Refuse what a draft may lack and a submission may not."""
    if not terms.lines:
        _refuse("lines_required", "lines", "add at least one line before submitting")
    check(terms)


def _check_amounts(line: Line) -> None:
    estimated = line.rule is Rule.USAGE_METERED
    if not 0 <= line.qty <= reading.MAX_QTY or (line.qty == 0 and not estimated):
        lowest = "0 or more" if estimated else "above 0"
        _refuse("qty_out_of_range", _field(line, "qty"), f"must be {lowest} and at most {reading.MAX_QTY:,}")
    if reading.decimal_places(line.qty) > reading.DECIMAL_PLACES:
        _refuse("qty_too_precise", _field(line, "qty"), f"has at most {reading.DECIMAL_PLACES} decimals")
    if not 0 <= line.unit_price_cents <= reading.MAX_UNIT_PRICE_CENTS:
        _refuse(
            "unit_price_out_of_range",
            _field(line, "unit_price_cents"),
            f"must be from 0 to {reading.MAX_UNIT_PRICE_CENTS:,}",
        )


def _check_timing(line: Line) -> None:
    if line.timing is not None and line.rule is not Rule.RECURRING:
        _refuse(
            "timing_not_allowed",
            _field(line, "billing_timing"),
            f"is for recurring lines only: remove it, or change billing_rule from {line.rule}",
        )


def _check_ramp(line: Line) -> None:
    field = _field(line, "ramp_schedule")
    if line.ramp and line.rule not in (Rule.RECURRING, Rule.USAGE_METERED):
        _refuse("ramp_not_allowed", field, f"is for recurring and usage_metered lines, not for {line.rule}")
    if line.rule is Rule.USAGE_METERED and any(step.qty is not None for step in line.ramp):
        _refuse("ramp_qty_not_allowed", field, "can step the price of metered usage, not its qty")
    ramps.check_order(line.ramp, field=field)


def _check_options(line: Line) -> None:
    if line.prepaid_expiry_months is not None:
        field = _field(line, "prepaid_expiry_months")
        if line.rule is not Rule.PREPAID_BLOCK:
            _refuse("expiry_not_allowed", field, f"is for prepaid_block lines only, not for {line.rule}")
        if not 1 <= line.prepaid_expiry_months <= MAX_TERM_MONTHS:
            _refuse("expiry_out_of_range", field, f"must be from 1 to {MAX_TERM_MONTHS}")
    if line.pricing is not None:
        field = _field(line, "pricing")
        if line.rule is not Rule.USAGE_METERED:
            _refuse("pricing_not_allowed", field, f"is for usage_metered lines only, not for {line.rule}")
        if line.ramp:
            _refuse("pricing_not_allowed", field, "cannot go with a ramp_schedule: both set the price")


def _check_header(terms: Terms) -> None:
    if terms.start_date is not None and terms.anchor_date < terms.start_date:
        _refuse(
            "first_invoice_before_start",
            "first_invoice_date",
            f"({terms.anchor_date}) must not be before order_start_date ({terms.start_date})",
        )
    if terms.term_months is not None and not 1 <= terms.term_months <= MAX_TERM_MONTHS:
        _refuse("term_out_of_range", "term_months", f"must be from 1 to {MAX_TERM_MONTHS}")
    if not 0 <= terms.minimum_commitment_cents_per_period <= reading.MAX_UNIT_PRICE_CENTS:
        _refuse(
            "minimum_out_of_range",
            "minimum_commitment_cents_per_period",
            f"must be from 0 to {reading.MAX_UNIT_PRICE_CENTS:,}",
        )


def _check_term(terms: Terms) -> None:
    for line in terms.lines:
        if terms.term_months is None:
            if line.timing is Timing.ALL_UPFRONT:
                _refuse("term_required", "term_months", f"is needed to bill lines[{line.position}] all_upfront")
        elif line.ramp and line.ramp[-1].from_month > terms.term_months:
            _refuse(
                "ramp_beyond_term",
                _field(line, "ramp_schedule"),
                f"steps in month {line.ramp[-1].from_month}, beyond term_months ({terms.term_months})",
            )


def _check_totals(terms: Terms) -> None:
    totals = [charges.line_total(line=line, term_months=terms.term_months) for line in terms.lines]
    for line, total in zip(terms.lines, totals, strict=True):
        if total > MAX_TOTAL_CENTS:
            _refuse(
                "amount_too_large",
                _field(line, "unit_price_cents"),
                f"times qty comes to {total:,} over the term, above the limit of {MAX_TOTAL_CENTS:,}",
            )
    if sum(totals) > MAX_TOTAL_CENTS:
        _refuse(
            "amount_too_large",
            "lines",
            f"come to {sum(totals):,} over the term, above the limit of {MAX_TOTAL_CENTS:,}",
        )


def _check_discount(terms: Terms) -> None:
    if not terms.discount_cents or not terms.lines:
        return
    if terms.discount_cents < 0:
        _refuse("discount_negative", "discount_cents", "must not be below 0")
    if terms.term_months is None and any(line.rule is Rule.RECURRING for line in terms.lines):
        _refuse(
            "discount_needs_term",
            "discount_cents",
            "needs term_months: it cannot be divided over recurring charges without an end",
        )
    committed = charges.committed_total(terms=terms)
    if terms.discount_cents > committed:
        _refuse(
            "discount_above_committed",
            "discount_cents",
            f"({terms.discount_cents:,}) must not be above the committed charges ({committed:,})",
        )


def _field(line: Line, name: str) -> str:
    return f"lines[{line.position}].{name}"


def _refuse(code: str, field: str, rule: str) -> Never:
    raise TermsRefused(code=code, field=field, message=f"{field} {rule}.")
