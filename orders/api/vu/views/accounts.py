"""Sold-to and ship-to accounts: whom orders are billed and sent to, by their numbers."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from customers import accounts
from customers import queries as customer_queries
from customers.permissions import Permission
from orders.api.endpoint import Endpoint, Values
from orders.api.vu import catalog_answers, catalog_serializers, intake, serializers, translate
from orders.api.vu.door import VuViewSet, listed
from orders.api.vu.errors import Refused

SOLD_TO = catalog_answers.AccountBody()
SHIP_TO = catalog_answers.ShipToAccountBody()
TAKEN = "Account number has already been taken"


class AccountViews(VuViewSet):
    """What both kinds of account share; an account is the address under its number.

    Of several parents' ship-to accounts of one number, the newest is meant.
    """

    keys = ("id", "account_number")
    column = "attributes__account_number"
    title = "Account"
    label: str

    def rows(self) -> QuerySet[Any]:
        return accounts.accounts(business=self.business, label=self.label)

    def changed(self, sent: Values) -> Any:
        """The account with what was sent in place of what it said."""
        account = self.one()
        shown = SHIP_TO if self.label == intake.SHIP_TO else SOLD_TO
        return accounts.put_address(
            customer=account.customer,
            label=account.label,
            reference=account.reference,
            words=translate.address({**shown.to_representation(account), **sent}),
            origin=account.origin,
            by=self.actor,
            at=self.now,
        )

    def removed(self) -> Any:
        account = self.one()
        shown = account.pk
        accounts.remove_address(address=account, by=self.actor, at=self.now)
        account.pk = shown
        return account

    def put_all(self, sent: list[Values], put: Callable[[Values], Any]) -> list[Any]:
        """One after the other by their numbers, so that no two batches wait for each other; answered as they came."""
        by_number = sorted(range(len(sent)), key=lambda n: _numbers(sent[n]))
        done = {n: put(sent[n]) for n in by_number}
        return [done[n] for n in range(len(sent))]

    def new(self, account: Any) -> Any:
        if account.created_at != self.now:
            raise Refused(TAKEN)
        return account


class SoldToViews(AccountViews):
    label = intake.SOLD_TO

    @Endpoint(
        permission=Permission.DRAFT,
        body=catalog_serializers.SoldToBody(),
        answer=SOLD_TO,
        code="sold_to_account",
        message="Create a sold-to account",
    )
    def create(self, values: Values) -> object:
        return self.new(intake.put_sold_to(values=values["sold_to_account"], by=self.actor, at=self.now))

    @Endpoint(
        permission=Permission.READ,
        query=serializers.ListQuery(),
        answer=SOLD_TO,
        code="sold_to_account",
        message="Get a sold-to account, or list them",
    )
    def read(self, values: Values) -> object:
        return self.one() if self.names_one else listed(self.rows(), values)

    @Endpoint(
        permission=Permission.DRAFT,
        body=catalog_serializers.SoldToUpdateBody(),
        answer=SOLD_TO,
        code="sold_to_account",
        message="Update a sold-to account",
    )
    def update(self, values: Values) -> object:
        return self.changed(values["sold_to_account"])

    @Endpoint(permission=Permission.DRAFT, answer=SOLD_TO, code="sold_to_account", message="Delete a sold-to account")
    def destroy(self, values: Values) -> object:
        """Forget the account. Its customer, orders and invoices stay, and its number finds that customer again."""
        return self.removed()

    @Endpoint(
        permission=Permission.DRAFT,
        body=catalog_serializers.SoldToBatchBody(),
        answer=SOLD_TO,
        code="sold_to_account",
        message="Create or update sold-to accounts",
        is_list=True,
    )
    def batch(self, values: Values) -> object:
        """All of them or none; a known number takes the new address."""
        return self.put_all(
            values["sold_to_accounts"], lambda sent: intake.put_sold_to(values=sent, by=self.actor, at=self.now)
        )


class ShipToViews(AccountViews):
    label = intake.SHIP_TO

    @Endpoint(
        permission=Permission.DRAFT,
        body=catalog_serializers.ShipToBody(),
        answer=SHIP_TO,
        code="ship_to_account",
        message="Create a ship-to account",
    )
    def create(self, values: Values) -> object:
        return self.new(self._put(values["ship_to_account"]))

    @Endpoint(
        permission=Permission.READ,
        query=serializers.ListQuery(),
        answer=SHIP_TO,
        code="ship_to_account",
        message="Get a ship-to account, or list them",
    )
    def read(self, values: Values) -> object:
        return self.one() if self.names_one else listed(self.rows(), values)

    @Endpoint(
        permission=Permission.DRAFT,
        body=catalog_serializers.ShipToUpdateBody(),
        answer=SHIP_TO,
        code="ship_to_account",
        message="Update a ship-to account",
    )
    def update(self, values: Values) -> object:
        return self.changed(values["ship_to_account"])

    @Endpoint(permission=Permission.DRAFT, answer=SHIP_TO, code="ship_to_account", message="Delete a ship-to account")
    def destroy(self, values: Values) -> object:
        """Forget the account. Orders keep the address as it was written."""
        return self.removed()

    @Endpoint(
        permission=Permission.DRAFT,
        body=catalog_serializers.ShipToBatchBody(),
        answer=SHIP_TO,
        code="ship_to_account",
        message="Create or update ship-to accounts",
        is_list=True,
    )
    def batch(self, values: Values) -> object:
        """All of them or none; a known number takes the new address."""
        return self.put_all(values["ship_to_accounts"], self._put)

    def _put(self, sent: Values) -> Any:
        parent = customer_queries.customer_by_code(
            business=self.business, scheme=translate.ACCOUNT_SCHEME, code=sent["parent_account_number"]
        )
        if parent is None:
            raise Refused("Parent account number is invalid")
        return intake.put_ship_to(values=sent, customer=parent, by=self.actor, at=self.now)


def _numbers(sent: Values) -> tuple[str, str]:
    return sent.get("parent_account_number", ""), sent["account_number"]
