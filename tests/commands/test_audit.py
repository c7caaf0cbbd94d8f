import json
from pathlib import Path

import pgtrigger
import pytest

from customers.models import Event, EventSeal
from tests.cast import Company, approved, monthly
from tests.commands.conftest import Manage
from tests.promises import sql


@pytest.fixture
def heads(acme: Company, manage: Manage, tmp_path: Path) -> Path:
    """Where the heads are kept once acme's events are sealed."""
    approved(acme, monthly())
    path = tmp_path / "heads.jsonl"
    assert manage("seal_ledger", "--heads", path).code == 0
    return path


def test_sealing_prints_where_the_chain_ends(acme: Company, manage: Manage) -> None:
    approved(acme, monthly())
    events = Event.objects.for_business(acme.business).count()

    first, second = manage("seal_ledger"), manage("seal_ledger", "--json")

    assert first.out.startswith(f"{acme.business.uid}  {events} sealed, {events} in all  ")
    (row,) = json.loads(second.out)
    assert (row["sealed"], row["position"]) == (0, events)
    assert row["digest"] in first.out


def test_a_clean_ledger_ends_in_one_line_of_counts(heads: Path, manage: Manage) -> None:
    ended = manage("verify_audit", "--heads", heads)

    assert (ended.code, ended.out) == (
        0,
        f"Nothing is off: businesses 1, sealed events {EventSeal.objects.count()}.\n",
    )


def test_what_is_off_is_listed_and_ends_with_one(heads: Path, manage: Manage) -> None:
    event = Event.objects.order_by("id")[0]
    with pgtrigger.ignore():
        sql.update(event, actor_name="somebody else")

    ended = manage("verify_audit", "--json")

    assert ended.code == 1
    (finding,) = json.loads(ended.out)["findings"]
    assert (finding["code"], finding["subject"]) == ("event_altered", f"event {event.pk}")


def test_a_chain_written_anew_is_held_against_the_file(heads: Path, manage: Manage) -> None:
    with pgtrigger.ignore():
        sql.update(Event.objects.order_by("id")[0], actor_name="somebody else")
        EventSeal.objects.all().delete()
    manage("seal_ledger")

    assert manage("verify_audit").code == 0
    ended = manage("verify_audit", "--heads", heads)
    assert (ended.code, "chain_replaced" in ended.out) == (1, True)


def test_a_cut_off_end_is_told_with_where_the_chain_ends(heads: Path, manage: Manage) -> None:
    end = EventSeal.objects.order_by("-position")[0]
    with pgtrigger.ignore():
        EventSeal.objects.filter(pk=end.pk).delete()

    ended = manage("verify_audit", "--heads", heads)

    assert f"The chain ends at link {end.position - 1}, before the head that was kept." in ended.out


def test_a_business_that_is_gone_is_held_against_the_file(acme: Company, heads: Path, manage: Manage) -> None:
    gone = "11111111-2222-4333-8444-555555555555"
    with heads.open("a") as file:
        file.write(json.dumps({"business": gone, "position": 1, "digest": "00" * 32}) + "\n")

    ended, one = manage("verify_audit", "--heads", heads), manage("verify_audit", "--business", acme.business.uid)

    assert (ended.code, ended.out) == (
        1,
        f"{gone}  business {gone}  business_missing: Heads of its chain were kept, and it is not there.\n",
    )
    assert one.code == 0


@pytest.mark.parametrize("line", ["{}", "nothing", '{"business": 1, "position": 1, "digest": "zz"}'])
def test_a_file_that_holds_no_heads_is_refused_with_its_line(heads: Path, manage: Manage, line: str) -> None:
    with heads.open("a") as file:
        file.write(f"{line}\n")

    ended = manage("verify_audit", "--heads", heads)

    assert (ended.code, "Line 2 of" in ended.err) == (2, True)


def test_a_file_that_is_not_there_is_refused(acme: Company, manage: Manage, tmp_path: Path) -> None:
    assert manage("verify_audit", "--heads", tmp_path / "none").code == 2
