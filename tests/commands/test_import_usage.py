import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from billing import services
from billing.engine.terms import Rule
from billing.models import AgreementLine, Usage
from billing.services import usage_imports
from orders.models import Order
from tests.billing.test_runs import run
from tests.billing.test_usage import billed
from tests.cast import Company, approved, line, monthly
from tests.commands.conftest import Manage

HEADER = "event_id,order_number,line,quantity,occurred_at\n"


@pytest.fixture
def order(acme: Company) -> Order:
    """Calls at 2.50 on line 1, a plan on line 2, five hours on line 3; billed by the month from 1 January."""
    return approved(
        acme,
        line(qty="0", unit_price_cents=250, rule=Rule.USAGE_METERED),
        monthly(),
        line(qty="5", unit_price_cents=100, rule=Rule.PER_UNIT),
        start="2026-01-01",
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "usage.csv"


def write(file: Path, *rows: str, header: str = HEADER) -> Path:
    file.write_bytes((header + "".join(f"{row}\n" for row in rows)).encode())
    return file


def stored(company: Company) -> list[tuple[str, Decimal]]:
    rows = Usage.objects.for_business(company.business).order_by("id")
    return [(row.event_id, row.quantity) for row in rows]


def row(order: Order, event_id: str = "e1", number: str = "1", quantity: str = "4", day: str = "2026-01-10") -> str:
    return f"{event_id},{order.number},{number},{quantity},{day}T12:00:00Z"


def test_events_are_recorded_and_billed(acme: Company, order: Order, file: Path, manage: Manage) -> None:
    write(file, row(order, "e1"), row(order, "e2", quantity="1.5"), row(order, "h1", number="3", quantity="2"))

    ended = manage("import_usage", file)

    assert (ended.code, ended.err) == (0, "")
    assert ended.out == f"{file}: 3 rows, 3 new, 0 duplicates, 0 bad (0 of them conflicts)\n"
    run(acme, "2026-02-01")
    assert ("2026-02-01", "usage", 1_375) in billed(acme)
    assert ("2026-02-01", "usage", 200) in billed(acme)


def test_the_same_file_again_records_nothing_twice(acme: Company, order: Order, file: Path, manage: Manage) -> None:
    write(file, row(order, "e1"), row(order, "h1", number="3"))
    manage("import_usage", file)

    again = manage("import_usage", file)

    assert again.code == 0
    assert "2 rows, 0 new, 2 duplicates, 0 bad" in again.out
    assert stored(acme) == [("e1", Decimal(4)), ("h1", Decimal(4))]


def test_an_id_with_another_content_is_a_conflict_and_the_first_stays(
    acme: Company, order: Order, file: Path, manage: Manage
) -> None:
    write(file, row(order, "e1"), row(order, "e1", quantity="5"), row(order, "e1"))

    ended = manage("import_usage", file)

    assert ended.code == 1
    assert ended.out.splitlines() == [
        "line 3: event e1 is known with another content, which stays",
        f"{file}: 3 rows, 1 new, 1 duplicates, 1 bad (1 of them conflicts)",
    ]
    assert stored(acme) == [("e1", Decimal(4))]


def test_a_dry_run_tells_the_same_and_keeps_nothing(acme: Company, order: Order, file: Path, manage: Manage) -> None:
    """What the file says twice and what goes beyond the order is only known once the rows before are counted."""
    write(
        file,
        row(order, "e1"),
        row(order, "e1"),
        row(order, "h1", number="3", quantity="3"),
        row(order, "h2", number="3", quantity="3"),
        row(order, "e2", quantity="NaN"),
    )

    dry = manage("import_usage", file, "--dry-run")
    kept = stored(acme)
    wet = manage("import_usage", file)

    assert kept == []
    assert (dry.code, dry.out) == (wet.code, wet.out)
    assert "5 rows, 2 new, 1 duplicates, 2 bad" in wet.out
    assert "This was a dry run: nothing was kept." in dry.err


def test_bad_rows_are_all_told_with_their_lines_and_the_good_ones_recorded(
    acme: Company, order: Order, file: Path, manage: Manage
) -> None:
    write(
        file,
        row(order, "ok1"),
        row(order, "n1", quantity="NaN"),
        row(order, "n2", quantity="1e9"),
        row(order, "n3", quantity="1.0000001"),
        row(order, "n4", quantity="-1"),
        row(order, "n5", quantity="1000000001"),
        row(order, "=cmd()"),
        row(order, "nul\0"),
        row(order, "x" * 129),
        f"short,{order.number},1",
        "o1,ORD-999999,1,4,2026-01-10T12:00:00Z",
        row(order, "l1", number="9"),
        row(order, "l2", number="0"),
        row(order, "l3", number="2"),
        f"d1,{order.number},1,4,2026-02-30T12:00:00Z",
        f"d2,{order.number},1,4,yesterday",
        f",{order.number},1,,2026-01-10T12:00:00Z",
        row(order, "ok2"),
    )

    ended = manage("import_usage", file)

    assert ended.code == 1
    assert ended.err == "CommandError: Rows left out: 16.\n"
    assert ended.out.splitlines() == [
        "line 3: quantity 'NaN' is not a plain number like 12.5",
        "line 4: quantity '1e9' is not a plain number like 12.5",
        "line 5: quantity 1.0000001 has more than 6 decimals",
        "line 6: quantity '-1' is not a plain number like 12.5",
        "line 7: quantity 1000000001 is above 1,000,000,000",
        "line 8: event_id '=cmd()' begins like a formula",
        "line 9: event_id has a line break or another control character",
        "line 10: event_id is longer than 128 characters",
        "line 11: it has 3 cells, the header has 5",
        "line 12: there is no order ORD-999999",
        f"line 13: {order.number} has no line 9",
        "line 14: line '0' is not the number of a line, counted from 1",
        "line 15: Line 2 bills no units: it is recurring.",
        "line 16: occurred_at '2026-02-30T12:00:00Z' is not a moment like 2026-01-31T23:59:59+01:00",
        "line 17: occurred_at 'yesterday' is not a moment like 2026-01-31T23:59:59+01:00",
        "line 18: event_id is missing; quantity is missing",
        f"{file}: 18 rows, 2 new, 0 duplicates, 16 bad (0 of them conflicts)",
    ]
    assert stored(acme) == [("ok1", Decimal(4)), ("ok2", Decimal(4))]


def test_the_answer_as_json(order: Order, file: Path, manage: Manage) -> None:
    write(file, row(order, "e1"), row(order, "e2", quantity="x"), row(order, "e3", quantity="y"))

    ended = manage("import_usage", file, "--json")

    assert ended.code == 1
    assert json.loads(ended.out) == {
        "file": str(file),
        "dry_run": False,
        "bad_rows": [
            {"line": 3, "reason": "quantity 'x' is not a plain number like 12.5"},
            {"line": 4, "reason": "quantity 'y' is not a plain number like 12.5"},
        ],
        "rows": 3,
        "new": 1,
        "duplicates": 0,
        "bad": 2,
        "conflicts": 0,
    }


def test_broken_off_after_a_batch_and_run_again_nothing_is_there_twice(
    acme: Company, order: Order, file: Path, manage: Manage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage_imports, "BATCH", 2)
    write(file, *(row(order, f"e{number}") for number in range(5)), row(order, "h1", number="3"))
    record = services.record_events
    calls: list[int] = []

    def breaking(**given: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return record(**given)  # type: ignore[arg-type]  # passed through as they are

    monkeypatch.setattr("billing.services.usage_imports.record_events", breaking)
    with pytest.raises(KeyboardInterrupt):
        manage("import_usage", file)
    assert len(stored(acme)) == 2

    ended = manage("import_usage", file)

    assert (ended.code, ended.out.split(": ", 1)[1][:30]) == (0, "6 rows, 4 new, 2 duplicates, 0")
    assert [event for event, _ in stored(acme)] == ["e0", "e1", "e2", "e3", "e4", "h1"]


def test_contracts_and_lines_are_named_by_id_too(acme: Company, order: Order, file: Path, manage: Manage) -> None:
    assert order.agreement is not None
    metered = AgreementLine.objects.for_business(acme.business).get(agreement=order.agreement, position=0)
    contract, line_id = order.agreement.uid, metered.order_line_uid
    header = "Line_ID;quantity;occurred_at;contract_id;event_id;corrects\r\n"
    write(
        file,
        f"{line_id};4;2026-01-10T12:00:00+00:00;{contract};e1;",
        f'{line_id};1;2026-01-10T12:00:00+00:00;{contract};"e2";e1',
        f"{line_id};1;2026-01-10T12:00:00+00:00;{uuid4()};e3;",
        f"{uuid4()};1;2026-01-10T12:00:00+00:00;{contract};e4;",
        header="\ufeff" + header,
    )

    ended = manage("import_usage", file)

    assert ended.code == 1
    assert "4 rows, 2 new, 0 duplicates, 2 bad" in ended.out
    run(acme, "2026-02-01")
    assert ("2026-02-01", "usage", 250) in billed(acme)


def test_a_moment_without_an_offset_is_in_the_zone_of_its_contract(acme: Company, file: Path, manage: Manage) -> None:
    acme.customer.timezone = "America/New_York"
    acme.customer.save()
    order = approved(acme, line(qty="0", unit_price_cents=250, rule=Rule.USAGE_METERED), start="2026-01-01")
    write(
        file,
        f"e1,{order.number},1,1,2026-01-31T23:30:00",
        f"e2,{order.number},1,1,2026-03-08T02:30:00",
    )

    ended = manage("import_usage", file)

    only = Usage.objects.for_business(acme.business).get()
    assert (only.occurred_at, str(only.local_date)) == (datetime(2026, 2, 1, 4, 30, tzinfo=UTC), "2026-01-31")
    assert "line 3: occurred_at 2026-03-08 02:30:00 does not exist in America/New_York" in ended.out


def test_standard_input(acme: Company, order: Order, manage: Manage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO((HEADER + row(order)).encode())))

    ended = manage("import_usage", "-")

    assert ended.code == 0
    assert stored(acme) == [("e1", Decimal(4))]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\n\n", "The file is empty."),
        (b"e1,ORD-000001,1,4,2026-01-10T12:00:00Z\n", "Line 1 has no such columns: 'e1', 'ord-000001'"),
        (b"event_id,quantity,occurred_at\n", "Line 1 must name contract_id or order_number, line or line_id."),
        (b"event_id,event_id,line,order_number,quantity,occurred_at\n", "Line 1 must name each column once."),
        (HEADER.encode("utf-16"), "has no such columns"),
    ],
)
def test_a_file_without_a_header_is_a_wrong_call(
    acme: Company, file: Path, manage: Manage, content: bytes, sentence: str
) -> None:
    file.write_bytes(content)

    ended = manage("import_usage", file)

    assert ended.code == 2
    assert sentence in ended.err


def test_a_file_that_is_not_there_is_a_wrong_call(acme: Company, tmp_path: Path, manage: Manage) -> None:
    assert manage("import_usage", tmp_path / "none.csv").code == 2
    assert manage("import_usage", tmp_path).code == 2


def test_several_businesses_need_the_one_that_is_meant(
    acme: Company, globex: Company, order: Order, file: Path, manage: Manage
) -> None:
    write(file, row(order))

    assert manage("import_usage", file).code == 2
    assert "there is no order" in manage("import_usage", file, "--business", globex.business.uid).out
    assert manage("import_usage", file, "--business", acme.business.uid).code == 0


def test_progress_is_a_line_now_and_then(order: Order, file: Path, manage: Manage) -> None:
    write(file, *(row(order, f"e{number}") for number in range(2_500)))

    ended = manage("import_usage", file)

    assert ended.err.splitlines() == ["usage.csv: rows: 2,000"]
