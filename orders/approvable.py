"""Whom orders still need, as conditions of the database: what `services.approvals` decides of one order, asked of many.

Both follow the same sentences: a hand is a limit that reaches the total, one's own or that of whom one stands in for;
nobody who worked on the order, or has approved it already, stands behind it; and it answers something that the policy
in force still asks for, or nothing is open any more. Approvals that stand are of different people, whom the service
let in one after the other, so that those which answer a rule are simply counted. The service decides again.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    Count,
    DecimalField,
    Exists,
    Expression,
    ExpressionWrapper,
    F,
    Func,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, JSONObject
from django.db.models.lookups import Exact, GreaterThan, IsNull

from customers import deputies
from customers.models import ApprovalLimit, Business, StaffMember
from customers.tenancy import TenantQuerySet
from orders.models import ApprovalPolicy, Line, OrderApproval, PolicyRule
from orders.services.approvals import RUNNING
from orders.states import PolicyStatus, Status

# Names a column of the order that a subquery is about, from as deep as the subquery stands.
Of = Callable[[str], Any]


def _here(name: str) -> Any:
    return OuterRef(name)


def _below(of: Of) -> Of:
    return lambda name: OuterRef(of(name))


def by_member(*, member: StaffMember, at: datetime) -> Q:
    """The submitted orders whose next approval somebody with a role that approves could give at a moment."""
    business = member.business
    own = _standing(business, _here).filter(Q(approved_by=member) | Q(on_behalf_of=member))
    left = open_rules(business=business, at=at)
    answering = _hands(member, at, _below(_here)).filter(
        Q(Exact(OuterRef("role"), Value(""))) | Q(staff_member__role=OuterRef("role")),
        amount_cents__gte=Coalesce(OuterRef("limit_from_cents"), 0),
    )
    helps = Q(Exists(left.filter(Exists(answering)))) | ~Q(Exists(left))
    # As a plain EXISTS it would be joined, and by the guess of one order that waits every approval be read for each.
    has_approved = Coalesce(Exists(own), Value(False))  # noqa: FBT003  # Django's
    is_free = ~Q(contributor_ids__contains=[member.pk]) & ~Q(has_approved)
    return Q(status=Status.SUBMITTED) & is_free & Q(Exists(_hands(member, at, _here))) & helps


def open_rules(*, business: Business, at: datetime) -> TenantQuerySet[PolicyRule]:
    """The rules in force that fit an order and that its approvals leave open; a subquery of orders."""
    last = ApprovalPolicy.objects.for_business(business).filter(status=PolicyStatus.APPROVED, in_force_from__lte=at)
    in_force = last.order_by("-in_force_from", "-version").values("pk")[:1]
    rules = PolicyRule.objects.for_business(business).filter(policy=Subquery(in_force))
    given = _standing(business, _below(_here)).filter(
        Q(Exact(OuterRef("role"), Value(""))) | Q(role=OuterRef("role")),
        limit_cents__gte=Coalesce(OuterRef("limit_from_cents"), 0),
    )
    counted = given.order_by().values("order").annotate(people=Count("pk")).values("people")
    return rules.filter(_fits(business), people__gt=Coalesce(Subquery(counted), 0))


def still_needed(*, business: Business, at: datetime) -> Expression:
    """What is open of a submitted order, as a list of `{"role", "limit"}`, and who has approved it; null elsewhere."""
    rules = open_rules(business=business, at=at).order_by("position")
    wanted = ArraySubquery(rules.values(asked=JSONObject(role="role", limit=Coalesce("limit_from_cents", 0))))
    given = _standing(business, _here).values(hand=JSONObject(person="approved_by_id", behind="on_behalf_of_id"))
    told = JSONObject(open=wanted, given=ArraySubquery(given))
    return Case(When(status=Status.SUBMITTED, then=told), default=None, output_field=JSONField())


def _hands(member: StaffMember, at: datetime, of: Of) -> TenantQuerySet[ApprovalLimit]:
    """The limits within which a member could approve an order: the own one, and those of whom it stands in for."""
    business = member.business
    held = deputies.in_force(business=business, at=at).select_related(None)
    lent = held.filter(delegate=member, delegator=OuterRef("staff_member"))
    limits = ApprovalLimit.objects.for_business(business).filter(Q(staff_member=member) | Q(Exists(lent)))
    owner = OuterRef("staff_member")
    has_approved = _standing(business, _below(of)).filter(Q(approved_by=owner) | Q(on_behalf_of=owner))
    return limits.filter(
        ~Q(among("staff_member_id", of("contributor_ids"))),
        ~Q(Exists(has_approved)),
        currency=of("currency"),
        amount_cents__gte=of("total_cents"),
    )


def _standing(business: Business, of: Of) -> TenantQuerySet[OrderApproval]:
    """The approvals by people of an order's very terms since they were submitted, by nobody who touched them since."""
    rows = OrderApproval.objects.for_business(business).filter(
        order=of("pk"),
        submitted_at=of("submitted_at"),
        terms_sha256=of("terms_sha256"),
        approved_by__isnull=False,
    )
    contributors = of("contributor_ids")
    is_clean = Q(on_behalf_of__isnull=True) | ~Q(among("on_behalf_of_id", contributors))
    return rows.filter(~Q(among("approved_by_id", contributors)), is_clean)


def _fits(business: Business) -> Q:
    """A rule fits an order when its currency does and one of its conditions holds; without any, always."""
    order = _here
    lines = _lines(business)
    is_unconditional = Q(
        total_from_cents=None,
        discount_above_percent=None,
        term_above_months=None,
        on_free_text=False,
        on_below_catalog=False,
    )
    has_open_end = Q(IsNull(order("term_months"), rhs=True)) & Q(Exists(lines.filter(billing_rule__in=RUNNING)))
    is_long = Q(term_above_months__lt=order("term_months")) | Q(term_above_months__isnull=False) & has_open_end
    is_free_text = Q(on_free_text=True) & Q(Exists(lines.filter(catalog_item=None)))
    has_prices = Q(Exact(order("currency"), Value(business.currency)))
    is_cheap = Q(on_below_catalog=True) & has_prices & Q(Exists(_below_catalog(lines)))
    holds = Q(total_from_cents__lte=order("total_cents")) | _is_discounted() | is_long | is_free_text | is_cheap
    return (Q(currency="") | Q(currency=order("currency"))) & (is_unconditional | holds)


def _is_discounted() -> Q:
    """The discount is more than a share of the lines' sum, in whole amounts: no quotient is rounded."""
    exact = DecimalField(max_digits=30, decimal_places=4)
    discount = ExpressionWrapper(OuterRef("discount_cents") * Value(100), output_field=exact)
    allowed = ExpressionWrapper(F("discount_above_percent") * OuterRef("subtotal_cents"), output_field=exact)
    return Q(GreaterThan(discount, allowed)) & Q(GreaterThan(OuterRef("subtotal_cents"), Value(0)))


def _lines(business: Business) -> TenantQuerySet[Line]:
    return Line.objects.for_business(business).filter(order=OuterRef(OuterRef("pk")))


def _below_catalog(lines: QuerySet[Line]) -> QuerySet[Line]:
    """Cheaper than the catalog's own price, from the start or by a step of its ramp."""
    price = JSONObject(price="catalog_item__unit_price_cents")
    steps = Func(
        F("ramp_schedule"),
        price,
        function="jsonb_path_exists",
        arg_joiner=", '$.steps[*].unit_price_cents ? (@ < $price)', ",
        output_field=BooleanField(),
    )
    is_cheap = Q(unit_price_cents__lt=F("catalog_item__unit_price_cents")) | Q(steps)
    return lines.filter(is_cheap, catalog_item__isnull=False)


def among(field: str, ids: Any) -> Func:
    """Whether an id stands in an array."""
    return Func(
        F(field), ids, template="(%(expressions)s))", arg_joiner=" = ANY(", output_field=BooleanField(), arity=2
    )
