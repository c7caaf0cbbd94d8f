"""The rate of a billing run beside its floor, in interleaved rounds on one durable server."""

import argparse
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date

import django

DAY, FOLLOWING = date(2026, 1, 31), date(2026, 2, 28)


def main() -> None:
    """Print invoices per second of both, their ratio, and the peak memory of this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invoices", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    ratios = [_round(chosen.invoices) for _ in range(chosen.rounds)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(
        f"{chosen.invoices} invoices of 3 lines, {chosen.rounds} rounds: run / floor = "
        f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}), peak memory {peak} MB\n"
    )


def _round(invoices: int) -> float:
    from bench import floor_billing, seed
    from billing import services
    from customers.actors import Actor

    ours, floors = seed.agreements(count=invoices), seed.agreements(count=invoices)
    by = Actor.system(name="run_billing")
    run = _rate(
        lambda: services.run_billing(business=ours, as_of=DAY, by=by, at=seed.NOON).documents, expected=invoices
    )
    floor = _rate(lambda: floor_billing.bill(business=floors, day=DAY, following=FOLLOWING), expected=invoices)
    sys.stdout.write(f"run {run:,.0f}/s, floor {floor:,.0f}/s\n")
    return run / floor


def _rate(work: Callable[[], int], *, expected: int) -> float:
    started = time.perf_counter()
    done = work()
    took = time.perf_counter() - started
    if done != expected:
        raise SystemExit(f"{done} invoices issued, {expected} expected")
    return expected / took


if __name__ == "__main__":
    main()
