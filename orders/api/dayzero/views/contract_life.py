"""What the parties agree about a running contract: to pause it, to resume it, to end it."""

from http import HTTPStatus

from billing import services
from customers.permissions import Permission
from customers.queries import today
from orders import services as order_services
from orders.api.dayzero import answers, serializers
from orders.api.dayzero.door import DayZeroViewSet
from orders.api.endpoint import Endpoint, Values

CONTRACT = answers.ContractBody()


class ContractLifeViews(DayZeroViewSet):
    """Each answers with the contract as it stands afterwards."""

    @Endpoint(
        permission=Permission.APPROVE,
        body=serializers.EffectiveInput(),
        answer=CONTRACT,
        status=HTTPStatus.CREATED,
        code="CONTRACT_PAUSED",
        message="Contract paused successfully",
    )
    def pause(self, values: Values, contract_id: str) -> object:
        """Serve and bill no period that begins on or after a day, until resumed."""
        services.pause_agreement(
            agreement=self.contract(contract_id),
            effective_on=values.get("effective_on") or today(business=self.business, at=self.now),
            by=self.actor,
            at=self.now,
        )
        return self.contract(contract_id)

    @Endpoint(
        permission=Permission.APPROVE,
        body=serializers.ResumeInput(),
        answer=CONTRACT,
        status=HTTPStatus.CREATED,
        code="CONTRACT_RESUMED",
        message="Contract resumed successfully",
    )
    def resume(self, values: Values, contract_id: str) -> object:
        """End a pause. Its periods are not billed afterwards, and the end of the term stays."""
        services.resume_agreement(
            agreement=self.contract(contract_id),
            resumed_on=values.get("resumed_on") or today(business=self.business, at=self.now),
            by=self.actor,
            at=self.now,
        )
        return self.contract(contract_id)

    @Endpoint(
        permission=Permission.APPROVE,
        body=serializers.EffectiveInput(),
        answer=CONTRACT,
        status=HTTPStatus.CREATED,
        code="CONTRACT_CANCELLED",
        message="Contract cancelled successfully",
    )
    def cancel(self, values: Values, contract_id: str) -> object:
        """End the contract and its order; the day is the first one without service."""
        order_services.end_order(
            agreement=self.contract(contract_id),
            effective_on=values.get("effective_on") or today(business=self.business, at=self.now),
            by=self.actor,
            at=self.now,
        )
        return self.contract(contract_id)
