"""Northwind Studio: a design and software house in New York with a full order book."""

from decimal import Decimal

from orders.demo import running, undecided
from orders.demo.deals import Client, Item, Person, Studio
from orders.policies import Rule

CLIENTS = (
    Client(name="Harbor & Pine", email="ap@harborpine.example", projects=("Website", "Brand refresh")),
    Client(name="Meridian Health", email="billing@meridian.example", net_days=45, projects=("Patient portal",)),
    Client(name="Copperline Brewing", email="books@copperline.example"),
    Client(name="Tallgrass Energy", email="payables@tallgrass.example", net_days=60, projects=("Field app",)),
    Client(name="Fennel & Co", email="office@fennel.example", net_days=14),
    Client(name="Lakeshore Museum", email="finance@lakeshore.example", timezone="America/Chicago"),
    Client(name="Redwood Outfitters", email="ap@redwood.example", timezone="America/Los_Angeles"),
    Client(name="Bright Harbor School", email="accounts@brightharbor.example"),
    Client(name="Sable Insurance", email="vendors@sable.example", net_days=45, projects=("Claims desk",)),
    Client(name="Orchard Street Press", email="hello@orchardstreet.example"),
    Client(name="Kestrel Logistics", email="ap@kestrel.example", projects=("Fleet tracking",)),
    Client(name="Juniper Hotels", email="finance@juniper.example", timezone="America/Denver"),
    Client(name="Atlas Bicycle Works", email="billing@atlas.example"),
    Client(name="Saltmarsh Foundation", email="grants@saltmarsh.example"),
)

ITEMS = (
    Item(sku="BRAND", name="Brand workshop", description="Two days, up to twelve people", unit_price_cents=4_800_00),
    Item(sku="BUILD", name="Website build", description="Design, build and launch", unit_price_cents=18_500_00),
    Item(sku="DESIGN", name="Design hour", description="Approved hours", unit_price_cents=145_00),
    Item(sku="DEV", name="Development hour", description="Approved hours", unit_price_cents=165_00),
    Item(sku="CARE", name="Care plan", description="Updates, backups, monitoring", unit_price_cents=950_00),
    Item(sku="RETAIN", name="Studio retainer", description="A team every month", unit_price_cents=4_200_00),
    Item(sku="SEAT", name="Platform seat", description="Per person and month", unit_price_cents=29_00),
    Item(sku="HOST", name="Hosting", description="Two regions, daily backups", unit_price_cents=180_00),
    Item(sku="API", name="API calls, thousands", description="Metered", unit_price_cents=150),
    Item(sku="STORE", name="Storage, gigabytes", description="Metered", unit_price_cents=12),
    Item(sku="SUPPORT", name="Support hour, prepaid", description="Used within the term", unit_price_cents=125_00),
    Item(sku="LICENCE", name="Component licence", description="Per month", unit_price_cents=600_00),
)

STUDIO = Studio(
    name="Northwind Studio",
    currency="USD",
    timezone="America/New_York",
    drafter=Person(username="drafter", first_name="Dana", last_name="Reyes", limits={}),
    approvers=(
        Person(
            username="approver",
            first_name="Ana",
            last_name="Lindqvist",
            limits={"USD": 400_000_00, "EUR": 200_000_00},
        ),
        Person(
            username="director",
            first_name="Rui",
            last_name="Costa",
            limits={"USD": 5_000_000_00, "EUR": 5_000_000_00},
        ),
    ),
    ops=Person(username="ops", first_name="Olu", last_name="Bankole", limits={}),
    finance=(Person(username="finance", first_name="Fay", last_name="Okafor", limits={"USD": 1_000_000_00}),),
    auditors=(Person(username="auditor", first_name="Ida", last_name="Moreau", limits={}),),
    rules=(
        Rule(currency="USD", total_from_cents=150_000_00, people=2),
        Rule(term_above_months=48, role="finance"),
    ),
    proposed_rules=(
        Rule(currency="USD", total_from_cents=100_000_00, discount_above_percent=Decimal(5), people=2),
        Rule(currency="USD", total_from_cents=250_000_00, role="finance", limit_from_cents=500_000_00),
        Rule(term_above_months=48, role="finance"),
    ),
    clients=CLIENTS,
    items=ITEMS,
    deals=(*running.DEALS, *undecided.DEALS),
)
