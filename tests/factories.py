"""Rows to test with: readable, never random. What matters to a test stands in the test."""

from datetime import UTC, datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from factory.declarations import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from catalog.models import CatalogItem
from customers.models import ApprovalLimit, Business, Customer, Project, StaffMember, User
from customers.permissions import Role

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def uid(kind: int, number: int) -> UUID:
    """A public id that one can read in a failing test."""
    return UUID(f"{kind:08d}-0000-4000-8000-{number:012d}")


class BusinessFactory(DjangoModelFactory[Business]):
    class Meta:
        model = Business

    uid = Sequence(lambda n: uid(1, n + 1))
    name = Sequence(lambda n: f"Business {n + 1}")
    currency = "USD"
    timezone = "UTC"
    net_days = 30
    created_at = NOON


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    username = Sequence(lambda n: f"person{n + 1}")
    email = LazyAttribute(lambda user: f"{user.username}@example.com")
    is_staff = True
    password = LazyFunction(lambda: make_password("correct horse battery"))


class StaffMemberFactory(DjangoModelFactory[StaffMember]):
    class Meta:
        model = StaffMember

    business = SubFactory(BusinessFactory)
    user = SubFactory(UserFactory)
    role = Role.DRAFTER


class ApprovalLimitFactory(DjangoModelFactory[ApprovalLimit]):
    class Meta:
        model = ApprovalLimit

    business = SelfAttribute("staff_member.business")
    staff_member = SubFactory(StaffMemberFactory)
    currency = "USD"
    amount_cents = 100_000_000


class CustomerFactory(DjangoModelFactory[Customer]):
    class Meta:
        model = Customer

    business = SubFactory(BusinessFactory)
    uid = Sequence(lambda n: uid(2, n + 1))
    name = Sequence(lambda n: f"Customer {n + 1}")
    email = "books@example.com"
    created_at = NOON
    updated_at = NOON


class ProjectFactory(DjangoModelFactory[Project]):
    class Meta:
        model = Project

    business = SubFactory(BusinessFactory)
    uid = Sequence(lambda n: uid(3, n + 1))
    name = "Website"
    created_at = NOON


class CatalogItemFactory(DjangoModelFactory[CatalogItem]):
    class Meta:
        model = CatalogItem

    business = SubFactory(BusinessFactory)
    uid = Sequence(lambda n: uid(4, n + 1))
    name = Sequence(lambda n: f"Item {n + 1}")
    created_at = NOON
    updated_at = NOON
