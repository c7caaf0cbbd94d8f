"""Drawdowns: hours reported against a contract, waiting to be approved."""

from http import HTTPStatus

from billing import drawdown_queries, services
from customers.permissions import Permission
from orders.api.dayzero import answers, filters, page_queries, serializers
from orders.api.dayzero.door import existing
from orders.api.dayzero.views.hours import HoursViews
from orders.api.endpoint import Endpoint, Values

DRAWDOWN = answers.DrawdownBody()


class DrawdownViews(HoursViews):
    @Endpoint(
        permission=Permission.READ,
        query=page_queries.DrawdownQuery(),
        answer=DRAWDOWN,
        code="DRAWDOWNS_RETRIEVED",
        message="Drawdowns retrieved successfully",
    )
    def list(self, values: Values, contract_id: str) -> object:
        rows = drawdown_queries.drawdowns(agreement=self.contract(contract_id))
        return self.listed(rows, values, by=filters.Drawdowns)

    @Endpoint(
        permission=Permission.SUBMIT,
        body=serializers.DrawdownInput(),
        answer=DRAWDOWN,
        status=HTTPStatus.CREATED,
        code="DRAWDOWN_RECORDED",
        message="Drawdown recorded successfully",
    )
    def create(self, values: Values, contract_id: str) -> object:
        """Report hours. They wait for approval and use nothing up until then."""
        return self.reported(values, contract_id=contract_id)

    @Endpoint(
        permission=Permission.SUBMIT,
        body=serializers.InboundHoursInput(),
        answer=DRAWDOWN,
        status=HTTPStatus.CREATED,
        may_conflict=True,
        code="HOURS_RECEIVED",
        message="Hours received successfully",
    )
    def inbound_hours(self, values: Values) -> object:
        """Report hours from a channel that knows one address for all contracts."""
        return self.reported(values, contract_id=values["contract_id"])

    @Endpoint(
        permission=Permission.BILL,
        answer=DRAWDOWN,
        status=HTTPStatus.CREATED,
        code="DRAWDOWN_APPROVED",
        message="Drawdown approved successfully",
    )
    def approve(self, values: Values, contract_id: str, drawdown_id: str) -> object:
        """Count the hours as used on their day."""
        agreement = self.contract(contract_id)
        pending = existing(drawdown_queries.drawdown_by_uid(agreement=agreement, uid=drawdown_id))
        return services.approve_drawdown(drawdown=pending, by=self.actor, at=self.now)

    @Endpoint(
        permission=Permission.BILL,
        answer=DRAWDOWN,
        status=HTTPStatus.CREATED,
        code="DRAWDOWN_REJECTED",
        message="Drawdown rejected successfully",
    )
    def reject(self, values: Values, contract_id: str, drawdown_id: str) -> object:
        """Refuse the hours for good."""
        agreement = self.contract(contract_id)
        pending = existing(drawdown_queries.drawdown_by_uid(agreement=agreement, uid=drawdown_id))
        return services.reject_drawdown(drawdown=pending, by=self.actor, at=self.now)
