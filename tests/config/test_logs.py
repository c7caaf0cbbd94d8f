import json
import subprocess
import sys

import pytest

from config import logs

SPEAK = """
import logging, structlog
from config import logs
logs.configure(logs.lines(form="json", level="info"))
with structlog.contextvars.bound_contextvars(request_id="r-1"):
    structlog.stdlib.get_logger("ours").info("issued", invoice="INV-7")
    logging.getLogger("theirs").warning("slow: %s ms", 12)
    logging.getLogger("theirs").debug("not said")
    try:
        raise RuntimeError('violates "order_total"\\nDETAIL:  Failing row contains (7, Ada Lovelace).')
    except RuntimeError:
        logging.getLogger("theirs").exception("refused")
"""


@pytest.fixture(scope="module")
def spoken() -> list[dict[str, str]]:
    said = subprocess.run([sys.executable, "-c", SPEAK], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in said.stderr.splitlines()]


def test_our_lines_and_those_of_libraries_look_alike(spoken: list[dict[str, str]]) -> None:
    assert [(line["event"], line["logger"], line["level"]) for line in spoken] == [
        ("issued", "ours", "info"),
        ("slow: 12 ms", "theirs", "warning"),
        ("refused", "theirs", "error"),
    ]


def test_all_bear_the_request_id_and_a_moment(spoken: list[dict[str, str]]) -> None:
    assert {line["request_id"] for line in spoken} == {"r-1"}
    assert [line["timestamp"][-1] for line in spoken] == ["Z", "Z", "Z"]


def test_a_traceback_is_kept_without_the_refused_row(spoken: list[dict[str, str]]) -> None:
    assert 'violates "order_total"' in spoken[2]["exception"]
    assert "Ada Lovelace" not in spoken[2]["exception"]


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match="LOG_FORMAT is 'xml'; say json or text"):
        logs.lines(form="xml", level="info")
