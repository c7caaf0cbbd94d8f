"""Customers: whom orders are for."""

from http import HTTPStatus

from customers import queries, services
from customers.permissions import Permission
from orders.api.dayzero import answers, page_queries, serializers
from orders.api.dayzero.door import DayZeroViewSet, existing
from orders.api.endpoint import Endpoint, Values

CUSTOMER = answers.CustomerBody()


class CustomerViews(DayZeroViewSet):
    @Endpoint(
        permission=Permission.READ,
        query=page_queries.LongPageQuery(),
        answer=CUSTOMER,
        code="CUSTOMERS_RETRIEVED",
        message="Customers retrieved successfully",
    )
    def list(self, values: Values) -> object:
        return self.listed(queries.customers(business=self.business), values)

    @Endpoint(
        permission=Permission.READ,
        answer=CUSTOMER,
        code="CUSTOMER_RETRIEVED",
        message="Customer retrieved successfully",
    )
    def retrieve(self, values: Values, customer_id: str) -> object:
        return existing(queries.customer_by_uid(business=self.business, uid=customer_id))

    @Endpoint(
        permission=Permission.DRAFT,
        body=serializers.CustomerInput(),
        answer=CUSTOMER,
        status=HTTPStatus.CREATED,
        code="CUSTOMER_CREATED",
        message="Customer created successfully",
    )
    def create(self, values: Values) -> object:
        return services.create_customer(
            business=self.business, name=values["name"], email=values["email"], by=self.actor, at=self.now
        )
