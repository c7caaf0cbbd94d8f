"""An order comes in: its accounts, the order itself, submitted at once, and the promise of its dates."""

from datetime import datetime
from typing import Any, TypeAlias

from customers import accounts
from customers import queries as customer_queries
from customers import services as customer_services
from customers.actors import Actor
from orders import intake_sql, replay, services
from orders.api.endpoint import Values
from orders.api.vu import translate, words
from orders.api.vu.errors import Refused
from orders.commands import Origin, PartySpec

SOLD_TO = "sold_to"
SHIP_TO = "ship_to"
Account: TypeAlias = Any


def take_order(
    *, values: Values, by: Actor, at: datetime, is_at_once: bool = False, asked_by: replay.KeyedRequest | None = None
) -> services.Draft:
    """The order of a validated body, with accounts that are as it says: put so before, in the same transaction.

    Raises Refused for an unknown recipe, what the services raise, and NotAtOnce where it may not put accounts.
    """
    assert by.credential is not None
    business = by.credential.business
    found = intake_sql.find(
        business=business,
        scheme=translate.ACCOUNT_SCHEME,
        code=values["sold_to"]["account_number"],
        addresses=[(SOLD_TO, ""), (SHIP_TO, values["ship_to"]["account_number"])],
        tokens={line["recipe_token"] for line in values["order_lines"]},
    )
    _check_recipes(values, found)
    sold_to, ship_to = _kept_accounts(values, found) if is_at_once else _put_accounts(values, by, at)
    parties = (
        _party(SOLD_TO, values["sold_to"], sold_to),
        _party(SHIP_TO, values["ship_to"], ship_to),
    )
    command = translate.create_order(values, customer=str(sold_to.customer.uid), parties=parties)
    draft = services.draft_order(business=business, command=command, by=by, at=at, asked_by=asked_by)
    # Nobody starts before an order is here, nor before the day that it bears.
    received_at = max(at, values["order_date"])
    return services.track_draft(
        draft=services.submit_draft(draft=draft, by=by, at=at),
        factories=translate.factories(values),
        method=translate.ship_method(values),
        days=found.days,
        received_on=customer_queries.today(business=business, at=received_at),
        by=by,
        at=at,
    )


def _put_accounts(values: Values, by: Actor, at: datetime) -> tuple[Account, Account]:
    sold_to = put_sold_to(values=values["sold_to"], by=by, at=at)
    return sold_to, put_ship_to(values=_place(values), customer=sold_to.customer, by=by, at=at)


def _kept_accounts(values: Values, found: intake_sql.Found) -> tuple[Account, Account]:
    """Both accounts, if there is nothing to put. Raises NotAtOnce."""
    sold_to = found.addresses.get((SOLD_TO, ""))
    ship_to = found.addresses.get((SHIP_TO, values["ship_to"]["account_number"]))
    for known, sent in ((sold_to, values["sold_to"]), (ship_to, _place(values))):
        if known is None or not accounts.says(address=known, words=translate.address(sent)):
            raise services.NotAtOnce
    return sold_to, ship_to


def _place(values: Values) -> Values:
    return {**values["ship_to"], "parent_account_number": values["sold_to"]["account_number"]}


def put_sold_to(*, values: Values, by: Actor, at: datetime) -> Account:
    """The sold-to account under this number, with this address; a customer of ours stands behind each."""
    assert by.credential is not None
    customer = customer_services.find_or_create_customer(
        business=by.credential.business,
        codes={translate.ACCOUNT_SCHEME: values["account_number"]},
        name=translate.account_name(values),
        email=values.get("email") or "",
        phone=values.get("phone") or "",
        by=by,
        at=at,
    )
    return accounts.put_address(
        customer=customer,
        label=SOLD_TO,
        reference="",
        words=translate.address(values),
        origin=Origin.VU,
        by=by,
        at=at,
    )


def put_ship_to(*, values: Values, customer: Any, by: Actor, at: datetime) -> Account:
    """The ship-to account under this number of a sold-to account's customer, with this address."""
    return accounts.put_address(
        customer=customer,
        label=SHIP_TO,
        reference=values["account_number"],
        words=translate.address(values),
        origin=Origin.VU,
        by=by,
        at=at,
    )


def _party(role: str, values: Values, account: Account) -> PartySpec:
    return translate.party(role, translate.address(values), account)


def _check_recipes(values: Values, found: intake_sql.Found) -> None:
    faults = [place for place, line in enumerate(values["order_lines"]) if line["recipe_token"] in found.unknown_tokens]
    if faults:
        paths = (words.place(("order_lines", place, "recipe_token")) for place in faults[: words.MOST_FAULTS])
        raise Refused(", ".join(f"{path} is invalid" for path in paths))
