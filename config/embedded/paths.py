"""Where an embedded server keeps its parts."""

import hashlib
import os
from pathlib import Path

PORT = "5432"  # names the socket only; said aloud because libpq would otherwise ask PGPORT
LONGEST_SOCKET_PATH = 100  # Linux takes 107 bytes, macOS 103


def socket_dir(*, data_dir: Path) -> Path:
    """The data directory, or one below /tmp when that is too long or (by a comma) two hosts to libpq."""
    socket = os.fsencode(data_dir / f".s.PGSQL.{PORT}")
    if len(socket) <= LONGEST_SOCKET_PATH and b"," not in socket:
        return data_dir
    return Path("/tmp") / f"countersign-{hashlib.sha256(socket).hexdigest()[:16]}"  # noqa: S108
