"""The SQL of creating orders, by hand: one statement finds all that an order takes, one writes all that it makes.

Both are prepared once by each connection. What is written takes its columns from the models (`customers.json_rows`);
what is read by name is compared with them when the program starts. `tests/orders/test_hot_sql.py` compares the rows
with those of the ORM.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias
from uuid import UUID

from django.db import models
from psycopg import sql

from catalog.models import CatalogItem, ItemCode
from catalog.queries import OWN_SCHEME
from customers import json_rows, prepared
from customers.models import Business, Customer, Project
from customers.queries import as_uuid
from orders.commands import ItemRef
from orders.models import Line, Order, Party, ReplayRecord

# Status, content type and body of an answer.
Kept: TypeAlias = tuple[int, str, bytes]


@dataclass(frozen=True, kw_only=True)
class Key:
    """Under which an answer is kept: of which credential, for what, and the number of its advisory lock.

    It is given again to a request with the same fingerprint; without one, to any under the key. With a lock for its id
    a request is answered only while no answer to one of that id is kept.
    """

    credential: int
    scope: str
    sha256: bytes
    lock: int
    fingerprint: bytes | None = None
    id_lock: int | None = None


@dataclass(frozen=True, kw_only=True)
class Found:
    """What there is of what an order names: rows bear their ids, public ids and names only.

    `again` is the answer that is kept under the key, if it is to be given again: it is counted as such already.
    Ids are drawn for the order, its lines and parties, and its number: none while there is no customer, or an answer is
    kept under the key.
    """

    is_answered: bool
    again: Kept | None
    customer: Customer | None
    project: Project | None
    items: Mapping[ItemRef, CatalogItem]
    number: int | None
    order_id: int | None
    line_ids: Sequence[int]
    party_ids: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Written:
    """Whether key and id were nobody else's at that moment, and the key was new; if not both, nothing was written."""

    is_ours: bool
    is_new: bool


READS: Mapping[type[models.Model], tuple[str, str]] = {
    ReplayRecord: (
        "orders_replayrecord",
        (
            "id business_id credential_id scope key_sha256 fingerprint expires_at replays last_replayed_at "
            "status content_type body request_id"
        ),
    ),
    Customer: ("customers_customer", "id business_id uid merged_into_id"),
    Project: ("customers_project", "id business_id uid customer_id"),
    CatalogItem: ("catalog_catalogitem", "id business_id uid name is_active"),
    ItemCode: ("catalog_itemcode", "business_id scheme code item_id"),
    Order: ("orders_order", "id"),
    Line: ("orders_line", "id"),
    Party: ("orders_party", "id"),
}
GIVE_AGAIN = """
    UPDATE orders_replayrecord SET replays = replays + 1, last_replayed_at = statement_timestamp()
    WHERE business_id = %(business)s::bigint AND credential_id = %(credential)s::bigint AND scope = %(scope)s::text
        AND key_sha256 = %(key_sha256)s::bytea AND expires_at > statement_timestamp()
        AND fingerprint = coalesce(%(fingerprint)s::bytea, fingerprint)
    RETURNING status, content_type, body
"""
# In a crash of the database it may be forgotten that an answer was given again, and which ids were drawn for nothing:
# nobody waits for the disk. Of an order that is stored they are on disk with it.
FIND = """
    WITH given AS (GIVE_AGAIN)
    SELECT k.id IS NOT NULL, given.status, given.content_type, given.body,
        c.id, c.uid, p.id, p.uid, p.customer_id, i.found, o.number, o.id,
        CASE WHEN o.id IS NOT NULL THEN
            ARRAY(SELECT nextval('orders_line_id_seq') FROM generate_series(1, %(lines)s::int))
        END,
        CASE WHEN o.id IS NOT NULL THEN
            ARRAY(SELECT nextval('orders_party_id_seq') FROM generate_series(1, %(parties)s::int))
        END
    FROM (SELECT %(business)s::bigint AS id) b
    LEFT JOIN given ON true
    LEFT JOIN orders_replayrecord k ON k.business_id = b.id AND k.credential_id = %(credential)s::bigint
        AND k.scope = %(scope)s::text AND k.key_sha256 = %(key_sha256)s::bytea
    LEFT JOIN customers_customer named ON named.business_id = b.id AND named.uid = %(customer)s::uuid
    LEFT JOIN customers_customer c ON c.business_id = b.id AND c.id = coalesce(named.merged_into_id, named.id)
    LEFT JOIN customers_project p ON p.business_id = b.id AND p.uid = %(project)s::uuid
    LEFT JOIN LATERAL (
        SELECT nextval(%(numbers)s::text::regclass) AS number, nextval('orders_order_id_seq') AS id
        WHERE k.id IS NULL AND c.id IS NOT NULL
    ) o ON true
    CROSS JOIN LATERAL (
        SELECT json_agg(json_build_array(t.scheme, t.code, t.id, t.uid, t.name)) AS found FROM (
            SELECT 'uid' AS scheme, u.code, item.id, item.uid, item.name
            FROM unnest(%(codes)s::text[], %(uids)s::uuid[]) AS u (code, uid)
            JOIN catalog_catalogitem item ON item.business_id = b.id AND item.uid = u.uid AND item.is_active
            UNION ALL
            SELECT n.scheme, n.code, item.id, item.uid, item.name
            FROM unnest(%(schemes)s::text[], %(names)s::text[]) AS u (scheme, code)
            JOIN catalog_itemcode n ON n.business_id = b.id AND n.scheme = u.scheme AND n.code = u.code
            JOIN catalog_catalogitem item ON item.business_id = b.id AND item.id = n.item_id AND item.is_active
        ) t
    ) i
""".replace("GIVE_AGAIN", GIVE_AGAIN)
KEPT = """
    locked AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(%s::bigint){} AS is_ours),
    answer AS ({} CROSS JOIN locked WHERE is_ours ON CONFLICT DO NOTHING RETURNING id)
"""
# Where the id of a request serves once. Its lock is taken by a statement before, so that this one sees what was kept
# by whoever had it last.
LOCK = "SELECT set_config('countersign.is_alone', pg_try_advisory_xact_lock(%s::bigint)::text, true)"
ONCE = """
    AND current_setting('countersign.is_alone')::boolean AND NOT EXISTS (
        SELECT FROM orders_replayrecord r WHERE r.business_id = %s::bigint AND r.credential_id = %s::bigint
            AND r.request_id = %s::text AND r.expires_at > statement_timestamp())
"""


def check() -> None:
    """Raise LookupError unless all that is read by name is there under that name."""
    prepared.check(READS)


def find(
    *,
    business: Business,
    customer: str,
    project: str | None,
    items: Sequence[ItemRef],
    lines: int,
    parties: int,
    key: Key | None,
) -> Found:
    """What an order names, by public ids and codes of items; with ids and a number for it where it can be made."""
    values = {
        "business": str(business.pk),
        "customer": _spelled(customer),
        "project": _spelled(project),
        "numbers": f"order_number_{business.pk}",
        "lines": str(lines),
        "parties": str(parties),
        **_items(items),
        **_named(key),
    }
    return _found(business.pk, *prepared.row(FIND, values, may_be_lost=True))


def _items(refs: Sequence[ItemRef]) -> dict[str, object]:
    own = {ref.code: uid for ref in refs if ref.scheme == OWN_SCHEME and (uid := as_uuid(ref.code))}
    coded = [ref for ref in refs if ref.scheme != OWN_SCHEME]
    return {
        "codes": list(own),
        "uids": list(map(str, own.values())),
        "schemes": [ref.scheme for ref in coded],
        "names": [ref.code for ref in coded],
    }


def _found(pk: int, *row: Any) -> Found:
    """The answer of FIND, about the business with this id."""
    answered, *again, customer_id, customer_uid, project_id, project_uid, owner_id, items = row[:10]
    number, order_id, line_ids, party_ids = row[10:]
    return Found(
        is_answered=answered,
        again=_kept(*again),
        customer=customer_id and prepared.known(Customer, id=customer_id, business_id=pk, uid=customer_uid),
        project=project_id
        and prepared.known(Project, id=project_id, business_id=pk, uid=project_uid, customer_id=owner_id),
        items={
            ItemRef(scheme=scheme, code=code): prepared.known(
                CatalogItem, id=item, business_id=pk, uid=UUID(uid), name=name
            )
            for scheme, code, item, uid, name in items or ()
        },
        number=number,
        order_id=order_id,
        line_ids=line_ids or (),
        party_ids=party_ids or (),
    )


def _kept(status: int | None = None, content_type: str = "", body: bytes = b"") -> Kept | None:
    return (status, content_type, bytes(body)) if status is not None else None


def give_again(*, business: Business, key: Key) -> Kept | None:
    """The answer that is kept under a key, counted; None unless it is to be given again."""
    return _kept(*prepared.row(GIVE_AGAIN, {"business": str(business.pk), **_named(key)}))


def write(rows: Sequence[models.Model], *, answer: ReplayRecord | None = None, key: Key | None = None) -> Written:
    """Store new rows of several tables by one statement; with an answer, only while its key is new and nobody's.

    A row whose id is drawn keeps it. A breach of a constraint is an IntegrityError; then nothing is stored.
    """
    by_model: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row)
    shapes = tuple((model, same[0].pk is not None) for model, same in by_model.items())
    values: list[object] = [json_rows.as_json(model, same) for model, same in by_model.items()]
    if answer and key:
        is_once = key.id_lock is not None
        once = [str(answer.business_id), str(key.credential), answer.request_id] if is_once else []
        is_ours, is_new = prepared.row(
            _insert(shapes, is_keyed=True, is_once=is_once),
            [str(key.lock), *once, json_rows.as_json(ReplayRecord, [answer]), *values],
            after=(LOCK, [str(key.id_lock)]) if is_once else None,
        )
        return Written(is_ours=is_ours, is_new=is_new)
    prepared.row(_insert(shapes, is_keyed=False), values)
    return Written(is_ours=True, is_new=True)


@cache
def _insert(shapes: tuple[tuple[type[models.Model], bool], ...], *, is_keyed: bool, is_once: bool = False) -> str:
    """Rows of these tables from as many JSON lists, after those whose tables stand before them."""
    only = sql.SQL(" WHERE EXISTS (SELECT FROM answer)" if is_keyed else "")
    inserts = [json_rows.insert(model, has_id=has_id) + only for model, has_id in shapes]
    parts = [sql.SQL("rows_{} AS (").format(n) + insert + sql.SQL(")") for n, insert in enumerate(inserts)]
    once = sql.SQL(ONCE if is_once else "")
    kept = sql.SQL(KEPT).format(once, json_rows.insert(ReplayRecord, has_id=False)) if is_keyed else None
    statement = sql.SQL("WITH {} SELECT {}").format(
        sql.SQL(", ").join([kept, *parts] if kept else parts),
        sql.SQL("is_ours, EXISTS (SELECT FROM answer) FROM locked" if is_keyed else "true"),
    )
    return statement.as_string()


def _spelled(uid: str | None) -> str | None:
    known = as_uuid(uid) if uid else None
    return str(known) if known else None


def _named(key: Key | None) -> dict[str, object]:
    return {
        "credential": key and str(key.credential),
        "scope": key and key.scope,
        "key_sha256": key and key.sha256,
        "fingerprint": key and key.fingerprint,
    }
