"""Whether an offer is for a customer: its segment, what it needs, what it does not go with, and its least quantity."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from catalog.models import LicenceOffer
from orders.licensing import eligibility
from orders.licensing.refusals import Ineligible
from orders.licensing.requests import LineRequest
from orders.licensing.shelves import Shelf
from orders.models import LicenceAccount


def ineligible(
    *, account: LicenceAccount, lines: Sequence[LineRequest], shelf: Shelf, on: date
) -> Iterator[tuple[int, Ineligible]]:
    """The numbers of lines whose offers are not for this customer, each with its first reason."""
    known = shelf.offers
    beside: list[tuple[str, Sequence[str]]] = [
        (offer.base_code, offer.incompatible_with) for offer in (known[line.offer] for line in lines)
    ]
    beside += [(row.offered_as, row.incompatible_with) for row in shelf.held]
    present = {product for product, _ in beside}
    excluded = {code for product, others in beside for code in others if code != product}
    short = set(_below_their_least(account, lines, shelf, on))
    for line in lines:
        offer = known[line.offer]
        if offer.market_segment not in ("", account.market_segment):
            yield line.number, Ineligible.MARKET_SEGMENT
        elif _is_incompatible(offer, present=present, excluded=excluded):
            yield line.number, Ineligible.SWITCH
        elif offer.add_on_of and offer.add_on_of not in present:
            yield line.number, Ineligible.ADD_ON
        elif line.number in short:
            yield line.number, Ineligible.CUSTOMER


def _is_incompatible(offer: LicenceOffer, *, present: Collection[str], excluded: Collection[str]) -> bool:
    """Whether something that is there excludes the offer, or the offer excludes it."""
    return offer.base_code in excluded or any(
        code in present for code in offer.incompatible_with if code != offer.base_code
    )


def _below_their_least(
    account: LicenceAccount,
    lines: Sequence[LineRequest],
    shelf: Shelf,
    on: date,
) -> Iterator[int]:
    """Lines of high-growth offers without a commitment, or with which a place has less than their least quantity."""
    known = shelf.offers
    growing = [line for line in lines if known[line.offer].growth_quantity]
    if not growing:
        return
    committed = eligibility.is_committed(account=account, on=on)
    had: Counter[tuple[str, str]] = Counter()
    for row in shelf.held:
        had[row.base_code, row.deployment] += row.quantity
    for line in lines:
        had[known[line.offer].base_code, line.deployment] += line.quantity or 0
    for line in growing:
        offer = known[line.offer]
        if not committed or had[offer.base_code, line.deployment] < (offer.growth_quantity or 0):
            yield line.number
