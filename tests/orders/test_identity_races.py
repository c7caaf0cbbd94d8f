"""Many at once, about who somebody is: a code opens once, and nobody gets more guesses by asking in parallel."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from customers import guesses, second_factors
from customers.actors import Actor
from customers.models import RecoveryCode, SecondFactor
from tests.cast import Company, company
from tests.orders.test_people_races import at_once
from tests.phones import given_to

THREADS = 8


@pytest.fixture
def busy(transactional_db: None) -> Company:
    return company("busy")


def use(busy: Company, code: str) -> Callable[[], object]:
    at = timezone.now()
    return lambda: second_factors.use(member=busy.approver, code=code, by=Actor.staff(busy.approver), at=at)


def test_of_eight_who_type_the_same_code_one_is_let_in(busy: Company) -> None:
    phone, _ = given_to(busy.approver)

    outcomes = at_once([use(busy, phone.code())] * THREADS)

    assert outcomes.count(True) == 1
    assert SecondFactor.objects.get().last_step is not None


def test_of_eight_who_type_the_same_recovery_code_one_is_let_in(busy: Company) -> None:
    _, codes = given_to(busy.approver)

    outcomes = at_once([use(busy, codes[3])] * THREADS)

    assert outcomes.count(True) == 1
    assert RecoveryCode.objects.exclude(used_at=None).count() == 1


def test_of_eight_guesses_at_once_five_are_compared(busy: Company) -> None:
    def guess() -> object:
        try:
            return guesses.take(username="ana.busy", address="192.0.2.1")
        except guesses.TooManyGuesses as refused:
            return refused

    outcomes = at_once([guess] * THREADS)

    assert sum(isinstance(outcome, guesses.Guess) for outcome in outcomes) == guesses.OF_ACCOUNT
    assert sum(isinstance(outcome, guesses.Guess) and outcome.is_last for outcome in outcomes) == 1
