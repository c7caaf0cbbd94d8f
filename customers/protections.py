"""Triggers for the promises that a CHECK cannot express. Each refusal arrives as an IntegrityError with a sentence."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

import pgtrigger

REFUSE = "RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation';"


def changed(*fields: str) -> pgtrigger.Q:
    """Any of these fields differs between OLD and NEW."""
    return reduce(or_, (pgtrigger.Q(**{f"old__{field}__df": pgtrigger.F(f"new__{field}")}) for field in fields))


def refuse(
    name: str, *, operation: pgtrigger.Operation, sentence: str, condition: pgtrigger.Condition | None = None
) -> pgtrigger.Trigger:
    """Refuse a row operation, always or under a condition on OLD and NEW."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=operation,
        condition=condition,
        func=REFUSE.format(sentence=sentence),
    )


def append_only(sentence: str) -> Iterable[pgtrigger.Trigger]:
    """Refuse every change of a stored row, and every removal."""
    yield refuse("append_only", operation=pgtrigger.Update | pgtrigger.Delete, sentence=sentence)
    yield refuse_truncate(sentence=sentence)


def refuse_if(
    name: str,
    *,
    operation: pgtrigger.Operation,
    found: str,
    sentence: str,
    lock: str = "",
    condition: pgtrigger.Condition | None = None,
) -> pgtrigger.Trigger:
    """Refuse a row when SQL over NEW is true; `lock` names rows that make rivals wait for each other first."""
    waits = f"PERFORM 1 FROM {lock}; " if lock else ""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=operation,
        condition=condition,
        func=f"{waits}IF {found} THEN {REFUSE.format(sentence=sentence)} END IF; RETURN NEW;",
    )


def refuse_moves_but(name: str, *, field: str, allowed: Iterable[tuple[str, str]], sentence: str) -> pgtrigger.Trigger:
    """Refuse every change of a field but the allowed (from, to) pairs."""
    pairs = ", ".join(f"('{before}', '{after}')" for before, after in sorted(allowed))
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=changed(field),
        func=(
            f"IF (OLD.{field}, NEW.{field}) NOT IN ({pairs}) THEN {REFUSE.format(sentence=sentence)} END IF; "
            "RETURN NEW;"
        ),
    )


def refuse_truncate(name: str = "never_emptied", *, sentence: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=REFUSE.format(sentence=sentence),
    )


def refuse_with_parent(
    name: str, *, parent: str, key: str, frozen: str, operation: pgtrigger.Operation, sentence: str, only: str = ""
) -> pgtrigger.Trigger:
    """Refuse a statement that touches a child row of a frozen parent, with one look-up for the whole statement.

    `frozen` is SQL over the parent's alias `p`, `only` narrows the child rows. An update looks at the rows both as they
    were and as they became.
    """
    rows = {"INSERT": ("new_rows",), "UPDATE": ("old_rows", "new_rows"), "DELETE": ("old_rows",)}[str(operation)]
    narrowed = f" WHERE {only}" if only else ""
    touched = " UNION ALL ".join(f"SELECT {key} FROM {table}{narrowed}" for table in rows)
    names = {"old" if table == "old_rows" else "new": table for table in rows}
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**names),
        func=(
            f"IF EXISTS (SELECT 1 FROM ({touched}) t JOIN {parent} p ON p.id = t.{key} WHERE {frozen}) THEN "
            f"{REFUSE.format(sentence=sentence)} END IF; RETURN NULL;"
        ),
    )


def refuse_rows(name: str, *, operation: pgtrigger.Operation, rows: str, sentence: str) -> pgtrigger.Trigger:
    """Refuse an update after which a query over `old_rows` and `new_rows` finds something."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(old="old_rows", new="new_rows"),
        func=f"IF EXISTS ({rows}) THEN {REFUSE.format(sentence=sentence)} END IF; RETURN NULL;",
    )
