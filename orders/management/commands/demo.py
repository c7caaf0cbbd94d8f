"""The demonstration: a database with something in it, the ways in printed, and a server in front."""

import fcntl
import os
import shlex
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection, connections
from django.utils import timezone
from django.utils.module_loading import import_string
from gunicorn.app.base import Application

from customers import migrating
from orders import demo

REFUSED = 4
HOST = "127.0.0.1"
EXAMPLE = "Example: PORT=8001 python manage.py demo"

INTRODUCTION = """\
Countersign is at {COUNTERSIGN_URL}

  drafts orders    {STAFF_DRAFTER}
  approves them    {STAFF_APPROVER}
  looks after it   {STAFF_OPS}
  password         {STAFF_PASSWORD}

All of this is in {env_file} too. A first order:

  curl -sS {COUNTERSIGN_URL}/dayzero/api/v1/orders \\
    -H 'Authorization: Bearer {DAYZERO_TOKEN}' \\
    -H 'x-business-id: {DAYZERO_BUSINESS_ID}' \\
    -H 'Content-Type: application/json' \\
    -d '{{"customer_id": "{DAYZERO_CUSTOMER_ID}"}}'

Orders of custom-made goods, through another door:

  curl -sS -u '{VU_KEY}:{VU_SECRET}' {COUNTERSIGN_URL}/vu/api/v1/orders

A licence order:

  curl -sS {COUNTERSIGN_URL}/adobe/v3/customers/{ADOBE_CUSTOMER_ID}/orders \\
    -H 'Authorization: Bearer {ADOBE_TOKEN}' -H 'X-Api-Key: {ADOBE_API_KEY}' \\
    -H "X-Correlation-Id: $(date +%s%N)" -H 'Content-Type: application/json' \\
    -d '{{"orderType": "NEW", "lineItems": [{{"extLineItemNumber": 1, "offerId": "{ADOBE_OFFER_ID}", "quantity": 1, \
"currencyCode": "USD"}}]}}'

A token for the store, good for two hours:

  curl -sS {COUNTERSIGN_URL}/commercelayer/oauth/token -d grant_type=client_credentials \\
    -d client_id={CL_CLIENT_ID} -d client_secret={CL_CLIENT_SECRET} -d scope=market:{CL_MARKET_NUMBER}
"""


class Command(BaseCommand):
    help = "Migrate, seed an empty database, print the ways in and serve. For development only."
    requires_migrations_checks = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, epilog=EXAMPLE, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT, help="default: PORT, or 8000")
        parser.add_argument("--no-serve", action="store_true", help="stop once everything is prepared")
        parser.add_argument("--reset", action="store_true", help="throw all data away first")

    def handle(self, *, port: int, no_serve: bool, reset: bool, **options: object) -> None:
        refuse_outside_development()
        with only_demo_here():
            if not no_serve:
                refuse_taken_port(port)
            if reset:
                forget_everything()
            self.prepare(url=f"http://{HOST}:{port}")
            if not no_serve:
                serve(port)

    def prepare(self, *, url: str) -> None:
        """A current schema with something in it, and the ways in on paper and on screen."""
        with migrating.in_batches():
            call_command("migrate", verbosity=0, interactive=False)
        access = demo.open_demo(at=timezone.now(), base_url=url)
        env_file = write_env_file(access)
        self.stdout.write(INTRODUCTION.format(**access, env_file=env_file))
        self.stdout.flush()


def refuse_outside_development() -> None:
    if not settings.DEVELOPMENT:
        raise CommandError("A demo has known passwords; this is a production configuration.", returncode=REFUSED)


@contextmanager
def only_demo_here() -> Iterator[None]:
    """Two demos on one database would seed it twice, or empty it under each other's feet."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.VAR_DIR / "demo.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise CommandError("A demo of this clone is already running.", returncode=REFUSED) from busy
        yield


def refuse_taken_port(port: int) -> None:
    """Say it before anything is prepared, and with the way out."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as fault:
            raise CommandError(
                f"Port {port} cannot be used ({fault}). Choose another: PORT={port + 1} make demo",
                returncode=REFUSED,
            ) from fault


def forget_everything() -> None:
    """Empty the database, whatever is in it, unless a command is at work there."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '3s'")
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            cursor.execute("RESET lock_timeout")
    except OperationalError as fault:
        raise CommandError(f"The database is in use. ({fault})", returncode=REFUSED) from fault


def write_env_file(access: Mapping[str, str]) -> Path:
    """The ways in as shell assignments, for the owner's eyes; replaced in one step, never half there."""
    lines = "".join(f"{name}={shlex.quote(value)}\n" for name, value in access.items())
    path: Path = settings.VAR_DIR / "demo.env"
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    unfinished.write_text(lines)
    return unfinished.replace(path)


class DemoServer(Application):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn as production runs it, in this process, so that leaving it lets the embedded database go."""

    def __init__(self, *, port: int) -> None:
        self.port = port
        super().__init__()

    def load_config(self) -> None:
        self.load_config_from_module_name_or_filename("python:config.gunicorn")
        self.cfg.set("bind", f"{HOST}:{self.port}")
        self.cfg.set("workers", max(2, os.cpu_count() or 2))
        self.cfg.set("loglevel", "warning")

    def load(self) -> object:
        return import_string(settings.WSGI_APPLICATION)


def serve(port: int) -> None:
    """Until Ctrl-C or SIGTERM. Workers open connections of their own, so ours must not be inherited."""
    connections.close_all()
    DemoServer(port=port).run()
