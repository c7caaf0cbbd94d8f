"""Migrations of an empty database in a third of their time.

Django makes the classes of all related models anew after each operation, and here each model is related to nearly every
other: of ten seconds nine went into that. Operations of one kind in a row do without: their statements only ask for the
models as they are before the first or after the last of them.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AddConstraint, AddIndex, CreateModel, Migration, RemoveConstraint, RemoveIndex
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

KINDS: dict[type[Operation], str] = {
    CreateModel: "tables",
    **dict.fromkeys((AddIndex, AddConstraint, AddTrigger), "added to tables"),
    **dict.fromkeys((RemoveIndex, RemoveConstraint, RemoveTrigger), "taken from tables"),
}


@contextmanager
def in_batches() -> Iterator[None]:
    """Meanwhile migrations are applied so: the same statements in the same order."""
    one_by_one = Migration.apply
    Migration.apply = _apply  # type: ignore[assignment,method-assign]  # Django has no other way to say it
    try:
        yield
    finally:
        Migration.apply = one_by_one  # type: ignore[method-assign]


def _apply(
    migration: Migration,
    project_state: ProjectState,
    schema_editor: BaseDatabaseSchemaEditor,
    collect_sql: bool = False,  # noqa: FBT001, FBT002  # as Django calls it
) -> ProjectState:
    assert migration.atomic, "what is not atomic is migrated one by one"
    assert not collect_sql
    for batch in batches(migration.operations):
        before = project_state.clone()
        if len(batch) > 1:
            project_state.__dict__.pop("apps", None)  # made again when the first asks for them
        for operation in batch:
            operation.state_forwards(migration.app_label, project_state)
        for operation in batch:
            operation.database_forwards(migration.app_label, schema_editor, before, project_state)
    return project_state


def batches(operations: Iterable[Operation]) -> Iterator[list[Operation]]:
    """Those of a kind that follow each other; any other is alone."""
    for kind, alike in groupby(operations, key=lambda operation: KINDS.get(type(operation))):
        batch = list(alike)
        yield from [batch] if kind else ([operation] for operation in batch)
