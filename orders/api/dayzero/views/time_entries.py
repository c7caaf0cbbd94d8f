"""Time entries: the hours worked against any contract, waiting to be approved."""

from http import HTTPStatus

from billing import drawdown_queries, services
from customers.permissions import Permission
from orders.api.dayzero import answers, filters, page_queries, serializers
from orders.api.dayzero.door import existing
from orders.api.dayzero.views.hours import HoursViews
from orders.api.endpoint import Endpoint, Values

TIME_ENTRY = answers.TimeEntryBody()


class TimeEntryViews(HoursViews):
    """The same hours as a contract's drawdowns, under one address for all contracts."""

    @Endpoint(
        permission=Permission.READ,
        query=page_queries.TimeEntryQuery(),
        answer=TIME_ENTRY,
        code="TIME_ENTRIES_RETRIEVED",
        message="Time entries retrieved successfully",
    )
    def list(self, values: Values) -> object:
        rows = drawdown_queries.time_entries(business=self.business)
        return self.listed(rows, values, by=filters.TimeEntries)

    @Endpoint(
        permission=Permission.READ,
        answer=TIME_ENTRY,
        code="TIME_ENTRY_RETRIEVED",
        message="Time entry retrieved successfully",
    )
    def retrieve(self, values: Values, time_entry_id: str) -> object:
        return existing(drawdown_queries.time_entry_by_uid(business=self.business, uid=time_entry_id))

    @Endpoint(
        permission=Permission.SUBMIT,
        body=serializers.TimeEntryInput(),
        answer=TIME_ENTRY,
        status=HTTPStatus.CREATED,
        may_conflict=True,
        code="TIME_ENTRY_CREATED",
        message="Time entry created successfully",
    )
    def create(self, values: Values) -> object:
        """Report hours worked. They wait for approval and count nowhere until then."""
        return self.reported(values, contract_id=values["contract_id"])

    @Endpoint(
        permission=Permission.BILL,
        answer=TIME_ENTRY,
        status=HTTPStatus.CREATED,
        code="TIME_ENTRY_APPROVED",
        message="Time entry approved successfully",
    )
    def approve(self, values: Values, time_entry_id: str) -> object:
        """Count the hours: as delivered units of a per_unit line, as drawn from a prepaid_block."""
        pending = existing(drawdown_queries.time_entry_by_uid(business=self.business, uid=time_entry_id))
        return services.approve_drawdown(drawdown=pending, by=self.actor, at=self.now)

    @Endpoint(
        permission=Permission.BILL,
        answer=TIME_ENTRY,
        status=HTTPStatus.CREATED,
        code="TIME_ENTRY_REJECTED",
        message="Time entry rejected successfully",
    )
    def reject(self, values: Values, time_entry_id: str) -> object:
        """Refuse the hours for good."""
        pending = existing(drawdown_queries.time_entry_by_uid(business=self.business, uid=time_entry_id))
        return services.reject_drawdown(drawdown=pending, by=self.actor, at=self.now)
