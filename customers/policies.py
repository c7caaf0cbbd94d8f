"""A migration's operation: row-level security for many tables at once."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from customers.tenancy import OwnRows


class AddOwnRows(Operation):
    """As many `AddConstraint`s of `OwnRows`, by the names of their models, with the models drawn up once for all."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def describe(self) -> str:
        return f"Hand out the rows of one business at a time ({len(self.names)} tables)"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__qualname__, [self.names], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        for model, name in self.names.items():
            state.add_constraint(app_label, model, OwnRows(name=name))

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for model, name in self.names.items():
            schema_editor.add_constraint(from_state.apps.get_model(app_label, model), OwnRows(name=name))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for model, name in self.names.items():
            schema_editor.remove_constraint(to_state.apps.get_model(app_label, model), OwnRows(name=name))
