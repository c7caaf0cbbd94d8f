from customers.actors import Actor
from orders.licensing import anniversaries
from orders.licensing.anniversaries import Renewed
from orders.management.daily import DailyCommand


class Command(DailyCommand):
    help = (
        "Settle the anniversaries that have come: subscriptions that renew get an order of\n"
        "their own and a new term, all others end. Customer by customer, as often as you like,\n"
        "also side by side: nothing is renewed twice.\n\n"
        "Exit code 3 when a customer could not be settled and is parked; all others are."
    )
    example = "python manage.py renew_subscriptions --as-of 2026-01-31"
    work = staticmethod(anniversaries.renew_subscriptions)
    by = Actor.system(name="renew_subscriptions")
    last_day = "last anniversary"
    undone = "Not renewed"

    def told(self, done: Renewed, *, dry_run: bool) -> str:
        return f"as of {done.as_of}: {len(done.orders)} renewal orders, {len(done.ended)} ended"
