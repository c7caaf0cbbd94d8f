#!/usr/bin/env python
"""Countersign's commands. `manage.py help` lists them."""

import os
import signal
import sys
from types import FrameType

from config.env import MissingSettings
from config.program import REFUSED, Program
from customers import wall


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    signal.signal(signal.SIGTERM, stop)
    wall.begin(wall.EVERY)
    try:
        try:
            Program(sys.argv).execute()
        finally:
            sys.stdout.flush()
    except MissingSettings as refusal:
        sys.stderr.write(f"{refusal}\n")
        sys.exit(REFUSED)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    except BrokenPipeError:
        # What is still unwritten would be tried again, and fail, while Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(128 + signal.SIGPIPE)


def stop(number: int, frame: FrameType | None) -> None:
    """Leave by the front door, so that transactions roll back and an embedded database is let go."""
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
