"""Recipes: kept by staff, named by the lines of orders."""

import re
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from catalog.models import Recipe
from customers import ledger
from customers.actors import Actor
from customers.models import Business
from customers.permissions import Permission

TOKEN = re.compile(r"[0-9A-Za-z]{8}", re.ASCII)


class BadToken(ValueError):
    """Not eight letters or digits, or another recipe's already."""

    code = "bad_token"


@transaction.atomic
def save_recipe(
    *,
    business: Business,
    token: str,
    sku: str,
    body: Mapping[str, object],
    by: Actor,
    at: datetime,
    recipe: Recipe | None = None,
) -> Recipe:
    """Add a recipe, or change one. Upper and lower case differ in a token. Raises BadToken."""
    by.require(Permission.DRAFT, business=business)
    if not TOKEN.fullmatch(token):
        raise BadToken("A token is eight letters and digits.")
    row = recipe or Recipe(business=business, created_by=by.staff_member, created_at=at)
    row.token, row.sku, row.body = token, sku, dict(body)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise BadToken(f"There is a recipe {token} already.") from error
    after = {"token": token, "sku": sku, "body": row.body}
    ledger.record(subject=row, action="update" if recipe else "create", by=by, at=at, after=after)
    return row


def recipe_by_token(*, business: Business, token: str) -> Recipe | None:
    """The recipe under this token, written exactly so, or None."""
    return Recipe.objects.for_business(business).filter(token=token).first() if TOKEN.fullmatch(token) else None
