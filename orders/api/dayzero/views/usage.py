"""Metered usage coming in, up to a thousand events at a time."""

from http import HTTPStatus
from uuid import UUID

from billing import queries, services
from customers.permissions import Permission
from orders.api.dayzero import answers, serializers
from orders.api.dayzero.door import DayZeroViewSet, existing
from orders.api.endpoint import Endpoint, Values


class UsageViews(DayZeroViewSet):
    @Endpoint(
        permission=Permission.BILL,
        body=serializers.UsageBatchInput(),
        answer=answers.EventOutcomeBody(),
        is_list=True,
        status=HTTPStatus.CREATED,
        code="USAGE_RECORDED",
        message="Usage recorded successfully",
    )
    def usage(self, values: Values, contract_id: str) -> object:
        """Record events in their order, each with its own result. What was recorded before is a duplicate."""
        return services.record_events(
            agreement=existing(queries.agreement_by_uid(business=self.business, uid=contract_id)),
            events=[_event(sent) for sent in values["events"]],
            by=self.actor,
            at=self.now,
        )


def _event(sent: Values) -> services.UsageEvent:
    return services.UsageEvent(
        event_id=sent["event_id"],
        order_line_uid=UUID(sent["order_line_id"]),
        occurred_at=sent["occurred_at"],
        quantity=sent["quantity"],
        corrects=sent.get("corrects") or "",
    )
