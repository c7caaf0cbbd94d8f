"""Metered events taken in beside COPY and ON CONFLICT DO NOTHING of the same rows, batch by batch in turns."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from bench import results, table
from bench.begin import begin
from bench.billing import Stopwatch

if TYPE_CHECKING:
    from billing.models import AgreementLine
    from billing.services import UsageEvent

BATCH, TARGET = 2_000, 0.3
WIDTHS = 9, 24, 24, 12, 12
TAKEN = """
    CREATE TEMP TABLE taken (event_id text, occurred_at timestamptz, local_date date, quantity numeric) ON COMMIT DROP
"""
STORED = """
    INSERT INTO billing_usage (
        business_id, uid, agreement_line_id, event_id, corrects, occurred_at, local_date, period, quantity, received_at
    )
    SELECT %(business)s, gen_random_uuid(), %(line)s, event_id, '', occurred_at, local_date, 0, quantity, %(at)s
    FROM taken
    ON CONFLICT (business_id, agreement_line_id, event_id) DO NOTHING
"""
ROWS = "SELECT count(*), count(DISTINCT event_id), sum(quantity) FROM billing_usage WHERE agreement_line_id = %(line)s"


@dataclass(frozen=True, kw_only=True)
class Round:
    """Events per second of each, and the processor time of an event, server and all."""

    events: int
    taken_rate: float
    floor_rate: float
    taken_cpu_us: float
    floor_cpu_us: float

    @property
    def ratio(self) -> float:
        return self.taken_rate / self.floor_rate

    @property
    def cpu_ratio(self) -> float:
        return self.floor_cpu_us / self.taken_cpu_us


def main() -> None:
    """Print the medians with their least and most; with --json store every round."""
    parser = results.parser(__doc__)
    parser.add_argument("--events", type=int, default=20_000, help="how many in a round, in batches of 2,000")
    chosen = parser.parse_args()
    begin()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    table.say("events", "taken in ÷ floor", "CPU of floor ÷ taken in", "taken/s", "floor/s", widths=WIDTHS)
    rounds = [measured(events=chosen.events) for _ in range(chosen.rounds)]
    table.say(
        f"{chosen.events:,}",
        table.spread([each.ratio for each in rounds]),
        table.spread([each.cpu_ratio for each in rounds]),
        f"{max(each.taken_rate for each in rounds):,.0f}",
        f"{max(each.floor_rate for each in rounds):,.0f}",
        widths=WIDTHS,
    )
    rows = [{**asdict(each), "ratio": each.ratio, "cpu_ratio": each.cpu_ratio} for each in rounds]
    results.store(chosen.json, {"target": TARGET, "rounds": rows})


def measured(*, events: int) -> Round:
    """One round: batches of new events in turns, then the last batch of both once more, which changes nothing."""
    from bench.billing import _backend
    from billing import services
    from customers import wall
    from customers.actors import Actor

    ours, theirs = metered_line(), metered_line()
    above, below = Stopwatch(server=_backend()), Stopwatch(server=_backend())
    by = Actor.system()
    for first in range(0, events, BATCH):
        batch = _events(ours, first, min(BATCH, events - first))
        at = batch[0].occurred_at
        with wall.within(ours.business_id):
            above.time(
                lambda batch=batch, at=at: services.record_events(agreement=ours.agreement, events=batch, by=by, at=at)  # type: ignore[misc]
            )
        below.time(lambda batch=batch: store(theirs, batch))  # type: ignore[misc]
    services.record_events(agreement=ours.agreement, events=batch, by=by, at=at)
    store(theirs, batch)
    for line in (ours, theirs):
        check(line, events=events)
    return Round(
        events=events,
        taken_rate=events / above.wall,
        floor_rate=events / below.wall,
        taken_cpu_us=above.cpu / events * 1e6,
        floor_cpu_us=below.cpu / events * 1e6,
    )


def metered_line() -> "AgreementLine":
    """A metered line of an agreement of a business of its own."""
    from bench import seed
    from billing.models import AgreementLine

    business = seed.agreements(count=1, rule="usage_metered")
    lines = AgreementLine.objects.for_business(business).select_related("agreement__business")
    return lines.order_by("position")[0]


def _events(line: "AgreementLine", first: int, count: int) -> "list[UsageEvent]":
    from bench import seed
    from billing.services import UsageEvent

    return [
        UsageEvent(
            event_id=f"event-{number:09d}-{uuid4().hex[:8]}",
            order_line_uid=line.order_line_uid,
            occurred_at=seed.NOON + timedelta(seconds=number % 86_400),
            quantity=Decimal(1),
        )
        for number in range(first, first + count)
    ]


def store(line: "AgreementLine", events: "Sequence[UsageEvent]") -> None:
    """The floor: the rows that are new, in one transaction."""
    from django.db import connection, transaction

    from bench import seed

    values: dict[str, Any] = {"business": line.business_id, "line": line.pk, "at": seed.NOON}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TAKEN)
        with cursor.copy("COPY taken FROM STDIN") as copy:
            for event in events:
                day = event.occurred_at.date()
                copy.write_row((event.event_id, event.occurred_at, day, event.quantity))
        cursor.execute(STORED, values)
        cursor.execute("DROP TABLE taken")


def check(line: "AgreementLine", *, events: int) -> None:
    """Stop unless each event is stored once."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"line": line.pk})
        found = cursor.fetchone()
    if found != (events, events, events):
        raise SystemExit(f"Not the rows of {events} events: {found}.")


if __name__ == "__main__":
    main()
