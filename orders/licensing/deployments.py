"""Writing the places in other countries that a customer buys for. Each call is one transaction and leaves an event."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from customers import ledger
from customers.actors import Actor
from customers.models import Address
from customers.permissions import Permission
from orders.licensing import programmes
from orders.licensing.accounts import new_code
from orders.models import LicenceAccount


@dataclass(frozen=True, kw_only=True, slots=True)
class DeploymentSpec:
    """A place in another country that a customer buys for."""

    country: str
    line_1: str
    city: str
    line_2: str = ""
    region: str = ""
    postal_code: str = ""
    phone: str = ""
    attributes: Mapping[str, object] = field(default_factory=dict)


@transaction.atomic
def add_deployment(
    *, account: LicenceAccount, spec: DeploymentSpec, by: Actor, at: datetime, code: str = ""
) -> Address:
    """Add a deployment under the given id, or a new one. Raises LicensingRefused where sales are at home only."""
    by.require(Permission.DRAFT, business=account.business)
    programme = programmes.programme_of(business=account.business)
    programmes.check_global_sales(account=account, programme=programme)
    try:
        with transaction.atomic():
            deployment = _insert(account, spec, code or new_code(), by, at)
    except IntegrityError as error:
        if code or "address_reference_once_per_customer" not in str(error):
            raise
        deployment = _insert(account, spec, new_code(), by, at)
    ledger.record(
        subject=deployment,
        action="create",
        by=by,
        at=at,
        after={"reference": deployment.reference, "country": str(deployment.country)},
    )
    return deployment


@transaction.atomic
def change_deployment(*, deployment: Address, spec: DeploymentSpec, by: Actor, at: datetime) -> Address:
    """Write another address onto a deployment; its country stays what it was."""
    by.require(Permission.DRAFT, business=deployment.business)
    stored = Address.objects.for_business(deployment.business).select_for_update().get(pk=deployment.pk)
    changes = {**asdict(spec), "attributes": {**stored.attributes, **spec.attributes}}
    del changes["country"]
    before = {name: getattr(stored, name) for name in changes}
    for name, value in changes.items():
        setattr(stored, name, value)
    stored.updated_at = at
    stored.save()
    ledger.record(subject=stored, action="update", by=by, at=at, before=before, after=changes)
    return stored


def _insert(account: LicenceAccount, spec: DeploymentSpec, code: str, by: Actor, at: datetime) -> Address:
    return Address.objects.create(
        business=account.business,
        customer=account.customer,
        label="Deployment",
        reference=code,
        origin=by.channel,
        created_at=at,
        updated_at=at,
        **asdict(spec),
    )
