"""No table can be added without its wall."""

from django.apps import apps
from django.db import models

from customers.models import Business
from customers.tenancy import TenantModel, TenantReference

OURS = {"customers", "catalog", "billing", "orders"}
TENANT_MODELS = [model for model in apps.get_models() if issubclass(model, TenantModel)]
# People log in, and guess, before a business is known; a business owns itself.
GLOBAL = {"User", "Business", "GuessCount"}


def foreign_keys(model: type[models.Model]) -> set[str]:
    return {
        field.name
        for field in model._meta.fields
        if isinstance(field, models.ForeignKey) and issubclass(field.related_model, TenantModel)
    }


def composite_keys(model: type[models.Model]) -> set[str]:
    return {c.field for c in model._meta.constraints if isinstance(c, TenantReference)}


def test_every_row_of_ours_belongs_to_a_business() -> None:
    ours = {model.__name__ for model in apps.get_models() if model._meta.app_label in OURS}

    assert ours - {model.__name__ for model in TENANT_MODELS} == GLOBAL


def test_every_reference_between_tenant_rows_is_a_composite_foreign_key() -> None:
    assert {model: foreign_keys(model) for model in TENANT_MODELS} == {
        model: composite_keys(model) for model in TENANT_MODELS
    }


def test_every_tenant_row_names_its_business() -> None:
    owners = {model._meta.get_field("business").related_model for model in TENANT_MODELS}

    assert owners == {Business}
