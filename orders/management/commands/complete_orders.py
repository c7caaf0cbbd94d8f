from customers.actors import Actor
from orders.licensing import completing
from orders.licensing.completing import Completed
from orders.management.daily import DailyCommand


class Command(DailyCommand):
    help = (
        "Complete the licence orders that wait: approve and bill them, open, raise, renew or\n"
        "lower subscriptions, credit returns. Orders of customers who are no longer active fail.\n"
        "Run it as often as you like, also side by side: nothing is completed twice.\n\n"
        "Exit code 3 when an order could not be completed and is parked; it waits, all others\n"
        "are completed all the same."
    )
    example = "python manage.py complete_orders --as-of 2026-01-31"
    work = staticmethod(completing.complete_orders)
    by = Actor.system(name="complete_orders")
    last_day = "last day of orders"
    undone = "Not completed"

    def told(self, done: Completed, *, dry_run: bool) -> str:
        return f"as of {done.as_of}: {len(done.completed)} completed, {len(done.failed)} failed"
