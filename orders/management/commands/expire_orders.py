from customers.actors import Actor
from orders.management.daily import DailyCommand
from orders.services import validity
from orders.services.validity import Expired


class Command(DailyCommand):
    help = (
        "Cancel the offers that nobody signed by the last day on which they were valid.\n"
        "Run it as often as you like, also side by side: nothing expires twice. An order that\n"
        "was signed in time, or of which a part is shipped, stays."
    )
    example = "python manage.py expire_orders --as-of 2026-01-31"
    work = staticmethod(validity.expire_orders)
    by = Actor.system(name="expire_orders")
    last_day = "offers valid until before this day"

    def told(self, done: Expired, *, dry_run: bool) -> str:
        would = "would expire" if dry_run else "expired"
        counts = f"{len(done.expired)} {would}, {len(done.kept)} shipped in part"
        return "\n  ".join([f"as of {done.as_of}: {counts}", *done.expired])
