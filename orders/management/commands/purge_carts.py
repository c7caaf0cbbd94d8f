from customers.actors import Actor
from orders import services
from orders.management.daily import DailyCommand
from orders.services.purging import Purged


class Command(DailyCommand):
    help = (
        "Throw away the carts of stores that have no customer and that nobody has touched for\n"
        "two months. They are kept as cancelled, for the records; their store sees them no more.\n"
        "Carts with a customer stay. Run it as often as you like, also side by side."
    )
    example = "python manage.py purge_carts --as-of 2026-01-31 --dry-run"
    work = staticmethod(services.purge_carts)
    by = Actor.system(name="purge_carts")
    last_day = "count two months back from here"

    def fields(self, done: Purged) -> dict[str, object]:
        return {"as_of": done.as_of, "untouched_since": done.untouched_since, "carts": done.numbers}

    def told(self, done: Purged, *, dry_run: bool) -> str:
        return f"untouched since {done.untouched_since}: {len(done.numbers)} thrown away"
