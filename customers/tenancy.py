"""The tenant on every row, and the wall between tenants in the database itself.

A model that belongs to a business derives from `TenantModel`, points at others by `tenancy.Reference` and lists
`tenancy.keys(...)` in its constraints: the key (business, id) that others point at, one composite foreign key per
reference, so that no row can point into another business, whoever writes it, and the policy that hands the
application's role the rows of one business only, whatever it asks for (`customers.wall`).
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.constraints import BaseConstraint

from customers import wall

if TYPE_CHECKING:
    from customers.models import Business

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)
Set_contra = TypeVar("Set_contra", contravariant=True)
Get_co = TypeVar("Get_co", covariant=True)


class TenantQuerySet(models.QuerySet[Row_co]):
    def for_business(self, business: "Business") -> Self:
        """The rows of one business. Every query starts here: a stranger's row does not exist."""
        return self.filter(business=business)


TenantManager = models.Manager.from_queryset(TenantQuerySet)


class TenantModel(models.Model):
    # The index of (business, id) serves this column too.
    business = models.ForeignKey("customers.Business", on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = TenantManager()

    class Meta:
        abstract = True


class Reference(models.ForeignKey[Set_contra, Get_co]):
    """A row of the same business. The composite key in `keys` holds it, instead of one that Django would make."""

    def __init__(
        self,
        to: type[models.Model] | str,
        on_delete: Callable[..., None] = models.PROTECT,
        *,
        null: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(to, on_delete, null=null, **{**options, "db_constraint": False})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """As a foreign key without a constraint: migrations need not know of this class."""
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, options


class TenantReference(BaseConstraint):
    """FOREIGN KEY (business_id, field_id) REFERENCES target (business_id, id), checked at each statement."""

    def __init__(self, *, field: str, name: str) -> None:
        super().__init__(name=name)
        self.field = field

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, tuple(args), {**kwargs, "field": self.field}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TenantReference):
            return NotImplemented
        return (self.name, self.field) == (other.name, other.field)

    def __hash__(self) -> int:
        return hash((self.name, self.field))

    def constraint_sql(  # type: ignore[override]  # nothing inline: the target may come later in the same migration
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> None:
        self.create_sql(model, schema_editor)

    def create_sql(  # type: ignore[override]
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> None:
        """Add the constraint at the end of the migration, when every key it may point at exists."""
        assert model is not None
        assert schema_editor is not None
        reference = model._meta.get_field(self.field)
        assert isinstance(reference, models.ForeignKey)
        quote = schema_editor.quote_name
        schema_editor.deferred_sql.append(
            f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(self.name)} "
            f"FOREIGN KEY ({quote('business_id')}, {quote(reference.column)}) "
            f"REFERENCES {quote(reference.related_model._meta.db_table)} ({quote('business_id')}, {quote('id')}) "
            f"DEFERRABLE INITIALLY IMMEDIATE"
        )

    def remove_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        assert model is not None
        assert schema_editor is not None
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(self, *args: object, **kwargs: object) -> None:
        """Left to the database, which cannot be raced."""


class OwnRows(BaseConstraint):
    """Row-level security: the rows of the business that the transaction has named are there, no others; of none, none.

    One equality, so that the planner finds rows by the index it would take for `for_business` anyway. The table's owner
    is not subject to it: migrations are its work, and the functions that find a business by a key.
    """

    def __eq__(self, other: object) -> bool:
        return self.name == other.name if isinstance(other, OwnRows) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.name)

    def constraint_sql(  # type: ignore[override]  # nothing inline: a table has to be there before its policy
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> None:
        assert schema_editor is not None
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def create_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        assert model is not None
        assert schema_editor is not None
        table, name = map(schema_editor.quote_name, (model._meta.db_table, self.name))
        return (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; "
            f"CREATE POLICY {name} ON {table} "
            f"USING (business_id = nullif(current_setting('{wall.SETTING}', true), '')::bigint)"
        )

    def remove_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        assert model is not None
        assert schema_editor is not None
        table, name = map(schema_editor.quote_name, (model._meta.db_table, self.name))
        return f"DROP POLICY {name} ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"

    def validate(self, *args: object, **kwargs: object) -> None:
        """Left to the database."""


def keys(table: str, *references: str) -> Iterable[BaseConstraint]:
    """The key (business, id) of a table, its policy, and a composite foreign key for each named reference."""
    yield models.UniqueConstraint(fields=("business", "id"), name=f"{table}_business_id_key")
    yield OwnRows(name=f"{table}_own_rows")
    for field in references:
        yield TenantReference(field=field, name=f"{table}_{field}_same_business")
