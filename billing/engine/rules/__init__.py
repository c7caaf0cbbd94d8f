"""One module per billing rule (R4): the place where that rule decides an amount."""
