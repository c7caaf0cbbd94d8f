"""Customers: who buys."""

from customers.permissions import Permission
from orders.api.adobe import answers, profiles, records
from orders.api.adobe.door import CREATED, AdobeViewSet
from orders.api.endpoint import Endpoint, Values
from orders.licensing import accounts, queries


class CustomerViews(AdobeViewSet):
    """One customer at a time, always the caller's business's."""

    @Endpoint(
        permission=Permission.DRAFT,
        body=profiles.CustomerInput(),
        answer=answers.CustomerBody(),
        status=CREATED,
        message="Customer created",
    )
    def create(self, values: Values) -> object:
        """Add a customer, active at once and without an anniversary yet."""
        return records.customer(
            accounts.open_account(business=self.business, spec=profiles.account(values), by=self.actor, at=self.now)
        )

    @Endpoint(permission=Permission.READ, answer=answers.CustomerBody(), message="Customer")
    def retrieve(self, values: Values, customer_id: str) -> object:
        """The customer with its levels and its anniversary."""
        return records.customer(self.account)

    @Endpoint(
        permission=Permission.DRAFT,
        body=profiles.CustomerPatch(),
        answer=answers.CustomerBody(),
        message="Customer updated",
    )
    def partial_update(self, values: Values, customer_id: str) -> object:
        """Change the profile or the client's own reference; what is not sent stays."""
        company = values.get("companyProfile", {})
        changes: dict[str, object] = {"profile": {**self.account.profile, **profiles.kept(company)}}
        if "externalReferenceId" in values:
            changes["reference"] = values["externalReferenceId"]
        contacts = company.get("contacts") or [{}]
        accounts.update_account(
            account=self.account,
            changes=changes,
            name=company.get("companyName", ""),
            email=contacts[0].get("email", ""),
            by=self.actor,
            at=self.now,
        )
        return records.customer(queries.account_by_code(business=self.business, code=self.account.code))
