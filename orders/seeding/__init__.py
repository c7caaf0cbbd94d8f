"""A business with as many orders as one likes, to see how lists and runs bear up.

It is set-based SQL with every constraint in force.

kinds (what the orders say) → sql (their rows) → filling (a business of its own, a chunk to a transaction).
"""

from orders.seeding.filling import Seeded, seed_orders

__all__ = ["Seeded", "seed_orders"]
