"""Benchmarks at tiny sizes: what each checks of its rows, and what the one table makes of what they store."""

from typing import Any

import pytest

from bench import lists, usage, whole
from bench.lists import Seen


def test_usage_is_taken_in_once_beside_its_floor(db: None) -> None:
    found = usage.measured(events=7)

    assert found.events == 7
    assert found.ratio > 0


def test_usage_that_is_missing_is_noticed(db: None) -> None:
    line = usage.metered_line()

    with pytest.raises(SystemExit, match="Not the rows of 1 events"):
        usage.check(line, events=1)


def seen(page: str, *, many: float, is_search: bool = False) -> Seen:
    return Seen(page=page, is_search=is_search, many_seconds=many, few_seconds=1, many_rows=5, few_rows=5, many_kb=1)


def test_the_slowest_page_is_that_of_the_highest_median() -> None:
    found = [seen("orders", many=1), seen("invoices", many=2), seen("orders", many=3), seen("invoices", many=2.5)]

    assert lists.worst([*found, seen("a name", many=9, is_search=True)], is_search=False) == ("invoices", [2, 2.5])


def test_the_table_has_every_figure() -> None:
    creation = {"door": "dayzero", "lines": 1, "create_rate": 2, "floor_rate": 8, "create_cpu": 6, "floor_cpu": 2}
    billed = {"ratio": 0.5, "cpu_ratio": 0.5, "peak_mb": 80}
    results: dict[str, dict[str, Any]] = {
        "create": {
            "rounds": [{**creation, "replay_rate": 4, "seconds": [1.0, 1.0]}],
            "new_connections": 0,
            "token_share": 0.1,
        },
        "billing": {
            "rounds": [{**billed, "invoices": 10, "run_rate": 4}, {**billed, "invoices": 50, "run_rate": 3}],
        },
        "workers": {"rounds": [{"ratio": 1.5}]},
        "usage": {"rounds": [{"ratio": 0.3}]},
        "lists": {"orders": 100, "few": 10, "rounds": [vars_of("orders"), vars_of("a name", is_search=True)]},
        "depth": {"rounds": [{"rows": "orders", "page": 9, "ratio": 1.0}]},
        "stored": {"rounds": [{"ratio": 0.95}]},
    }

    told = {figure.number: list(figure.ratios) for figure in whole.figures(results)}

    assert told == {
        "B1": [0.25],
        "B2": [3],
        "B4": [1],
        "B6": [2],
        "B7": [0],
        "B8": [0.5],
        "B9": [1.5],
        "B10": [1],
        "B11": [0.3],
        "B12": [2],
        "B13": [1],
        "B14": [0.95],
        "B15": [0.1],
    }


def vars_of(page: str, *, is_search: bool = False) -> dict[str, object]:
    return {
        "page": page,
        "is_search": is_search,
        "many_seconds": 2.0,
        "few_seconds": 1.0,
        "many_rows": 5,
        "few_rows": 5,
        "many_kb": 1.0,
        "ratio": 2.0,
    }
