"""An explanation as plain names and values: what the API answers and `explain --json` prints."""

from decimal import Decimal
from fractions import Fraction

from billing.engine.periods import Period
from billing.engine.workings import ChargeExplained, Explanation, LineExplained, rulebook
from billing.engine.workings.working import Deduction, Discount, Portion, TaxExplained, Value, Working
from billing.explanation_text import sentences
from billing.models import Invoice

Fields = dict[str, object]


def of_document(*, invoice: Invoice, explanation: Explanation) -> Fields:
    """A document with all its lines; exact values are texts like `25005/2`, amounts are minor units."""
    return {
        "invoice_id": str(invoice.uid),
        "invoice_number": invoice.number_text,
        "type": invoice.type,
        "invoice_date": invoice.invoice_date,
        "currency": invoice.currency,
        "total_cents": invoice.total_cents,
        "made_at": invoice.created_at,
        "is_reproduced": explanation.is_reproduced,
        "lines": [of_line(number, line, invoice.currency) for number, line in enumerate(explanation.lines, start=1)],
    }


def of_line(number: int, line: LineExplained, currency: str) -> Fields:
    return {
        "line": number,
        "kind": line.kind,
        "description": line.description,
        "amount_cents": line.amount_cents,
        "discount_cents": line.discount_cents,
        "tax_cents": line.tax_cents,
        "rules": [{"rule": rule, "name": rulebook.NAMES[rule]} for rule in line.rules],
        "charges": [_charge(charge) for charge in line.charges],
        "tax": _tax(line.tax) if line.tax else None,
        "notes": list(line.notes),
        "is_reproduced": line.is_reproduced,
        "text": sentences(line=line, currency=currency),
    }


def _charge(charge: ChargeExplained) -> Fields:
    return {
        "period": charge.period,
        "service_start": charge.service.start,
        "service_end_exclusive": charge.service.end,
        "revision": charge.revision,
        "amount_cents": charge.amount_cents,
        "discount_cents": charge.discount_cents,
        "target": _working(charge.target),
        "less": [_deduction(taken) for taken in charge.less],
        "discount": _discount(charge.discount) if charge.discount else None,
        "notes": list(charge.notes),
        "is_reproduced": charge.is_reproduced,
    }


def _working(working: Working) -> Fields:
    return {
        "formula": working.formula,
        "inputs": [{"name": given.name, "value": plain(given.value)} for given in working.inputs],
        "exact": plain(working.exact),
        "rounded_cents": working.cents,
    }


def _deduction(taken: Deduction) -> Fields:
    return {
        "what": taken.what,
        "amount_cents": taken.cents,
        "working": _working(taken.working) if taken.working else None,
    }


def _discount(discount: Discount) -> Fields:
    return {
        "shares": [_portion(portion) for portion in discount.portions],
        "working": _working(discount.working) if discount.working else None,
        "given_before_cents": discount.given_before_cents,
        "amount_cents": discount.cents,
    }


def _portion(portion: Portion) -> Fields:
    return {
        "among": portion.among,
        "parts": portion.parts,
        "total_cents": portion.total,
        "exact": plain(portion.exact),
        "remainder_rank": portion.rank,
        "extra_cents": portion.extra,
        "amount_cents": portion.cents,
    }


def _tax(tax: TaxExplained) -> Fields:
    return {
        "treatment": tax.treatment,
        "mode": tax.mode,
        "rate_percent": plain(tax.rate_percent),
        "net_cents": tax.net_cents,
        "working": _working(tax.working),
        "share": _portion(tax.portion),
        "is_reproduced": tax.is_reproduced,
    }


def plain(value: Value) -> str:
    """A value as text: no exponent, no trailing zeros, a fraction as `1/3`, days as `[start, end)`."""
    match value:
        case Decimal():
            return f"{value.normalize():f}"
        case Period():
            return f"[{value.start}, {value.end})"
        case Fraction() if value.denominator == 1:
            return str(value.numerator)
        case _:
            return str(value)
