"""Promises as figures that anyone can reproduce: `make prove`."""
