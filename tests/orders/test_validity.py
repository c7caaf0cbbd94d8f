"""Until when an offer may be accepted, and what becomes of one that nobody signed."""

from datetime import date

import pytest

from customers import ledger
from customers.actors import Actor
from orders import errors, services
from orders.commands import Signature
from orders.models import Order
from tests.cast import Company, at, draft, monthly, submitted

SAM = Signature(signer_name="Sam Signer")


def offer(company: Company, *, until: str, on: str = "2026-01-05") -> Order:
    """A submitted order that is an offer up to a day."""
    order = submitted(company, monthly(), on=on)
    return services.set_validity(
        order=order, valid_until_date=date.fromisoformat(until), by=company.drafting, at=at(on)
    )


def test_an_offer_is_approved_on_its_last_day(acme: Company) -> None:
    order = offer(acme, until="2026-01-31")

    approved = services.approve_order(order=order, by=acme.approving, at=at("2026-01-31"))

    assert approved.status == "approved"


def test_an_offer_is_not_approved_after_its_last_day(acme: Company) -> None:
    order = offer(acme, until="2026-01-31")

    with pytest.raises(errors.OfferExpired, match="was valid until 31 Jan 2026"):
        services.approve_order(order=order, by=acme.approving, at=at("2026-02-01"))


def test_the_last_day_is_that_of_the_business(acme: Company) -> None:
    acme.business.timezone = "America/Los_Angeles"
    acme.business.save()
    order = offer(acme, until="2026-01-31")

    approved = services.approve_order(order=order, by=acme.approving, at=at("2026-02-01", hour=7))

    assert approved.status == "approved"


def test_what_was_signed_in_time_is_approved_later(acme: Company) -> None:
    order = offer(acme, until="2026-01-31")
    signed = services.sign_order(
        order=order, signature=SAM, signed_at=at("2026-01-31"), by=acme.drafting, at=at("2026-02-03")
    )

    assert services.approve_order(order=signed, by=acme.approving, at=at("2026-02-04")).status == "approved"


def test_nobody_signs_after_the_last_day(acme: Company) -> None:
    order = offer(acme, until="2026-01-31")

    with pytest.raises(errors.OfferExpired):
        services.sign_order(
            order=order, signature=SAM, signed_at=at("2026-02-01"), by=acme.drafting, at=at("2026-02-01")
        )


def test_a_lapsed_offer_is_renewed_by_a_later_day(acme: Company) -> None:
    order = offer(acme, until="2026-01-31")

    renewed = services.set_validity(
        order=order, valid_until_date=date(2026, 2, 28), by=acme.drafting, at=at("2026-02-01")
    )

    assert renewed.version == order.version + 1
    assert services.approve_order(order=renewed, by=acme.approving, at=at("2026-02-02")).status == "approved"


def test_whoever_sets_the_day_does_not_approve(acme: Company) -> None:
    order = submitted(acme, monthly())

    changed = services.set_validity(
        order=order, valid_until_date=date(2026, 2, 28), by=acme.approving, at=at("2026-01-06")
    )

    with pytest.raises(errors.ApprovalNotPermitted):
        services.approve_order(order=changed, by=acme.approving, at=at("2026-01-06"))


def test_a_day_that_is_over_is_refused(acme: Company) -> None:
    order = submitted(acme, monthly())

    with pytest.raises(errors.RefusedTerms, match="today or a later day"):
        services.set_validity(order=order, valid_until_date=date(2026, 1, 4), by=acme.drafting, at=at("2026-01-05"))


def test_a_lapsed_draft_is_not_submitted(acme: Company) -> None:
    order = draft(acme, monthly())
    services.set_validity(order=order, valid_until_date=date(2026, 1, 31), by=acme.drafting, at=at("2026-01-05"))

    with pytest.raises(errors.OfferExpired):
        services.submit_order(order=order, by=acme.drafting, at=at("2026-02-01"))


def test_the_day_is_seen_with_its_version(acme: Company) -> None:
    order = submitted(acme, monthly())

    with pytest.raises(errors.StaleOrder):
        services.set_validity(
            order=order, valid_until_date=None, by=acme.drafting, at=at("2026-01-05"), seen_version=order.version - 1
        )


def test_expiry_cancels_what_lapsed_and_nothing_twice(acme: Company) -> None:
    lapsed, good = offer(acme, until="2026-01-31"), offer(acme, until="2026-02-01")
    system = Actor.system(name="expire_orders")

    first = services.expire_orders(business=acme.business, as_of=date(2026, 2, 1), by=system, at=at("2026-02-01"))
    second = services.expire_orders(business=acme.business, as_of=date(2026, 2, 1), by=system, at=at("2026-02-01"))

    lapsed.refresh_from_db()
    good.refresh_from_db()
    assert (first.expired, second.expired) == ([lapsed.number], [])
    assert (lapsed.status, good.status) == ("cancelled", "submitted")
    assert lapsed.decision_reason == "The offer was valid until 2026-01-31, and nobody signed it."
    assert [e.action for e in ledger.history(business=acme.business, subject=lapsed)][-1] == "expire"


def test_expiry_leaves_what_was_signed_in_time(acme: Company) -> None:
    order = offer(acme, until="2026-01-31")
    services.sign_order(order=order, signature=SAM, signed_at=at("2026-01-20"), by=acme.drafting, at=at("2026-01-20"))

    run = services.expire_orders(business=acme.business, as_of=date(2026, 3, 1), by=Actor.system(), at=at("2026-03-01"))

    assert run.expired == []


def test_a_dry_run_expires_nothing(acme: Company) -> None:
    order = offer(acme, until="2026-01-31")

    run = services.expire_orders(
        business=acme.business, as_of=date(2026, 2, 1), by=Actor.system(), at=at("2026-02-01"), dry_run=True
    )

    order.refresh_from_db()
    assert (run.expired, order.status) == ([order.number], "submitted")


def test_expiry_looks_at_one_business(acme: Company, globex: Company) -> None:
    order = offer(globex, until="2026-01-31")

    services.expire_orders(business=acme.business, as_of=date(2026, 3, 1), by=Actor.system(), at=at("2026-03-01"))

    order.refresh_from_db()
    assert order.status == "submitted"
