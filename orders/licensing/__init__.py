"""A licensing programme over the order core: offers by volume level, subscriptions with one anniversary."""
