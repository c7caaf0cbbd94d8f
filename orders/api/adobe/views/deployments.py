"""Deployments: the places in other countries that a customer buys for."""

from customers.permissions import Permission
from orders.api.adobe import answers, profiles, queries_in, records
from orders.api.adobe.door import CREATED, AdobeViewSet, existing, page_links, sliced
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
        code="",
        message="Deployments",
    )
    def list(self, values: Values, customer_id: str) -> object:
        """A page of them, oldest first."""
        rows = queries.deployments(account=self.account)
        if status := values.get("status"):
            closed = rows.filter(attributes__is_closed=True).values("pk")
            rows = rows.filter(pk__in=closed) if status == INACTIVE else rows.exclude(pk__in=closed)
        limit, offset = min(values["limit"], 100), values["offset"]
        found, total = sliced(rows, limit=limit, offset=offset)
        path, query = f"/v3/customers/{self.account.code}/deployments", self.request.query_params.dict()
        return {
            "totalCount": total,
            "count": len(found),
            "offset": offset,
            "limit": limit,
            "items": [records.deployment(row, customer_id=self.account.code) for row in found],
            "links": page_links(path=path, query=query, limit=limit, offset=offset, total=total),
        }

    @Endpoint(
        permission=Permission.DRAFT,
        body=profiles.DeploymentInput(),
        answer=answers.DeploymentBody(),
        status=CREATED,
        code="",
        message="Deployment created",
    )
    def create(self, values: Values, customer_id: str) -> object:
        """Add a place that the customer buys for."""
        spec = profiles.deployment(values)
        added = deployments.add_deployment(account=self.account, spec=spec, by=self.actor, at=self.now)
        return records.deployment(added, customer_id=self.account.code)

    @Endpoint(permission=Permission.READ, answer=answers.DeploymentBody(), code="", message="Deployment")
    def retrieve(self, values: Values, customer_id: str, deployment_id: str) -> object:
        """One place of the customer."""
        found = queries.deployment_by_code(account=self.account, code=deployment_id)
        return records.deployment(existing(found, Refusal.UNKNOWN_DEPLOYMENT), customer_id=self.account.code)

    @Endpoint(
        permission=Permission.DRAFT,
        body=profiles.DeploymentInput(),
        answer=answers.DeploymentBody(),
        status=CREATED,
        code="",
        message="Deployment updated",
    )
    def partial_update(self, values: Values, customer_id: str, deployment_id: str) -> object:
        """Write another address in the same country. Answers 201, as published."""
        code = deployment_id
        found = existing(queries.deployment_by_code(account=self.account, code=code), Refusal.UNKNOWN_DEPLOYMENT)
        spec = profiles.deployment(values)
        if spec.country != str(found.country):
            raise LicensingRefused(Refusal.INVALID_FIELD, fields=["companyProfile.address.country"])
        changed = deployments.change_deployment(deployment=found, spec=spec, by=self.actor, at=self.now)
        return records.deployment(changed, customer_id=self.account.code)
