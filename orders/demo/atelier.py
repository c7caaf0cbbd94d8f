"""Atelier Nord: a small neighbour in Berlin, so that one sees what a business cannot see."""

from orders.demo.deals import Client, Deal, Fate, Item, Person, Studio, monthly, once, units

STUDIO = Studio(
    name="Atelier Nord",
    currency="EUR",
    timezone="Europe/Berlin",
    drafter=Person(username="nord-drafter", first_name="Jonas", last_name="Weber", limits={}),
    approvers=(Person(username="nord-approver", first_name="Lena", last_name="Krause", limits={"EUR": 100_000_00}),),
    ops=Person(username="nord-ops", first_name="Mia", last_name="Vogel", limits={}),
    clients=(
        Client(name="Kaffeehaus Linde", email="buero@linde.example"),
        Client(name="Galerie Sand", email="rechnung@sand.example", net_days=14),
        Client(name="Werkstatt Ost", email="post@werkstatt-ost.example"),
    ),
    items=(
        Item(sku="FOTO", name="Photo day", description="One photographer, one day", unit_price_cents=980_00),
        Item(sku="SHOP", name="Shop care", description="Per month", unit_price_cents=240_00),
        Item(sku="STD", name="Workshop hour", description="Approved hours", unit_price_cents=95_00),
    ),
    deals=(
        Deal(
            customer="Kaffeehaus Linde",
            title="Online shop",
            months_ago=8,
            day=15,
            lines=(monthly("SHOP", "1", 240_00), once("FOTO", "2", 980_00)),
        ),
        Deal(
            customer="Galerie Sand",
            title="Exhibition photos",
            months_ago=5,
            day=31,
            term_months=6,
            tax="standard-inclusive",
            lines=(units("STD", "40", 95_00),),
        ),
        Deal(
            customer="Werkstatt Ost",
            title="Shop care",
            months_ago=2,
            term_months=None,
            lines=(monthly("SHOP", "1", 240_00),),
        ),
        Deal(
            customer="Galerie Sand",
            title="Spring catalogue",
            months_ago=-1,
            last_step_days_ago=5,
            fate=Fate.WAITING,
            lines=(once("FOTO", "3", 980_00),),
            term_months=1,
        ),
    ),
)
