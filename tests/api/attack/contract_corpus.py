"""Hostile requests about a contract of the caller's own: change orders, hours, usage.

`{contract}` and `{line}` stand for a contract that exists and its one line, which takes no hours, so that nothing but
the attack is wrong with it.
"""

from tests.api.attack.corpus import Attack

UUID = "00000000-0000-4000-8000-000000000000"


def change(name: str, value: str, status: int = 422) -> Attack:
    """A change order of the caller's own contract, with these delta_lines."""
    body = f'{{"contract_id": "{{contract}}", "value_delta_cents": 0, "delta_lines": {value}}}'
    return Attack(name=name, body=body.encode(), status=status, path="/change-orders")


def changed_line(name: str, members: str, status: int = 422) -> Attack:
    """A change of the contract's own line, from its first day on."""
    line = f'{{"order_line_id": "{{line}}", {members}}}'
    return change(name, f'{{"effective_date": "2099-01-01", "changed_lines": [{line}]}}', status)


def hours(name: str, members: str, status: int = 422) -> Attack:
    """Hours on the caller's own contract."""
    body = f'{{"contract_id": "{{contract}}", "entry_date": "2099-01-20", {members}}}'
    return Attack(name=name, body=body.encode(), status=status, path="/time-entries")


CHANGES = [
    change("delta_lines a list", "[]"),
    change("delta_lines a text", '"more"'),
    change("delta_lines of 20,000 keys", "{" + ",".join(f'"k{n}": 1' for n in range(20_000)) + "}"),
    change("delta_lines too deep", "[" * 30 + "]" * 30),
    change("a number too exact in delta_lines", '{"note": 0.30000000000000000004}'),
    change("NUL in delta_lines", '{"note": "\\u0000"}'),
    change("a known key beside an unknown one", '{"effective_date": "2099-02-01", "$where": "1", "added_lines": []}'),
    change("no effective_date", '{"added_lines": [{"qty": 1, "unit_price_cents": 1}]}'),
    change("effective_date in year 1", '{"effective_date": "0001-01-01", "added_lines": []}'),
    change(
        "a thousand added lines",
        '{"effective_date": "2099-02-01", "added_lines": ['
        + ",".join(['{"qty": 1, "unit_price_cents": 1}'] * 1_000)
        + "]}",
    ),
    change(
        "an item of nobody",
        '{"effective_date": "2099-02-01", "added_lines": '
        f'[{{"qty": 1, "unit_price_cents": 1, "catalog_item_id": "{UUID}"}}]}}',
        404,
    ),
    change(
        "a line of nobody",
        f'{{"effective_date": "2099-02-01", "changed_lines": [{{"order_line_id": "{UUID}", "qty": 1}}]}}',
        404,
    ),
    change(
        "a line by SQL", '{"effective_date": "2099-02-01", "changed_lines": [{"order_line_id": "\' OR 1=1", "qty": 1}]}'
    ),
    change(
        "before the contract",
        '{"effective_date": "2000-01-01", "added_lines": [{"qty": 1, "unit_price_cents": 1}]}',
        400,
    ),
    change(
        "after the contract",
        '{"effective_date": "2100-12-31", "added_lines": [{"qty": 1, "unit_price_cents": 1}]}',
        400,
    ),
    change(
        "free of charge and worth something",
        '{"effective_date": "2099-02-01", "added_lines": [{"qty": 1, "unit_price_cents": 1}]}',
        400,
    ),
    change(
        "a total beyond bounds",
        '{"effective_date": "2099-02-01", "added_lines": [{"qty": 1000000000, "unit_price_cents": 1000000000000}]}',
        400,
    ),
    changed_line("qty NaN as text", '"qty": "NaN"'),
    changed_line("qty 1e999999999", '"qty": 1e999999999'),
    changed_line("qty true", '"qty": true'),
    changed_line("qty below nothing", '"qty": -1'),
    changed_line("price below nothing", '"unit_price_cents": -1'),
    changed_line("price with a fraction", '"unit_price_cents": 1.5'),
    changed_line("price of 5,000 digits", f'"unit_price_cents": {"9" * 5_000}'),
    changed_line("nothing of a line", '"qty": null'),
    changed_line("a line to nothing", '"qty": 0', 400),
    Attack(
        name="a delta of 10^30",
        path="/change-orders",
        body=b'{"contract_id": "{contract}", "value_delta_cents": 1000000000000000000000000000000}',
    ),
    Attack(
        name="a delta of 1.5", path="/change-orders", body=b'{"contract_id": "{contract}", "value_delta_cents": 1.5}'
    ),
    Attack(
        name="a delta of true", path="/change-orders", body=b'{"contract_id": "{contract}", "value_delta_cents": true}'
    ),
    Attack(
        name="a delta of -2^63",
        path="/change-orders",
        body=b'{"contract_id": "{contract}", "value_delta_cents": -9223372036854775808}',
    ),
    Attack(name="a change of NUL", path="/change-orders", body=b'{"contract_id": "\\u0000", "value_delta_cents": 1}'),
    Attack(
        name="a change of nobody's contract",
        path="/change-orders",
        status=404,
        body=f'{{"contract_id": "{UUID}", "value_delta_cents": 1}}'.encode(),
    ),
    Attack(name="countersign NUL", path="/change-orders/%00/countersign", status=404),
    Attack(name="countersign nobody's", path=f"/change-orders/{UUID}/countersign", status=404),
    Attack(name="reject for 3 MB", path=f"/change-orders/{UUID}/reject", body=b" " * 3_000_000, status=413),
    Attack(name="put on change orders", method="PUT", path="/change-orders", body=b"{}", status=405),
    Attack(name="delete a change order", method="DELETE", path=f"/change-orders/{UUID}", status=405),
    Attack(name="change orders of NUL", method="GET", path="/change-orders?contract_id=%00"),
    Attack(name="change orders in a state of mind", method="GET", path="/change-orders?status=confused"),
]
HOURS = [
    hours("hours Infinity", '"hours": Infinity'),
    hours("hours text NaN", '"hours": "NaN"'),
    hours("hours true", '"hours": true'),
    hours("no hours", '"hours": 0'),
    hours("hours below nothing", '"hours": "-1"'),
    hours("hours beyond bounds", '"hours": 1e12'),
    hours("hours of seven decimals", '"hours": "0.1234567"'),
    hours("a line by name", '"hours": 1, "order_line_id": "Plan"'),
    hours("a line of nobody's", f'"hours": 1, "order_line_id": "{UUID}"', 404),
    hours("a line that takes none", '"hours": 1, "order_line_id": "{line}"', 400),
    hours("no line that takes any", '"hours": 1', 404),
    hours("by pigeon", '"hours": 1, "submitted_via": "pigeon"'),
    hours("NUL by somebody", '"hours": 1, "submitted_by": "\\u0000"'),
    Attack(
        name="hours of nobody's contract",
        path="/time-entries",
        status=404,
        body=f'{{"contract_id": "{UUID}", "hours": 1, "entry_date": "2099-01-20"}}'.encode(),
    ),
    Attack(name="approve nobody's hours", path=f"/time-entries/{UUID}/approve", status=404),
    Attack(name="approve hours NUL", path="/time-entries/%00/approve", status=404),
    Attack(name="hours of NUL", method="GET", path="/time-entries?contract_id=%00"),
    Attack(name="usage that is no list", path="/contracts/{contract}/usage", body=b'{"events": {"0": {}}}'),
    Attack(
        name="usage of 1,001 events",
        path="/contracts/{contract}/usage",
        body=b'{"events": [' + b",".join([b"{}"] * 1_001) + b"]}",
    ),
    Attack(name="usage in JSON that is none", path="/contracts/{contract}/usage", body=b'{"events": [NaN]}'),
    Attack(name="usage of nobody's", path=f"/contracts/{UUID}/usage", body=b'{"events": []}', status=404),
]
OF_A_CONTRACT = [*CHANGES, *HOURS]
