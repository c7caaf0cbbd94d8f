"""The ways into a database: of seeded orders a Day Zero key and an approver's session, of the demo all keys."""

from django.conf import settings
from django.test import Client
from django.utils import timezone

from catalog.models import CatalogItem
from customers import credentials
from customers.actors import Actor, Channel
from customers.models import Business, Customer, StaffMember
from customers.permissions import Permission, Role
from orders import seeding
from orders.demo.access import open_demo

WORKERS = 2


def ways_in(*, orders: int, months: int) -> dict[str, str]:
    """The variables that name them, as in `demo.env`, and SESSION, the cookie of an approver."""
    business = Business.objects.order_by("id").first() or _seeded(orders, months)
    issued = credentials.issue(
        business=business,
        door=Channel.DAYZERO,
        name="Bench",
        scopes=frozenset(Permission),
        at=timezone.now(),
        by=Actor.system(),
    )
    client = Client()
    client.force_login(StaffMember.objects.for_business(business).get(role=Role.APPROVER).user)
    return {
        "DAYZERO_TOKEN": issued.token,
        "DAYZERO_BUSINESS_ID": str(business.uid),
        "DAYZERO_CUSTOMER_ID": str(Customer.objects.for_business(business).order_by("id")[0].uid),
        "ITEM_ID": str(CatalogItem.objects.for_business(business).order_by("id")[0].uid),
        "SESSION": client.cookies[settings.SESSION_COOKIE_NAME].value,
    }


def of_the_demo() -> dict[str, str]:
    """The variables of `demo.env` and ITEM_ID; the demo is made where there is none, keys are made anew."""
    found = open_demo(at=timezone.now(), base_url="")
    items = CatalogItem.objects.filter(business__uid=found["DAYZERO_BUSINESS_ID"])
    return {**found, "ITEM_ID": str(items.earliest("id").uid)}


def _seeded(orders: int, months: int) -> Business:
    """Foreign keys and triggers are left out to save time: `verify_books` and the tests prove the same rows."""
    seeded = seeding.seed_orders(orders=orders, at=timezone.now(), months=months, workers=WORKERS, is_checked=False)
    return seeded.business
