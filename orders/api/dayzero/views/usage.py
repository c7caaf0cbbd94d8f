"""Metered usage coming in, up to a thousand events at a time."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from billing import services
from customers.permissions import Permission
from orders.api.dayzero import answers, serializers, validation
from orders.api.dayzero.door import DayZeroViewSet
from orders.api.endpoint import Endpoint, Values
from orders.api.invalid import InvalidInput

MALFORMED = "malformed"


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
        """Record events in their order, each with its own result; one that is refused leaves the others as they are."""
        sent: Sequence[Values | InvalidInput] = values["events"]
        outcomes = services.record_events(
            agreement=self.contract(contract_id),
            events=[_event(event) for event in sent if not isinstance(event, InvalidInput)],
            by=self.actor,
            at=self.now,
        )
        recorded = iter(outcomes)
        return [
            _refused(index, event) if isinstance(event, InvalidInput) else _told(index, next(recorded))
            for index, event in enumerate(sent)
        ]


def _event(sent: Values) -> services.UsageEvent:
    return services.UsageEvent(
        event_id=sent["event_id"],
        order_line_uid=UUID(sent["order_line_id"]),
        occurred_at=sent["occurred_at"],
        quantity=sent["quantity"],
        corrects=sent.get("corrects") or "",
    )


def _told(index: int, outcome: services.EventOutcome) -> dict[str, Any]:
    return {
        "index": index,
        "event_id": outcome.event_id,
        "result": outcome.result,
        "code": outcome.code,
        "reason": outcome.reason,
    }


def _refused(index: int, invalid: InvalidInput) -> dict[str, Any]:
    """The result of an event that is none, with every fault it has."""
    return {
        "index": index,
        "event_id": _event_id(invalid),
        "result": services.EventResult.REFUSED,
        "code": MALFORMED,
        "reason": validation.in_words(invalid),
    }


def _event_id(invalid: InvalidInput) -> str | None:
    """What the event calls itself, where that is a name."""
    is_named = isinstance(invalid.sent, dict) and "event_id" not in invalid.detail
    return str(invalid.sent["event_id"]) if is_named else None
