"""The studio resells licences too: a price list, discounts, and customers before, in and after their renewal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from catalog import offers
from customers import credentials
from customers.actors import Actor, Channel
from customers.models import Business
from customers.permissions import Permission
from orders.demo.desk import SYSTEM
from orders.demo.sales import Step
from orders.licensing import accounts, anniversaries, completing, deployments, limits, placing, queries, subscriptions
from orders.licensing.requests import LineRequest, OrderRequest
from orders.licensing.vocabulary import HIGH_VOLUME_TAG, LicenceOrderType, MarketSegment
from orders.models import LicenceAccount

DOCUMENT_OFFER = "80004567EA01A12"
DEPLOYMENT = "12345"
DOLLARS, EUROS = "adobe-na-usd", "adobe-we-eur"
SOLD_SINCE = date(2020, 1, 1)
# Base, name, price in minor units of each currency, at each level.
SEATS = (("11073058CA", "Acrobat Pro"), ("69804578CA", "Creative Cloud All Apps"))
SEAT_PRICES = {"01": 365_00, "02": 365_00, "03": 346_75, "04": 328_50, "12": 346_75, "13": 328_50, "14": 310_25}
CREDIT_PRICES = {"T1": 2_00, "T2": 1_80, "T3": 1_60, "TB": 1_70, "TC": 1_50}
HIGH_VOLUME_PERCENT = {17: 18, 18: 20, 19: 22, 20: 24, 21: 26, 22: 28}
# Before the anniversary, within the days in which products for the next term are added.
DAYS_TO_RENEWAL = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Licensee:
    """A customer, how long ago it first bought, and what; `then` are later orders by days ago."""

    name: str
    days_ago: int
    first: tuple[tuple[str, int], ...]
    then: Mapping[int, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    renews: bool = True
    is_migrated: bool = False


LICENSEES = (
    Licensee(
        name="Harbor & Pine Licences",
        days_ago=365 - DAYS_TO_RENEWAL,
        first=(("11073058CA02A12", 12), (DOCUMENT_OFFER, 3)),
        then={200: (("69804578CA02A12", 5),), 3: (("69804578CA02A12", 2),), 0: (("11073058CA02A12", 1),)},
    ),
    Licensee(name="Copperline Prints", days_ago=375, first=(("11073058CA01A12", 4),), renews=False),
    Licensee(name="Meridian Media", days_ago=120, first=(("69804578CA04A12", 140),), is_migrated=True),
)


def issue_credential(*, business: Business, name: str, at: datetime) -> credentials.IssuedCredential:
    """A key to Adobe's door that may do everything."""
    scopes = frozenset(Permission)
    return credentials.issue(business=business, door=Channel.ADOBE, name=name, scopes=scopes, at=at, by=SYSTEM)


def steps(*, business: Business, today: date) -> Iterator[Step]:
    """What happens on which day, oldest first; nothing is returned, so that every document is an invoice."""
    first = today - timedelta(days=max(licensee.days_ago for licensee in LICENSEES))
    programme = _Programme(business=business)
    yield first, programme.open
    for licensee in LICENSEES:
        begun = today - timedelta(days=licensee.days_ago)
        yield begun, partial(programme.join, licensee)
        yield begun, programme.complete
        for days_ago, lines in licensee.then.items():
            day = today - timedelta(days=days_ago)
            yield day, partial(programme.buy, licensee, lines)
            if days_ago:
                yield day, programme.complete
        if not licensee.renews:
            yield begun + timedelta(days=300), partial(programme.stop_renewal, licensee)
    yield today, partial(programme.renew, today)


@dataclass(kw_only=True, slots=True)
class _Programme:
    """The programme as it goes on; it knows its partner's key and its customers once they are there."""

    business: Business
    partner: Actor | None = None
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def by(self) -> Actor:
        assert self.partner is not None
        return self.partner

    def open(self, at: datetime) -> None:
        self.partner = Actor.api(issue_credential(business=self.business, name="Licence portal", at=at).credential)
        _price_lists(self.business, self.by, at)
        _offers(self.business, self.by, at)
        _discounts(self.business, self.by, at)

    def join(self, licensee: Licensee, at: datetime) -> None:
        spec = accounts.AccountSpec(
            name=licensee.name,
            email="it@example.com",
            country="US",
            market_segment=MarketSegment.COMMERCIAL,
            reseller="5556667778",
            is_global_sales_enabled=True,
        )
        account = accounts.open_account(business=self.business, spec=spec, by=self.by, at=at)
        self.codes[licensee.name] = account.code
        place = deployments.DeploymentSpec(country="CA", line_1="200 Bay St", city="Toronto", region="ON")
        deployments.add_deployment(account=account, spec=place, code=DEPLOYMENT, by=self.by, at=at)
        if licensee.is_migrated:
            changes: dict[str, object] = {"tags": [HIGH_VOLUME_TAG], "high_volume_code": "HVD_L18_PRE"}
            accounts.update_account(account=account, changes=changes, by=self.by, at=at)
        self.buy(licensee, licensee.first, at)

    def buy(self, licensee: Licensee, lines: tuple[tuple[str, int], ...], at: datetime) -> None:
        request = OrderRequest(
            order_type=LicenceOrderType.NEW,
            lines=tuple(
                LineRequest(
                    number=number,
                    offer=offer,
                    quantity=quantity,
                    currency="USD",
                    discount_code="HVD_L18_PRE" if licensee.is_migrated else "",
                )
                for number, (offer, quantity) in enumerate(lines, start=1)
            ),
        )
        placing.place_order(account=self._account(licensee), request=request, by=self.by, at=at)

    def stop_renewal(self, licensee: Licensee, at: datetime) -> None:
        for row in queries.subscriptions(account=self._account(licensee)):
            subscriptions.change_renewal(
                subscription=row, is_auto_renewed=False, renewal_quantity=None, by=self.by, at=at
            )

    def complete(self, at: datetime) -> None:
        completing.complete_orders(business=self.business, as_of=at.date(), by=SYSTEM, at=at)

    def renew(self, today: date, at: datetime) -> None:
        anniversaries.renew_subscriptions(business=self.business, as_of=today, by=SYSTEM, at=at)

    def _account(self, licensee: Licensee) -> LicenceAccount:
        account = queries.account_by_code(business=self.business, code=self.codes[licensee.name])
        assert account is not None
        return account


def _price_lists(business: Business, by: Actor, at: datetime) -> None:
    for code, currency, countries, region in (
        (DOLLARS, "USD", ("US", "CA", "MX"), "NA"),
        (EUROS, "EUR", ("DE", "FR", "NL"), "WE"),
    ):
        offers.add_price_list(
            business=business,
            code=code,
            name=f"Licences, {region} in {currency}",
            currency=currency,
            scheme=limits.PRICE_SCHEME,
            countries=countries,
            region=region,
            by=by,
            at=at,
        )


def _offers(business: Business, by: Actor, at: datetime) -> None:
    def sell(code: str, name: str, cents: int, **facts: object) -> None:
        offers.add_offer(
            business=business,
            code=code,
            name=name,
            item_scheme=limits.ITEM_SCHEME,
            prices={DOLLARS: cents, EUROS: cents},
            from_date=SOLD_SINCE,
            by=by,
            at=at,
            **facts,  # type: ignore[arg-type]  # passed through as they are
        )

    sell(DOCUMENT_OFFER, "Photography plan", 120_00, is_volume_discounted=False)
    for base, name in SEATS:
        for level, cents in SEAT_PRICES.items():
            sell(f"{base}{level}A12", name, cents)
    for level, cents in CREDIT_PRICES.items():
        sell(f"30001049CA{level}A12", "Stock credits", cents, offer_type="CONSUMABLES")


def _discounts(business: Business, by: Actor, at: datetime) -> None:
    def discount(scheme: str, code: str, name: str, **terms: object) -> None:
        offers.add_discount(
            business=business,
            scheme=scheme,
            code=code,
            name=name,
            by=by,
            at=at,
            **terms,  # type: ignore[arg-type]  # passed through as they are
        )

    discount(limits.FLEX_SCHEME, "TEN_PERCENT", "Ten percent off", percent=Decimal(10))
    discount(
        limits.FLEX_SCHEME,
        "TWENTY_DOLLARS",
        "Twenty off each seat",
        amounts={("US", "USD"): 20_00, ("CA", "USD"): 20_00},
    )
    for level, percent in HIGH_VOLUME_PERCENT.items():
        for era in ("PRE", "POST"):
            discount(limits.HIGH_VOLUME_SCHEME, f"HVD_L{level}_{era}", f"High volume {level}", percent=Decimal(percent))
