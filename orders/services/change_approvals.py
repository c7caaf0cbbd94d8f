"""What an approval of a change order counts for: the rules that it touches, who has approved it, who is needed.

A change asks again for what it touches only: the size of what it moves, a contract total that it lifts to an amount,
lines it adds outside the catalog, prices it sets below the catalog's. Discount and term stay as they were approved.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import Coalesce

from billing.states import ChangePurpose
from catalog.models import CatalogItem
from customers import ledger
from customers.actors import Actor
from orders import policies
from orders.models import ChangeOrder, ChangeOrderApproval, ChangeOrderLine, Order
from orders.policies import Facts
from orders.services import approvals, four_eyes
from orders.services.approvals import Need, Verdict
from orders.services.four_eyes import Candidate
from orders.services.policies import policy_in_force, rules_of
from orders.states import ChangeOrderStatus

Lines = Sequence[ChangeOrderLine]
# What is amended meanwhile is valued as if there were no pause: a pause cannot be part of the same sum.
INTERRUPTING = (ChangePurpose.PAUSE, ChangePurpose.RESUME)


def need_of(*, change_order: ChangeOrder, lines: Lines, at: datetime) -> Need:
    """Who is needed for a change, by the policy in force at a moment."""
    policy = policy_in_force(business=change_order.business, at=at)
    rules = rules_of(policy)
    demands = policies.demands(rules=rules, facts=_facts(change_order, lines)) if rules else (policies.BASELINE,)
    return Need(policy=policy, demands=demands, standing=tuple(_standing(change_order)))


def verdict(*, change_order: ChangeOrder, lines: Lines, by: Actor, at: datetime) -> Verdict:
    """Whether this actor may approve a change now; if not, a sentence says why, without who can."""
    need = need_of(change_order=change_order, lines=lines, at=at)
    return approvals.verdict_on(matter=matter_of(change_order), need=need, by=by, at=at)


def who_can(*, change_order: ChangeOrder, need: Need, at: datetime, known: Sequence[Candidate] | None = None) -> str:
    """Who may approve it next, a sentence for each demand that is open; `known` are the candidates, if at hand."""
    return approvals.who_can_next(matter=matter_of(change_order), need=need, at=at, known=known)


def record(*, change_order: ChangeOrder, given: Verdict, by: Actor, at: datetime) -> ChangeOrderApproval:
    """Keep one approval with the terms and the policy it was made under. The change order's row is locked."""
    return ChangeOrderApproval.objects.create(
        business=change_order.business,
        change_order=change_order,
        terms_sha256=change_order.terms_sha256,
        **approvals.hand_of(given=given, by=by),
        at=at,
    )


def announce(*, change_order: ChangeOrder, given: Verdict, by: Actor, at: datetime) -> None:
    """Leave the event of an approval that others have to follow."""
    after = {
        **approvals.told(given=given, currency=change_order.currency),
        "terms_sha256": change_order.terms_sha256,
    }
    ledger.record(subject=change_order, action="countersign", by=by, at=at, after=after)


def matter_of(change_order: ChangeOrder) -> four_eyes.Matter:
    """A limit is held against the size of what is moved, up or down."""
    return four_eyes.Matter(
        business=change_order.business,
        name=str(change_order),
        currency=change_order.currency,
        amount_cents=abs(change_order.value_delta_cents),
        contributor_ids=change_order.contributor_ids,
    )


def _standing(change_order: ChangeOrder) -> Iterator[ChangeOrderApproval]:
    rows = ChangeOrderApproval.objects.for_business(change_order.business).filter(change_order_id=change_order.pk)
    related = rows.select_related("approved_by__user", "on_behalf_of__user", "policy", "credential")
    yield from related.order_by("id")


def _facts(change_order: ChangeOrder, lines: Lines) -> Facts:
    before = contract_cents(change_order)
    has_prices = change_order.currency == change_order.business.currency
    return Facts(
        currency=change_order.currency,
        total_cents=abs(change_order.value_delta_cents),
        lifted=(before, contract_with(change_order, before)),
        term_months=0,
        free_text_lines=sum(line.is_added and line.catalog_item_id is None for line in lines),
        below_catalog_lines=_below_catalog(change_order, lines) if has_prices else 0,
    )


def contract_cents(change_order: ChangeOrder) -> int:
    """The contract total as the changes so far have made it; a pause only interrupts it, and is not counted."""
    signed = Order.objects.for_business(change_order.business).filter(agreement=change_order.agreement)
    agreed = ChangeOrder.objects.for_business(change_order.business).filter(
        agreement=change_order.agreement, status=ChangeOrderStatus.APPROVED
    )
    agreed = agreed.exclude(purpose__in=INTERRUPTING)
    total = signed.values_list("total_cents", flat=True).first() or 0
    return total + int(agreed.aggregate(cents=Coalesce(Sum("value_delta_cents"), 0))["cents"])


def contract_with(change_order: ChangeOrder, before_cents: int) -> int:
    """The contract total once a change is approved."""
    return before_cents + (0 if change_order.purpose in INTERRUPTING else change_order.value_delta_cents)


def _below_catalog(change_order: ChangeOrder, lines: Lines) -> int:
    """How many lines get a price that is lower than the catalog's own."""
    priced = [line for line in lines if line.unit_price_cents is not None]
    prices = _catalog_prices(change_order, priced)
    return sum(
        approvals.lowest_price(line.unit_price_cents or 0, line.ramp_schedule) < prices[uid]
        for line in priced
        if (uid := _item_uid(line)) in prices
    )


def _catalog_prices(change_order: ChangeOrder, lines: Lines) -> Mapping[UUID | None, int]:
    uids = {uid for line in lines if (uid := _item_uid(line))}
    if not uids:
        return {}
    items = CatalogItem.objects.for_business(change_order.business).filter(uid__in=uids)
    return dict(items.values_list("uid", "unit_price_cents"))


def _item_uid(line: ChangeOrderLine) -> UUID | None:
    if line.agreement_line is not None:
        return line.agreement_line.catalog_item_uid
    return line.catalog_item.uid if line.catalog_item else None
