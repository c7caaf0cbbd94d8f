"""Licence orders, customers and subscriptions at the desk."""

import pytest
from django.test import Client

from billing import services as billing_services
from catalog.models import LicenceOffer
from customers.actors import Actor
from orders import verification
from orders.models import LicenceAccount, LicenceProgramme, Order, Subscription
from tests import scenes
from tests.admin.pages import Browse, list_of, seen, url
from tests.api.adobe import programme
from tests.api.adobe.caller import Caller, code, details, line
from tests.api.adobe.programme import STOCK, TEAM
from tests.cast import Company

CREDITS = f"{STOCK}T1A12"


@pytest.fixture
def api(acme: Company) -> Caller:
    scenes.begin(programme.open_programme, acme)
    scenes.begin(programme.customer, acme)
    return Caller(acme)


def waiting(api: Caller) -> Order:
    api.placed("NEW", line(TEAM, 2))
    return Order.objects.latest("id")


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_approving_completes_the_order_and_bills_it(api: Caller, browse: Browse, acme: Company) -> None:
    order = waiting(api)

    browse(acme.approver).post(url(order, "approve"), seen(order))
    order.refresh_from_db()
    agreement, approved_at = order.agreement, order.approved_at
    assert agreement is not None
    assert approved_at is not None
    day = agreement.approved_on
    billing_services.run_billing(business=acme.business, as_of=day, by=Actor.system(), at=approved_at)

    assert order.status == "approved"
    assert Subscription.objects.get().quantity == 2
    assert agreement.invoices.get().total_cents == 599_98
    assert list(verification.of_business(business=acme.business)) == []


def test_the_page_of_a_waiting_order_offers_to_fail_it_and_not_to_send_it_back(
    api: Caller, browse: Browse, acme: Company
) -> None:
    shown = page(browse(acme.approver), url(waiting(api)))

    assert "Fail this order" in shown
    assert "1024 customer inactive" in shown
    assert "Send back" not in shown
    assert "NEW" in shown


def test_failing_needs_a_code_of_the_programme(api: Caller, browse: Browse, acme: Company) -> None:
    order = waiting(api)
    client = browse(acme.approver)

    client.post(url(order, "fail"), {"version": order.version, "failure_code": "42", "reason": "No"})
    order.refresh_from_db()
    assert order.status == "submitted"

    client.post(url(order, "fail"), {"version": order.version, "failure_code": "1022", "reason": "Closed"})
    order.refresh_from_db()
    assert (order.status, order.failure_code, order.decision_reason) == ("failed", "1022", "Closed")


def test_every_list_and_page_of_the_programme_opens(api: Caller, browse: Browse, acme: Company) -> None:
    api.completed("NEW", line(TEAM, 2))
    client = browse(acme.drafter)

    assert TEAM in page(client, list_of(LicenceOffer))
    assert "9876543210" in page(client, list_of(LicenceAccount))
    assert Subscription.objects.get().code in page(client, list_of(Subscription))
    assert page(client, url(LicenceOffer.objects.latest("id")))
    assert page(client, f"{list_of(LicenceAccount)}?q=98765")
    assert page(client, f"{list_of(Subscription)}?q=98765")


def test_a_drafter_adjusts_a_customer(api: Caller, browse: Browse, acme: Company) -> None:
    account = LicenceAccount.objects.get()
    form = {
        "coterm_date": "2026-12-31",
        "licence_level": "02",
        "consumable_level": "T1",
        "commitment_start_date": "",
        "commitment_end_date": "",
        "committed_licences": "0",
        "committed_consumables": "0",
        "high_volume_code": "",
        "tags": "VIP,SCHOOL",
        "is_global_sales_enabled": "on",
    }

    browse(acme.drafter).post(url(account), form)

    account.refresh_from_db()
    assert (account.licence_level, account.tags, account.is_global_sales_enabled) == ("02", ["VIP", "SCHOOL"], True)


def test_a_drafter_turns_a_renewal_off(api: Caller, browse: Browse, acme: Company) -> None:
    api.completed("NEW", line(TEAM, 2))
    subscription = Subscription.objects.get()

    browse(acme.drafter).post(url(subscription), {"renewal_quantity": ""})

    subscription.refresh_from_db()
    assert subscription.is_auto_renewed is False


def test_a_drafter_ends_the_sale_of_an_offer(api: Caller, browse: Browse, acme: Company) -> None:
    offer = LicenceOffer.objects.get(code=TEAM)
    form = {"market_segment": "", "most_per_line": "10000", "last_order_date": "2025-12-31"}

    browse(acme.drafter).post(url(offer), form)

    offer.refresh_from_db()
    assert (str(offer.last_order_date), offer.is_volume_discounted) == ("2025-12-31", False)
    assert api.order("NEW", line(TEAM)).status_code == 400


def test_a_drafter_records_what_is_used_up_and_no_more_than_there_is(
    api: Caller, browse: Browse, acme: Company
) -> None:
    order = api.completed("NEW", line(CREDITS, 10))
    subscription = Subscription.objects.get()
    client = browse(acme.drafter)
    form = {"is_auto_renewed": "on", "renewal_quantity": ""}

    refused = client.post(url(subscription), {**form, "consumed_quantity": "11"})
    client.post(url(subscription), {**form, "consumed_quantity": "4"})

    subscription.refresh_from_db()
    assert "At most 10 can be used up." in refused.content.decode()
    assert (subscription.consumed_quantity, subscription.is_auto_renewed) == (4, True)
    returned = api.order("RETURN", line(CREDITS, 10), referenceOrderId=order["orderId"])
    assert details(returned) == ["Line Item: 1, Reason: INELIGIBLE_CONSUMED"]


def test_a_drafter_says_what_an_offer_excludes_and_its_minimum(api: Caller, browse: Browse, acme: Company) -> None:
    offer = LicenceOffer.objects.get(code=TEAM)
    form = {"market_segment": "", "most_per_line": "10000", "growth_quantity": "100"}

    browse(acme.drafter).post(url(offer), {**form, "incompatible_with": "11073058CAA12, 69804578CAA12"})

    offer.refresh_from_db()
    assert (offer.growth_quantity, offer.incompatible_with) == (100, ["11073058CAA12", "69804578CAA12"])


def test_operations_stop_and_allow_orders_on_one_page(api: Caller, browse: Browse, acme: Company) -> None:
    client = browse(acme.ops)
    segments = {"market_segments": ["COM", "EDU"], "late_renewal_days": "14"}

    client.post(f"{list_of(LicenceProgramme)}add/", segments)
    stopped = api.order("NEW", line(TEAM))
    client.post(url(LicenceProgramme.objects.get()), {**segments, "is_taking_orders": "on"})

    assert code(stopped) == (400, "5122")
    assert api.order("NEW", line(TEAM)).status_code == 201
    programme_row = LicenceProgramme.objects.get()
    assert (programme_row.is_global_sales_enabled, programme_row.market_segments) == (False, ["COM", "EDU"])
    assert programme_row.late_renewal_days == 14
    assert "Commercial, Education" in page(client, list_of(LicenceProgramme))
    assert client.get(f"{list_of(LicenceProgramme)}add/").status_code == 403


def test_the_first_page_of_the_programme_opens_with_everything_allowed(browse: Browse, acme: Company) -> None:
    shown = page(browse(acme.ops), f"{list_of(LicenceProgramme)}add/")

    assert shown.count('type="checkbox"') == shown.count("checked") == 5
    assert "Save and add another" not in shown


def test_others_read_what_the_programme_may_and_change_nothing(api: Caller, browse: Browse, acme: Company) -> None:
    client = browse(acme.approver)

    refused = client.post(f"{list_of(LicenceProgramme)}add/", {"market_segments": []})

    assert refused.status_code == 403
    assert page(client, list_of(LicenceProgramme))
    assert not LicenceProgramme.objects.exists()


def test_a_strangers_customer_does_not_exist(api: Caller, browse: Browse, globex: Company) -> None:
    assert browse(globex.approver).get(url(LicenceAccount.objects.get())).status_code == 302
