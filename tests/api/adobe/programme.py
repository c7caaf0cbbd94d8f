"""A licensing programme to test with: offers at their levels, price lists, discounts, a customer and its place."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from catalog import offers
from catalog.models import LicenceOffer
from orders.licensing import accounts, deployments, limits
from orders.licensing.vocabulary import HIGH_VOLUME_TAG, MarketSegment
from orders.models import LicenceAccount
from tests import factories
from tests.cast import Company

ACROBAT, CREATIVE, STOCK = "11073058CA", "69804578CA", "30001049CA"
DOCUMENT_OFFER = "80004567EA01A12"
TEAM, SCHOOL, ADD_ON, RETIRED = "40000001CA01A12", "50000001CA01A12", "60000001CA01A12", "90000001CA01A12"
CUSTOMER, DEPLOYMENT = "9876543210", "12345"
DOLLARS = "adobe-na-usd"


def open_programme(company: Company) -> None:
    """The prices of the published samples: a seat costs 365 a year at any level, a credit costs 1."""
    price_list(company, DOLLARS, "USD", countries=["US", "CA"], region="NA")
    price_list(company, "adobe-eu-eur", "EUR", countries=["DE", "FR"], region="WE")
    offer(company, DOCUMENT_OFFER, "Document product", 120_00, is_volume_discounted=False)
    for level in ("01", "02", "03", "04", "12", "13", "14"):
        offer(company, f"{ACROBAT}{level}A12", "Acrobat Pro", 365_00)
        offer(company, f"{CREATIVE}{level}A12", "Creative Cloud", 365_00)
    for level in ("T1", "T2", "TB"):
        offer(company, f"{STOCK}{level}A12", "Stock credits", 1_00, offer_type="CONSUMABLES")
    offer(company, TEAM, "Team product", 299_99, most_per_line=10_000)
    offer(company, SCHOOL, "School product", 100_00, market_segment="EDU")
    offer(company, ADD_ON, "Add-on", 50_00, add_on_of=f"{ACROBAT}A12", is_base_product=False)
    offer(company, RETIRED, "Retired product", 50_00, last_order_date=date(2025, 12, 31))


def price_list(company: Company, code: str, currency: str, *, countries: Sequence[str], region: str) -> None:
    offers.add_price_list(
        business=company.business,
        code=code,
        name=code,
        currency=currency,
        scheme=limits.PRICE_SCHEME,
        countries=countries,
        region=region,
        by=company.drafting,
        at=factories.NOON,
    )


def offer(company: Company, code: str, name: str, price_cents: int, **facts: object) -> LicenceOffer:
    """An offer with its price in US dollars and the same in euros, but for what is sold in dollars only."""
    prices = {DOLLARS: price_cents} if code == TEAM else {DOLLARS: price_cents, "adobe-eu-eur": price_cents}
    return offers.add_offer(
        business=company.business,
        code=code,
        name=name,
        item_scheme=limits.ITEM_SCHEME,
        prices=prices,
        from_date=date(2020, 1, 1),
        by=company.drafting,
        at=factories.NOON,
        **facts,  # type: ignore[arg-type]  # passed through as they are
    )


def flex(company: Company, code: str, **facts: object) -> None:
    """A flexible discount: `percent`, or `amounts` by country and currency."""
    add_discount(company, limits.FLEX_SCHEME, code, **facts)


def add_discount(company: Company, scheme: str, code: str, **facts: object) -> None:
    offers.add_discount(
        business=company.business,
        scheme=scheme,
        code=code,
        name=code,
        by=company.drafting,
        at=factories.NOON,
        **facts,  # type: ignore[arg-type]  # passed through as they are
    )


def customer(
    company: Company, code: str = CUSTOMER, *, segment: str = "COM", country: str = "US", **changes: object
) -> LicenceAccount:
    """A customer of the programme, in the United States and without an anniversary unless said otherwise."""
    account = accounts.open_account(
        business=company.business,
        spec=accounts.AccountSpec(
            name=f"Licensee {code}",
            email="it@example.com",
            country=country,
            market_segment=MarketSegment(segment),
            reseller="5556667778",
        ),
        code=code,
        by=company.drafting,
        at=factories.NOON,
    )
    return accounts.update_account(account=account, changes=changes, by=company.drafting, at=factories.NOON)


def migrated(company: Company) -> LicenceAccount:
    """The customer of the document: global, migrated with a high-volume discount, with a deployment."""
    account = customer(company, is_global_sales_enabled=True, tags=[HIGH_VOLUME_TAG], high_volume_code="HVD_L18_PRE")
    add_discount(company, limits.HIGH_VOLUME_SCHEME, "HVD_L18_PRE", percent=Decimal(20))
    place(company, account)
    return account


def place(company: Company, account: LicenceAccount, code: str = DEPLOYMENT, country: str = "CA") -> None:
    deployments.add_deployment(
        account=account,
        spec=deployments.DeploymentSpec(country=country, line_1="1 Main St", city="Toronto"),
        code=code,
        by=replace(company.drafting, channel="adobe"),
        at=factories.NOON,
    )
