"""Customers: create, read, list, change, delete."""

from http import HTTPStatus
from typing import Any

from django.db import models

from customers import contacts, queries, services
from customers.permissions import Permission
from orders.api.bitbybit import answers, ids, serializers, translate
from orders.api.bitbybit.door import BitbybitViewSet, existing, numbered
from orders.api.endpoint import Endpoint, Values

CUSTOMER = answers.CustomerBody()
CODES = {"phoneNumber": translate.PHONE_SCHEME, "email": translate.EMAIL_SCHEME}


class CustomerViews(BitbybitViewSet):
    @Endpoint(permission=Permission.READ, grant="customers:read", query=serializers.PageQuery(), answer=CUSTOMER)
    def list(self, values: Values) -> object:
        return numbered(rows=self._customers(), page=values["page"], limit=values["limit"])

    @Endpoint(permission=Permission.READ, grant="customers:read", answer=CUSTOMER)
    def retrieve(self, values: Values, customer_id: str) -> object:
        return self._customer(customer_id)

    @Endpoint(
        permission=Permission.DRAFT,
        grant="customers:write",
        body=serializers.CustomerInput(),
        answer=CUSTOMER,
        status=HTTPStatus.CREATED,
    )
    def create(self, values: Values) -> object:
        """Add a customer, who has an e-mail address or a phone number that nobody else has."""
        phone, email = values.get("phoneNumber"), values.get("email")
        customer = services.create_customer(
            business=self.business,
            name=translate.full_name(values),
            email=email or "",
            phone=phone or "",
            codes=translate.customer_codes(phone=phone, email=email),
            attributes=translate.names(values),
            by=self.actor,
            at=self.now,
        )
        contacts.replace_addresses(
            customer=customer, addresses=translate.addresses(values) or (), by=self.actor, at=self.now
        )
        return self._customer(ids.written(ids.CUSTOMER, customer.uid))

    @Endpoint(permission=Permission.DRAFT, grant="customers:write", body=serializers.CustomerUpdate(), answer=CUSTOMER)
    def update(self, values: Values, customer_id: str) -> object:
        """Change what is sent; orders keep the words they were made with."""
        customer = self._customer(customer_id)
        codes = translate.customer_codes(phone=values.get("phoneNumber"), email=values.get("email"))
        contacts.change_customer(
            customer=customer,
            changes=_changes(customer, values),
            codes={scheme: codes.get(scheme, "") for name, scheme in CODES.items() if name in values},
            addresses=translate.addresses(values),
            by=self.actor,
            at=self.now,
        )
        return self._customer(customer_id)

    @Endpoint(permission=Permission.DRAFT, grant="customers:delete", answer=answers.DeletedBody())
    def destroy(self, values: Values, customer_id: str) -> object:
        """Let a customer go. Orders and invoices stay with the business."""
        customer = self._customer(customer_id)
        contacts.retire_customer(customer=customer, by=self.actor, at=self.now)
        return customer

    def _customers(self) -> models.QuerySet[Any]:
        return queries.active_customers(business=self.business).prefetch_related("addresses")

    def _customer(self, customer_id: str) -> Any:
        uid = ids.read(ids.CUSTOMER, customer_id)
        return existing(queries.active_customer_by_uid(business=self.business, uid=uid))


def _changes(customer: Any, values: Values) -> dict[str, object]:
    """The fields of the core behind those of the body."""
    changes: dict[str, object] = {}
    if "email" in values:
        changes["email"] = values["email"] or ""
    if "phoneNumber" in values:
        changes["phone"] = values["phoneNumber"] or ""
    if names := translate.names(values):
        changes["attributes"] = {**customer.attributes, **names}
        changes["name"] = translate.full_name({**customer.attributes, **names}) or customer.name
    return changes
