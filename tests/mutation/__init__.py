"""A mutation run over the billing engine: each small change of its code must make a test fail, or have a reason."""
