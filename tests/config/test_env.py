from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


def test_white_space_around_a_value_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIME_ZONE", " Europe/Vienna\n")

    assert env.text("TIME_ZONE") == "Europe/Vienna"


def test_a_value_may_live_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text("one, two\n")
    monkeypatch.setenv("OLD_KEYS_FILE", str(tmp_path / "tokens"))

    assert env.words("OLD_KEYS") == ["one", "two"]


def test_empty_is_as_good_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")

    assert env.number("PORT", default=8000) == 8000


def test_a_number_in_words_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "http")

    with pytest.raises(ImproperlyConfigured, match="PORT is 'http'; say a whole number"):
        env.number("PORT", default=8000)


@pytest.mark.parametrize(("written", "meant"), [("TRUE", True), ("1", True), ("off", False), ("No", False)])
def test_a_switch_has_the_usual_spellings(monkeypatch: pytest.MonkeyPatch, written: str, meant: bool) -> None:
    monkeypatch.setenv("TRUST_PROXY", written)

    assert env.flag("TRUST_PROXY", default=not meant) is meant
