"""Subscriptions: what a customer has, and what of it renews."""

from typing import Any

from customers.permissions import Permission
from customers.queries import today
from orders.api.adobe import answers, bodies, records, serializers
from orders.api.adobe.door import AdobeViewSet, existing
from orders.api.endpoint import Endpoint, Values
from orders.licensing import programmes, queries, subscriptions
from orders.licensing.refusals import Refusal


class SubscriptionViews(AdobeViewSet):
    """The subscriptions of one customer."""

    @Endpoint(permission=Permission.READ, answer=answers.SubscriptionList(), message="Subscriptions")
    def list(self, values: Values, customer_id: str) -> object:
        """All of them, without filters and pages."""
        rows = queries.subscriptions(account=self.account)
        day, programme = today(business=self.business, at=self.now), programmes.programme_of(business=self.business)
        items = [records.subscription(row, programme=programme, today=day) for row in rows]
        links = bodies.self_link(f"/v3/customers/{self.account.code}/subscriptions")
        return {"totalCount": len(items), "items": items, "links": links}

    @Endpoint(permission=Permission.READ, answer=answers.SubscriptionBody(), message="Subscription")
    def retrieve(self, values: Values, customer_id: str, subscription_id: str) -> object:
        """One subscription of the customer."""
        return self._shown(self._subscription(subscription_id))

    @Endpoint(
        permission=Permission.SUBMIT,
        body=serializers.SubscriptionInput(),
        answer=answers.SubscriptionBody(),
        message="Subscription created",
    )
    def create(self, values: Values, customer_id: str) -> object:
        """Add a product that begins with the next term. Answers 200, as published."""
        place = values.get("deploymentId", "")
        deployment = (
            existing(queries.deployment_by_code(account=self.account, code=place), Refusal.UNKNOWN_DEPLOYMENT)
            if place
            else None
        )
        return self._shown(
            subscriptions.schedule(
                account=self.account,
                offer=values["offerId"],
                renewal_quantity=values["autoRenewal"]["renewalQuantity"],
                currency=values.get("currencyCode") or self.business.currency,
                deployment=deployment,
                by=self.actor,
                at=self.now,
            )
        )

    @Endpoint(
        permission=Permission.SUBMIT,
        body=serializers.SubscriptionPatch(),
        answer=answers.SubscriptionBody(),
        message="Subscription updated",
    )
    def partial_update(self, values: Values, customer_id: str, subscription_id: str) -> object:
        """Turn automatic renewal on or off, or say how many renew."""
        renewal = values["autoRenewal"]
        return self._shown(
            subscriptions.change_renewal(
                subscription=self._subscription(subscription_id),
                is_auto_renewed=renewal.get("enabled"),
                renewal_quantity=renewal.get("renewalQuantity"),
                by=self.actor,
                at=self.now,
            )
        )

    def _subscription(self, code: str) -> Any:
        return existing(queries.subscription_by_code(account=self.account, code=code), Refusal.UNKNOWN_SUBSCRIPTION)

    def _shown(self, row: object) -> object:
        programme = programmes.programme_of(business=self.business)
        return records.subscription(row, programme=programme, today=today(business=self.business, at=self.now))
