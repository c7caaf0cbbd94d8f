"""The resources around an order: addresses, customers, shipments, payment sources, and what can only be read."""

from http import HTTPStatus
from typing import Any

from customers import addresses
from customers import services as customer_services
from customers.permissions import Permission
from orders import services
from orders.api.commercelayer import faults, inputs, translate
from orders.api.commercelayer.documents import Document
from orders.api.commercelayer.door import Action, ResourceViews, existing
from orders.api.commercelayer.resource import Resource
from orders.api.commercelayer.resources import parties, payments, shipping
from orders.api.endpoint import Values
from orders.commands import Origin
from orders.services.cart_changes import SCHEME


class AddressViews(ResourceViews):
    resource = parties.ADDRESSES

    @Action(permission=Permission.DRAFT, writes=inputs.ADDRESS_CREATE, status=HTTPStatus.CREATED)
    def create(self, values: Values) -> object:
        document: Document = values["document"]
        row = addresses.create_address(
            business=self.business,
            origin=Origin.COMMERCELAYER,
            words=translate.address(document.attributes(), known={}),
            by=self.actor,
            at=self.now,
        )
        return self.again(row)

    @Action(permission=Permission.DRAFT, writes=inputs.ADDRESS_UPDATE)
    def update(self, values: Values, key: str) -> object:
        document: Document = values["document"]
        row = self.row(key)
        words = translate.address(document.attributes(), known=row.attributes)
        return self.again(addresses.update_address(address=row, words=words, by=self.actor, at=self.now))


class CustomerViews(ResourceViews):
    resource = parties.CUSTOMERS

    @Action(permission=Permission.DRAFT, writes=inputs.CUSTOMER_CREATE, status=HTTPStatus.CREATED)
    def create(self, values: Values) -> object:
        """The customer of an e-mail address, in whatever case: found, or made. A store changes nobody who is found."""
        document: Document = values["document"]
        sent = document.attributes()
        row = customer_services.find_or_create_customer(
            business=self.business,
            codes={SCHEME: sent["email"].lower()},
            name=sent["email"],
            email=sent["email"],
            by=self.actor,
            at=self.now,
        )
        is_known = row.created_at != self.now
        return self.again(row if is_known and self.scope.is_store else self._noted(row, sent))

    @Action(permission=Permission.APPROVE, writes=inputs.CUSTOMER_UPDATE)
    def update(self, values: Values, key: str) -> object:
        document: Document = values["document"]
        row = self.row(key)
        return self.again(self._noted(row, document.attributes()))

    def again(self, row: Any) -> object:
        return self.answer(existing(parties.CUSTOMERS.rows(self.scope).filter(pk=row.pk).first()))

    def _noted(self, row: Any, sent: dict[str, Any]) -> Any:
        words: dict[str, object] = {name: sent[name] for name in ("reference", "metadata") if name in sent}
        if not words:
            return row
        return customer_services.annotate_customer(customer=row, attributes=words, by=self.actor, at=self.now)


class ShipmentViews(ResourceViews):
    resource = shipping.SHIPMENTS

    @Action(permission=Permission.DRAFT, writes=inputs.SHIPMENT_UPDATE)
    def update(self, values: Values, key: str) -> object:
        """Choose how it travels; an integration may also say that it has left the house."""
        document: Document = values["document"]
        row = self.pointed(key)
        targets = self.pointed_at(document)
        sent = document.attributes()
        self.check_filled(row.order)
        if sent.get("tracking_number") and not sent.get("_ship"):
            raise faults.unprocessable([faults.attribute("tracking_number", "goes with _ship", "invalid")])
        if "shipping_method" in targets:
            changes = services.CartChanges(words={}, shipping_method=targets["shipping_method"])
            services.change_cart(order=row.order, changes=changes, by=self.actor, at=self.now)
        if sent.get("_ship"):
            tracking_number = sent.get("tracking_number") or ""
            services.dispatch(shipment=row, tracking_number=tracking_number, by=self.actor, at=self.now)
        return self.again(row)


class PaymentSourceViews(ResourceViews):
    """Of one type; creating one pays the order with it. Each type has a class of its own, made by `of_type`."""

    @classmethod
    def of_type(cls, source_type: str) -> type["PaymentSourceViews"]:
        """The views of one type of payment source."""

        @Action(permission=Permission.DRAFT, writes=inputs.SOURCE_CREATE[source_type], status=HTTPStatus.CREATED)
        def create(view: "PaymentSourceViews", values: Values) -> object:
            document: Document = values["document"]
            targets = view.pointed_at(document)
            sent = document.attributes()
            view.check_filled(targets["order"])
            kept = {name: value for name, value in sent.items() if name not in payments.SECRETS}
            row = services.add_payment_source(
                order=targets["order"], source_type=source_type, attributes=kept, by=view.actor, at=view.now
            )
            return view.again(row)

        resource = payments.SOURCES[source_type]
        return type(f"{source_type.title()}Views", (cls,), {"resource": resource, "create": create})


def read_only(resource: Resource) -> type[ResourceViews]:
    """The views of a resource that staff keep in the admin."""
    return type(f"{resource.type.title()}Views", (ResourceViews,), {"resource": resource})
