"""Orders: created empty, filled, placed, approved, captured, refunded, cancelled, thrown away."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from customers.permissions import Permission
from orders import services, store_queries
from orders.api.commercelayer import faults, inputs, translate
from orders.api.commercelayer.documents import Document
from orders.api.commercelayer.door import Action, ResourceViews
from orders.api.commercelayer.resources import RESOURCES
from orders.api.commercelayer.resources.orders import ORDERS
from orders.api.endpoint import Values
from orders.services.cart_changes import NO_CHANGES

# What a trigger does, in the order in which those of one request are done, and who may.
STEPS: tuple[tuple[str, Permission, Callable[..., Any]], ...] = (
    ("_update_taxes", Permission.DRAFT, lambda **given: services.change_cart(changes=NO_CHANGES, **given)),
    ("_refresh", Permission.DRAFT, services.refresh_prices),
    ("_place", Permission.SUBMIT, services.place_order),
    ("_approve", Permission.APPROVE, services.approve_order),
    ("_capture", Permission.BILL, services.capture_order),
    ("_refund", Permission.BILL, services.refund_order),
    ("_cancel", Permission.APPROVE, services.cancel_placed),
)


class OrderViews(ResourceViews):
    resource = ORDERS

    @Action(permission=Permission.DRAFT, writes=inputs.ORDER_CREATE, status=HTTPStatus.CREATED, is_draft=True)
    def create(self, values: Values) -> object:
        """An order of a market, the one named, else the token's; empty but for what is said of it."""
        document: Document = values["document"]
        if self.is_at_once and (document.sent or document.links.keys() - {"market"}):
            raise services.NotAtOnce
        targets = self.pointed_at(document)
        market = targets.get("market") or self.scope.market
        changes = self._changes(document.attributes(given=frozenset({"market"} if market else ())), targets)
        if self.is_at_once:
            return services.draft_cart(
                business=self.business, market=market, by=self.actor, at=self.now, asked_by=self.asked_by
            )
        order = services.create_cart(business=self.business, market=market, changes=changes, by=self.actor, at=self.now)
        return self.answer(store_queries.just_made(order)) if changes == NO_CHANGES else self.again(order)

    def shown(self, draft: services.Draft) -> object:
        """An empty cart, as it is stored."""
        return self.answer(store_queries.just_made(draft.shown()))

    @Action(permission=Permission.DRAFT, writes=inputs.ORDER_UPDATE)
    def update(self, values: Values, key: str) -> object:
        """Change what is given, then do what the triggers say."""
        document: Document = values["document"]
        order = self.pointed(key)
        targets = self.pointed_at(document)
        sent = document.attributes()
        self.check_filled(order)
        changes = self._changes(sent, targets)
        if changes != NO_CHANGES:
            self._write(order, changes)
        for trigger, permission, step in STEPS:
            if sent.get(trigger):
                self.actor.require(permission, business=self.business)
                step(order=order, by=self.actor, at=self.now)
        return self.again(order)

    @Action(permission=Permission.APPROVE, status=HTTPStatus.NO_CONTENT)
    def destroy(self, values: Values, key: str) -> object:
        """Throw a draft away."""
        services.discard_cart(order=self.pointed(key), by=self.actor, at=self.now)
        return None

    def _write(self, order: Any, changes: services.CartChanges) -> None:
        is_note = changes == services.CartChanges(words=changes.words) and changes.words.keys() <= {
            "reference",
            "metadata",
        }
        change = services.note_cart if is_note else services.change_cart
        change(order=order, changes=changes, by=self.actor, at=self.now)

    def _changes(self, sent: dict[str, Any], targets: dict[str, Any]) -> services.CartChanges:
        found = {name: self._named(sent, name) for name in ("_shipping_address_clone_id", "_billing_address_clone_id")}
        return translate.cart_changes(
            sent=sent, targets=targets, addresses=found, saved_source=self._saved_source(sent)
        )

    def _named(self, sent: dict[str, Any], name: str) -> Any:
        """The address that an attribute names by its id. Raises Refused with 422 for none."""
        if not sent.get(name):
            return None
        found = RESOURCES["addresses"].find(self.scope, sent[name])
        if found is None:
            raise faults.unprocessable([faults.attribute(name, "is invalid", "invalid")])
        return found

    def _saved_source(self, sent: dict[str, Any]) -> Any:
        """The payment source that `_customer_payment_source_id` names. Raises Refused with 422 for none."""
        name = "_customer_payment_source_id"
        if not sent.get(name):
            return None
        keys = (self.scope.decode(kind, sent[name]) for kind in inputs.SOURCES)
        key = next((key for key in keys if key is not None), None)
        found = store_queries.payment_source(business=self.business, pk=key) if key is not None else None
        if found is None:
            raise faults.unprocessable([faults.attribute(name, "is invalid", "invalid")])
        return found
