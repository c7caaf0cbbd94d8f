"""A believable order desk to look at, made through the services alone.

deals (what is sold) → sales (how each goes) → seed (fourteen months of it, day by day) → access (the ways in).
"""

from orders.demo.access import open_demo

__all__ = ["open_demo"]
