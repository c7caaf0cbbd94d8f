"""How we serve: `gunicorn -c python:config.gunicorn`, and the demo. GUNICORN_CMD_ARGS overrides."""

import gc
import json
import os
import socket
import uuid

import django
from django.conf import settings
from django.urls import get_resolver
from gunicorn import util
from gunicorn.config import Config
from gunicorn.glogging import Logger

from config import request_log

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# In the master too: it refuses half a configuration at once, and its own words become lines like all others.
django.setup(set_prefix=False)


class LogLines(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn's logger without handlers of its own, so that the root logger writes its lines."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


def write_error(client: socket.socket, status: int, reason: str, message: str) -> None:
    """Answer what is not proper HTTP: JSON with a request id, where gunicorn has a page of HTML without."""
    body = json.dumps({"detail": reason})
    head = (
        f"HTTP/1.1 {status} {reason}",
        "Connection: close",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"{request_log.HEADER}: {uuid.uuid4()}",
    )
    util.write_nonblock(client, "\r\n".join((*head, "", body)).encode("latin-1"))


util.write_error = write_error

wsgi_app = "config.wsgi:application"
bind = f"127.0.0.1:{settings.PORT}"
worker_class = "gthread"
workers = os.cpu_count() or 1
threads = 4
timeout = 60
graceful_timeout = 10
keepalive = 5
limit_request_line = 8190
logger_class = LogLines
control_socket_disable = True


def post_worker_init(worker: object) -> None:
    """Have all that a worker is made of loaded before its first request, and never looked at by the collector again."""
    get_resolver().url_patterns  # noqa: B018  # loads them
    gc.collect()
    gc.freeze()
