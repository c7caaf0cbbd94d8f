"""Whose account runs the server. PostgreSQL refuses root, so root lends it an account."""

import fcntl
import logging
import os
import pwd
import stat
import subprocess
from pathlib import Path

from config.embedded.errors import EmbeddedServerError

SYSTEM_USER = "countersign-db"

log = logging.getLogger(__name__)


def to_lend(*, data_dir: Path) -> pwd.struct_passwd | None:
    """Nothing for an ordinary user; for root the owner of the data, or a system user made for the purpose."""
    if os.geteuid() != 0:
        return None
    owner = data_dir.stat().st_uid if data_dir.exists() else 0
    return pwd.getpwuid(owner) if owner else system_user()


def system_user() -> pwd.struct_passwd:
    """The account root lends the server. Safe when two clones ask for it at once."""
    with Path("/etc/passwd").open("rb") as passwd:
        fcntl.flock(passwd, fcntl.LOCK_EX)
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            add_system_user()
        return pwd.getpwnam(SYSTEM_USER)


def add_system_user() -> None:
    command = ["useradd", "--system", "--no-create-home", "--home-dir", "/", SYSTEM_USER]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as failure:
        raise EmbeddedServerError(
            f"PostgreSQL does not run as root, and making the system user {SYSTEM_USER} failed ({failure}). "
            "Run as an ordinary user, or set DATABASE_URL."
        ) from failure


def let_pass(*, path: Path) -> None:
    """Let the server's account walk to a path: the right to pass (x), never to list or to read."""
    for directory in path.parents:
        mode = directory.stat().st_mode
        if not mode & stat.S_IXOTH:
            log.warning("Letting PostgreSQL's account pass through %s (chmod o+x)", directory)
            directory.chmod(mode | stat.S_IXOTH)


def let_read(*, tree: Path) -> None:
    """Let the server's account read installed files, which a strict umask has kept to root."""
    for path in (tree, *tree.rglob("*")):
        if path.is_symlink():
            continue
        mode = path.stat().st_mode
        wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
        if wanted != mode:
            path.chmod(wanted)
