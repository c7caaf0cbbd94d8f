"""The embedded server lives while somebody uses it, whatever happened to those who used it before."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from config.embedded import paths
from config.embedded.server import EmbeddedServer

USE_UNTIL_STDIN_CLOSES = """
import sys
from pathlib import Path
from config.embedded import server
server.ensure_running(data_dir=Path(sys.argv[1]), durable=False)
print("using", flush=True)
sys.stdin.read()
"""


class User:
    """A process that uses the server until told to leave."""

    def __init__(self, data_dir: Path) -> None:
        command = [sys.executable, "-W", "error", "-c", USE_UNTIL_STDIN_CLOSES, str(data_dir)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def is_using(self) -> bool:
        assert self.process.stdout
        return str(self.process.stdout.readline()) == "using\n"

    def leave(self) -> str:
        _, complaints = self.process.communicate()
        return complaints.replace("Letting PostgreSQL's account pass", "")

    def die(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="countersign ") as directory:
        yield Path(directory) / "var" / "postgres"


def is_running(data_dir: Path) -> bool:
    return EmbeddedServer(data_dir=data_dir).is_running()


def database_name(data_dir: Path) -> object:
    host = str(paths.socket_dir(data_dir=data_dir))
    with psycopg.connect(host=host, port=paths.PORT, user="countersign", dbname="countersign") as connection:
        row = connection.execute("SELECT current_database()").fetchone()
    return row and row[0]


def test_it_starts_with_its_first_user_and_stops_with_its_last(data_dir: Path) -> None:
    first = User(data_dir)
    second = User(data_dir)
    assert first.is_using()
    assert second.is_using()
    assert database_name(data_dir) == "countersign"

    first.leave()
    assert is_running(data_dir)

    second.leave()
    assert not is_running(data_dir)


def test_a_killed_user_does_not_keep_it_running(data_dir: Path) -> None:
    killed = User(data_dir)
    assert killed.is_using()
    killed.die()
    assert is_running(data_dir)

    next_one = User(data_dir)
    assert next_one.is_using()
    next_one.leave()

    assert not is_running(data_dir)


def test_a_killed_server_is_started_again(data_dir: Path) -> None:
    witness = User(data_dir)
    assert witness.is_using()
    server = EmbeddedServer(data_dir=data_dir).named_process()
    assert server
    server.send_signal(signal.SIGKILL)
    psutil.wait_procs([server], timeout=5)
    witness.die()

    next_one = User(data_dir)

    assert next_one.is_using()
    assert database_name(data_dir) == "countersign"
    next_one.leave()


def test_a_process_id_that_now_belongs_to_a_stranger_is_not_believed(data_dir: Path) -> None:
    founder = User(data_dir)
    assert founder.is_using()
    founder.leave()
    (data_dir / "postmaster.pid").write_text(f"{os.getpid()}\n{data_dir}\n1700000000\n5432\n\n\n  1 2\nready\n")
    assert not is_running(data_dir)

    next_one = User(data_dir)

    assert next_one.is_using()
    assert is_running(data_dir)
    next_one.leave()


def test_what_a_killed_initdb_left_is_thrown_away(data_dir: Path) -> None:
    unfinished = data_dir.with_name("postgres.unfinished")
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")

    user = User(data_dir)

    assert user.is_using()
    assert database_name(data_dir) == "countersign"
    user.leave()


def test_a_path_too_long_for_a_socket_is_no_hindrance(data_dir: Path) -> None:
    deep = data_dir.with_name("d" * 120) / "postgres"

    user = User(deep)

    assert user.is_using()
    assert database_name(deep) == "countersign"
    user.leave()
    paths.socket_dir(data_dir=deep).rmdir()


def test_a_server_that_cannot_start_says_why(data_dir: Path) -> None:
    founder = User(data_dir)
    assert founder.is_using()
    founder.leave()
    (data_dir / "postgresql.conf").write_text("max_connections = many\n")

    refused = User(data_dir)

    assert 'invalid value for parameter "max_connections"' in refused.leave()
