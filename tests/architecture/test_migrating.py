"""Migrations in batches are the migrations: every operation once, in its order."""

from django.db.migrations import AddField, AddIndex, CreateModel, Migration, RemoveIndex
from django.db.models import Index, IntegerField

from customers import migrating

TABLES = [CreateModel(name, []) for name in ("Order", "Line")]
FIELD = AddField("Order", "number", IntegerField())
INDEXES = [AddIndex("Order", Index(fields=["number"], name=name)) for name in ("first", "second")]
GONE = [RemoveIndex("Order", "first"), RemoveIndex("Order", "second")]


def test_operations_of_a_kind_that_follow_each_other_are_a_batch_and_any_other_is_alone() -> None:
    operations = [*TABLES, FIELD, *INDEXES, *GONE, FIELD, FIELD]

    batches = list(migrating.batches(operations))

    assert batches[:4] == [TABLES, [FIELD], INDEXES, GONE]
    assert [operation for batch in batches for operation in batch] == operations


def test_afterwards_migrations_are_applied_as_ever() -> None:
    as_ever = Migration.apply

    with migrating.in_batches():
        assert Migration.apply is not as_ever

    assert Migration.apply is as_ever
