"""The billing engine: terms, deliveries and bookings in, documents out.

Plain Python without clock or database. Read `billing` first; `rules` decides the amounts.
"""
