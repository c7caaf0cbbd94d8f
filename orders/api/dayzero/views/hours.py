"""Hours worked, however a client came to report them."""

from billing import services
from orders.api.dayzero import translate
from orders.api.dayzero.door import DayZeroViewSet
from orders.api.endpoint import Values


class HoursViews(DayZeroViewSet):
    """Under a contract or under one address for all of them, the same hours wait for the same approval."""

    def reported(self, values: Values, *, contract_id: str) -> object:
        """Hours on a contract that nobody has approved; they use nothing up until then."""
        return services.submit_drawdown(
            agreement=self.contract(contract_id), hours=translate.hours(values), by=self.actor, at=self.now
        )
