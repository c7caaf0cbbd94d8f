"""The floor of creating an order: its rows, and nothing else, by one prepared statement on four connections.

An order, its lines, one event and one stored answer, with the indexes, foreign keys and triggers of the product.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import repeat
from uuid import uuid4

import psycopg
from django.db import connection
from psycopg import pq

from bench.work import in_parallel

CONNECTIONS = 4
NAME = b"floor"
# Answers and events of about the length that the Day Zero door stores.
ANSWER_BYTES, ANSWER_BYTES_OF_A_LINE = 660, 312
STATEMENT = """
    WITH o AS (
        INSERT INTO orders_order (
            business_id, uid, number, origin, status, version, customer_id, description, discount_cents, tax_treatment,
            currency, stub, minimum_commitment_cents, subtotal_cents, total_cents, reference, tags, attributes,
            payment_status, fulfilment_status, contributor_ids, created_through_id, terms_sha256, signed_sha256,
            signer_name, signer_email, po_number, approved_channel, failure_code, decision_reason, created_at,
            updated_at
        )
        SELECT $1::bigint, gen_random_uuid(), 'ORD-' || lpad(n::text, greatest(6, length(n::text)), '0'), 'dayzero',
            'draft', 1, $3::bigint, '', 0, '', 'USD', 'none', 0, $4::bigint, $4::bigint, '', '{}', '{}', 'unpaid',
            'unfulfilled', '{}', $5::bigint, '', '', '', '', '', '', '', '', $6::timestamptz, $6::timestamptz
        FROM (SELECT nextval($2::text::regclass) AS n) drawn
        RETURNING id
    ), l AS (
        INSERT INTO orders_line (
            business_id, uid, order_id, position, catalog_item_id, description, qty, unit_price_cents, billing_rule,
            billing_timing, line_total_cents, reference, attributes
        )
        SELECT $1::bigint, gen_random_uuid(), o.id, t.position - 1, $7::bigint, t.description, t.qty, t.cents, 'flat',
            '', t.cents, '', '{}'
        FROM o, unnest($8::text[], $9::numeric[], $10::bigint[])
            WITH ORDINALITY AS t (description, qty, cents, position)
    ), e AS (
        INSERT INTO customers_event (
            business_id, subject_type, subject_id, action, channel, credential_id, actor_name, request_id, at, before,
            after
        )
        SELECT $1::bigint, 'order', o.id, 'create', 'dayzero', $5::bigint, $11::text, $12::text, $6::timestamptz, '{}',
            $13::jsonb
        FROM o
    )
    INSERT INTO orders_replayrecord (
        business_id, credential_id, scope, key_sha256, fingerprint, status, content_type, body, request_id, created_at,
        expires_at, replays, conflicts
    ) VALUES (
        $1::bigint, $5::bigint, 'POST /dayzero/api/v1/orders', sha256($12::text::bytea), sha256($13::text::bytea), 201,
        'application/json', $14::text::bytea, $12::text, $6::timestamptz, $6::timestamptz + interval '30 days',
        0, 0
    )
"""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Whose orders the floor writes: ids of the rows they point at."""

    business: int
    customer: int
    credential: int
    item: int
    actor_name: str


@dataclass(kw_only=True)
class Floor:
    """Four connections that write orders of so many lines at a place, each its share."""

    place: Place
    lines: int
    at: datetime
    connections: list[psycopg.Connection] = field(default_factory=list)

    def __enter__(self) -> "Floor":
        self.connections = [_connected() for _ in range(CONNECTIONS)]
        return self

    def __exit__(self, *_: object) -> None:
        for opened in self.connections:
            opened.close()

    def write(self, *, orders: int) -> None:
        """Write orders, one durable transaction each."""
        in_parallel(self._share, list(zip(self.connections, repeat(orders // CONNECTIONS), strict=False)))

    def _share(self, given: tuple[psycopg.Connection, int]) -> None:
        opened, orders = given
        for _ in range(orders):
            self.write_one(opened)

    def write_one(self, opened: psycopg.Connection) -> None:
        """Write an order over a connection on which the floor is prepared."""
        found = opened.pgconn.exec_prepared(NAME, self._values())
        if found.status != pq.ExecStatus.COMMAND_OK:
            raise SystemExit(found.error_message.decode())

    def _values(self) -> Sequence[bytes]:
        lines = self.lines
        place, at, total = self.place, self.at.isoformat(), 10_000 * lines
        line = {"uid": str(uuid4()), "qty": "1", "unit_price_cents": 10_000, "billing_rule": "flat", "attributes": {}}
        return [
            str(value).encode()
            for value in (
                *(place.business, f"order_number_{place.business}", place.customer, total, place.credential, at),
                *(place.item, _array("Plan", lines), _array("1", lines), _array("10000", lines)),
                *(place.actor_name, secrets.token_hex(18), json.dumps({"total_cents": total, "lines": [line] * lines})),
                "x" * (ANSWER_BYTES + ANSWER_BYTES_OF_A_LINE * lines),
            )
        ]


def _array(value: str, length: int) -> str:
    return "{" + ",".join([value] * length) + "}"


def _connected() -> psycopg.Connection:
    opened = psycopg.connect(**connection.get_connection_params(), autocommit=True)
    prepare(opened)
    return opened


def prepare(opened: psycopg.Connection) -> None:
    """Make a connection ready to write the floor."""
    prepared = opened.pgconn.prepare(NAME, STATEMENT.encode())
    if prepared.status != pq.ExecStatus.COMMAND_OK:
        raise SystemExit(prepared.error_message.decode())
