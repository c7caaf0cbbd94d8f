"""The peer of `make bench-peers` comes from the package index: without one it says so, and leaves no half behind."""

from pathlib import Path

import pytest

from bench import peer
from bench.server import ROOT


def test_without_an_index_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")

    with pytest.raises(SystemExit, match="could not be installed from the package index"):
        peer.installed(at=tmp_path / "oscar")

    assert not (tmp_path / "oscar" / "ready").exists()
    assert capfd.readouterr().out == ""


def test_what_is_installed_is_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    (tmp_path / "ready").write_text(peer.pinned())

    assert peer.installed(at=tmp_path) == tmp_path / "bin" / "python"


def test_the_peer_runs_on_what_we_run_on() -> None:
    ours, theirs = (
        (ROOT / name).read_text().splitlines() for name in ("requirements.txt", "bench/oscar/requirements.txt")
    )

    for name in ("django==", "gunicorn==", "psycopg=="):
        assert [line for line in theirs if line.startswith(name)] == [line for line in ours if line.startswith(name)]
