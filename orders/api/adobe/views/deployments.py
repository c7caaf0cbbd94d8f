"""Deployments: the places in other countries that a customer buys for."""

from functools import partial
from typing import Any

from customers.permissions import Permission
from orders.api.adobe import answers, profiles, queries_in, records
from orders.api.adobe.door import CREATED, LARGEST_PAGE, AdobeViewSet, existing
from orders.api.adobe.vocabulary import INACTIVE
from orders.api.endpoint import Endpoint, Values
from orders.licensing import deployments, queries
from orders.licensing.refusals import LicensingRefused, Refusal


class DeploymentViews(AdobeViewSet):
    """The deployments of one customer."""

    @Endpoint(
        permission=Permission.READ,
        query=queries_in.DeploymentQuery(),
        answer=answers.DeploymentPage(),
        message="Deployments",
    )
    def list(self, values: Values, customer_id: str) -> object:
        """A page of them, oldest first."""
        rows = queries.deployments(account=self.account)
        if status := values.get("status"):
            closed = rows.filter(attributes__is_closed=True).values("pk")
            rows = rows.filter(pk__in=closed) if status == INACTIVE else rows.exclude(pk__in=closed)
        show = partial(records.deployment, customer_id=self.account.code)
        path = f"/v3/customers/{self.account.code}/deployments"
        return self.page(rows, values, most=LARGEST_PAGE, path=path, name="items", show=show)

    @Endpoint(
        permission=Permission.DRAFT,
        body=profiles.DeploymentInput(),
        answer=answers.DeploymentBody(),
        status=CREATED,
        message="Deployment created",
    )
    def create(self, values: Values, customer_id: str) -> object:
        """Add a place that the customer buys for."""
        spec = profiles.deployment(values)
        added = deployments.add_deployment(account=self.account, spec=spec, by=self.actor, at=self.now)
        return records.deployment(added, customer_id=self.account.code)

    @Endpoint(permission=Permission.READ, answer=answers.DeploymentBody(), message="Deployment")
    def retrieve(self, values: Values, customer_id: str, deployment_id: str) -> object:
        """One place of the customer."""
        return records.deployment(self._deployment(deployment_id), customer_id=self.account.code)

    @Endpoint(
        permission=Permission.DRAFT,
        body=profiles.DeploymentInput(),
        answer=answers.DeploymentBody(),
        status=CREATED,
        message="Deployment updated",
    )
    def partial_update(self, values: Values, customer_id: str, deployment_id: str) -> object:
        """Write another address in the same country. Answers 201, as published."""
        found, spec = self._deployment(deployment_id), profiles.deployment(values)
        if spec.country != str(found.country):
            raise LicensingRefused(Refusal.INVALID_FIELD, fields=["companyProfile.address.country"])
        changed = deployments.change_deployment(deployment=found, spec=spec, by=self.actor, at=self.now)
        return records.deployment(changed, customer_id=self.account.code)

    def _deployment(self, code: str) -> Any:
        return existing(queries.deployment_by_code(account=self.account, code=code), Refusal.UNKNOWN_DEPLOYMENT)
