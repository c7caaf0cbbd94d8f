"""Triggers for the promises that a CHECK cannot express. Each refusal arrives as an IntegrityError with a sentence."""

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


def refuse_truncate(name: str, *, sentence: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=REFUSE.format(sentence=sentence),
    )


def refuse_with_parent(
    name: str, *, parent: str, key: str, frozen: str, operation: pgtrigger.Operation, sentence: str
) -> pgtrigger.Trigger:
    """Refuse a statement that touches a child row of a frozen parent, with one look-up for the whole statement.

    `frozen` is SQL over the parent's alias `p`. An update looks at the rows both as they were and as they became.
    """
    rows = {"INSERT": ("new_rows",), "UPDATE": ("old_rows", "new_rows"), "DELETE": ("old_rows",)}[str(operation)]
    touched = " UNION ALL ".join(f"SELECT {key} FROM {table}" for table in rows)
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
