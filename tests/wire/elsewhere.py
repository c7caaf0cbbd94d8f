"""Another host for a command to run on, as far as its network goes, and a cable to it that can be pulled out."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """A network namespace of the kernel; `here` is this machine's address at the cable, `cable` its name here."""

    name: str
    here: str
    cable: str

    def manage(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """`manage.py` on that host."""
        return subprocess.Popen(
            ["ip", "netns", "exec", self.name, sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def pull(self) -> None:
        """From now on nothing that is sent arrives, and nobody is told."""
        _ip("link", "set", self.cable, "down")

    def plug_in(self) -> None:
        _ip("link", "set", self.cable, "up")


@contextmanager
def host() -> Iterator[Elsewhere | None]:
    """None where the kernel or its owner does not let us make one."""
    number = os.getpid()
    name, cable, far_end = f"countersign-{number}", f"csn{number}", f"csf{number}"
    here, there = (f"10.213.{number % 250}.{place}" for place in (1, 2))
    if os.geteuid() or not shutil.which("ip") or _ip("netns", "add", name, check=False):
        yield None
        return
    try:
        _ip("link", "add", cable, "type", "veth", "peer", "name", far_end, "netns", name)
        _ip("addr", "add", f"{here}/30", "dev", cable)
        _ip("link", "set", cable, "up")
        _ip("-netns", name, "addr", "add", f"{there}/30", "dev", far_end)
        _ip("-netns", name, "link", "set", far_end, "up")
        yield Elsewhere(name=name, here=here, cable=cable)
    finally:
        _ip("netns", "del", name)


def _ip(*arguments: str, check: bool = True) -> int:
    return subprocess.run(["ip", *arguments], check=check, capture_output=True).returncode
