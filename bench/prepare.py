"""Fill the database that BENCH_DATABASE names with so many orders, once, and tell the ways in as JSON.

Without --orders it is the demo, with the keys to all doors.
"""

import argparse
import json
import sys

from bench.begin import begin


def main() -> None:
    """Nothing is filled anew where the orders are there already; a key and a session are made each time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int)
    parser.add_argument("--months", type=int, help="invoices on an agreement at the most")
    chosen = parser.parse_args()
    begin()
    from django.core.management import call_command

    from bench import ways

    call_command("migrate", verbosity=0)
    told = ways.ways_in(orders=chosen.orders, months=chosen.months) if chosen.orders else ways.of_the_demo()
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
