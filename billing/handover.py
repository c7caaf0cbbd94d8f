"""What an approved order hands down: the agreement's terms as plain values, already in their own words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from billing.engine.tax import FixedTax
from billing.engine.terms import Rule, Stub, Timing
from billing.states import ChangePurpose
from customers.models import Business, Customer


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementLineTerms:
    """A signed line. `ramp_schedule` is the recognised JSON shape, or None."""

    position: int
    order_line_uid: UUID
    catalog_item_uid: UUID | None
    description: str
    qty: Decimal
    unit_price_cents: int
    billing_rule: Rule
    billing_timing: Timing | None
    ramp_schedule: Mapping[str, object] | None
    prepaid_expiry_months: int | None = None
    pricing: Mapping[str, object] | None = None
    fixed_amount_cents: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementTerms:
    """The signed terms of one order, with the day of their approval in the business's zone."""

    business: Business
    order_uid: UUID
    order_number: str
    customer: Customer
    order_start_date: date | None
    first_invoice_date: date | None
    term_months: int | None
    approved_on: date
    currency: str
    discount_cents: int
    tax_treatment: str
    stub: Stub
    minimum_commitment_cents: int
    terms_sha256: str
    lines: tuple[AgreementLineTerms, ...]
    fixed_tax: FixedTax | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LineAmendment:
    """Another quantity, price or both of the line at a position; None leaves it as it is."""

    position: int
    qty: Decimal | None
    unit_price_cents: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeTerms:
    """What a change order agrees from one day on. Added lines take the next positions, in their order.

    One that `ends` the agreement changes nothing else; its day is the first without service. One with another purpose
    than to amend has no lines but those that it credits, by their positions: whole, and flat ones only. The day of a
    renewal is the end of the term so far, from which it goes on for `term_months`.
    """

    effective_on: date
    requested_on: date | None
    amended: tuple[LineAmendment, ...] = ()
    added: tuple[AgreementLineTerms, ...] = ()
    ends: bool = False
    purpose: ChangePurpose = ChangePurpose.AMEND
    term_months: int | None = None
    credited: tuple[int, ...] = ()
    reason: str = ""

    @property
    def document_date(self) -> date:
        """The day of what settles it: when it takes effect, or is requested if that is later."""
        return max(self.effective_on, self.requested_on or self.effective_on)
