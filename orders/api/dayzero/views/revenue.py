"""Revenue: what of the issued documents is earned in each month, and what is still deferred."""

from itertools import islice
from uuid import UUID

from billing import revenue_schedules
from customers.permissions import Permission
from orders.api.dayzero import answers, page_queries
from orders.api.dayzero.door import DayZeroViewSet
from orders.api.endpoint import Endpoint, Values


class RevenueViews(DayZeroViewSet):
    @Endpoint(
        permission=Permission.READ,
        query=page_queries.ScheduleQuery(),
        answer=answers.ScheduledMonthBody(),
        is_list=True,
        code="REVENUE_SCHEDULES_RETRIEVED",
        message="Revenue schedules retrieved successfully",
    )
    def list(self, values: Values) -> object:
        """One row per contract and month, oldest contract first."""
        contract_id = values.get("contract_id")
        rows = revenue_schedules.scheduled_months(
            business=self.business, agreement_uid=UUID(contract_id) if contract_id else None
        )
        return [*islice(rows, values["offset"], values["offset"] + values["limit"])]

    @Endpoint(
        permission=Permission.READ,
        answer=answers.WaterfallMonthBody(),
        is_list=True,
        code="REVENUE_WATERFALL_RETRIEVED",
        message="Revenue waterfall retrieved successfully",
    )
    def waterfall(self, values: Values) -> object:
        """What each month end leaves deferred over all contracts, per currency."""
        return revenue_schedules.waterfall(business=self.business)
