"""Company profiles: what may be sent of customers and deployments, and what becomes of it."""

from collections.abc import Mapping
from typing import Any

from orders.api import fields
from orders.api.adobe.inputs import Country, Identifier, Strict, blank
from orders.licensing.accounts import AccountSpec
from orders.licensing.deployments import DeploymentSpec
from orders.licensing.vocabulary import MarketSegment


class AddressInput(Strict):
    country = Country()
    region = fields.Text(**blank, max_length=100)
    city = fields.Text(max_length=100)
    addressLine1 = fields.Text(max_length=200)
    addressLine2 = fields.Text(**blank, max_length=200)
    postalCode = fields.Text(**blank, max_length=20)
    phoneNumber = fields.Text(**blank, max_length=32)


class ContactInput(Strict):
    firstName = fields.Text(max_length=100)
    lastName = fields.Text(max_length=100)
    email = fields.Email(max_length=254)
    phoneNumber = fields.Text(**blank, max_length=32)


class CompanyInput(Strict):
    companyName = fields.Text(max_length=200)
    preferredLanguage = fields.Text(**blank, max_length=10)
    marketSegment = fields.Choice(choices=list(MarketSegment))
    address = AddressInput()
    contacts = fields.ObjectList(child=ContactInput(), most=50)

    def rules(self, data: Mapping[str, Any], faults: Any) -> None:
        """Somebody must be there to write to."""
        if data.get("contacts") == []:
            faults.add("contacts", code="required")


class CustomerInput(Strict):
    """Customer resource without read-only fields."""

    resellerId = Identifier(**blank, max_length=40)
    externalReferenceId = fields.Text(**blank, max_length=35)
    companyProfile = CompanyInput()


class CompanyPatch(Strict):
    """The segment and the country stay what they were."""

    companyName = fields.Text(required=False, max_length=200)
    preferredLanguage = fields.Text(**blank, max_length=10)
    address = AddressInput(required=False)
    contacts = fields.ObjectList(child=ContactInput(), most=50, required=False)


class CustomerPatch(Strict):
    unknown = "not_editable"
    externalReferenceId = fields.Text(**blank, max_length=35)
    companyProfile = CompanyPatch(required=False)


class DeploymentProfile(Strict):
    address = AddressInput()


class DeploymentInput(Strict):
    companyProfile = DeploymentProfile()


def account(values: Mapping[str, Any]) -> AccountSpec:
    """The customer that a validated body asks for."""
    company = values["companyProfile"]
    return AccountSpec(
        name=company["companyName"],
        email=company["contacts"][0]["email"],
        country=company["address"]["country"],
        market_segment=MarketSegment(company["marketSegment"]),
        profile=kept(company),
        reference=values.get("externalReferenceId", ""),
        reseller=values.get("resellerId", ""),
    )


def kept(company: Mapping[str, Any]) -> dict[str, object]:
    """What is echoed of a profile beside the customer's own fields."""
    return {name: company[name] for name in ("preferredLanguage", "address", "contacts") if name in company}


def deployment(values: Mapping[str, Any]) -> DeploymentSpec:
    """The deployment that a validated body asks for."""
    address = values["companyProfile"]["address"]
    return DeploymentSpec(
        country=address["country"],
        line_1=address["addressLine1"],
        line_2=address.get("addressLine2", ""),
        city=address["city"],
        region=address.get("region", ""),
        postal_code=address.get("postalCode", ""),
        phone=address.get("phoneNumber", ""),
    )
