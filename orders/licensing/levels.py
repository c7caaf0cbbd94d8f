"""Volume levels: the more of a kind a customer buys, the better the level its offers are sold at. No Django."""

from bisect import bisect_right

# The least quantity of each tier, from the first tier on.
LICENCES = (1, 10, 50, 100)
CONSUMABLES = (1, 1_000, 2_500, 5_000, 15_000, 50_000, 100_000)

LICENCE_LEVELS = ("01", "02", "03", "04")
COMMITTED_LICENCE_LEVELS = ("01", "12", "13", "14")
CONSUMABLE_LEVELS = ("T1", "T2", "T3", "T4", "T5", "T6", "T7")
COMMITTED_CONSUMABLE_LEVELS = ("T1", "TB", "TC", "TD", "TE", "TF", "TG")
EDUCATION = "EDU"


def tier(level: str) -> int:
    """How good a level is, from 1; a level of a three-year commitment is as good as its plain counterpart."""
    for scale in (LICENCE_LEVELS, COMMITTED_LICENCE_LEVELS, CONSUMABLE_LEVELS, COMMITTED_CONSUMABLE_LEVELS):
        if level in scale:
            return scale.index(level) + 1
    return 1


def is_committed(level: str) -> bool:
    """Whether a level is sold under a three-year commitment only."""
    return level[:1] == "1" or (level[:1] == "T" and level[1:].isalpha())


def of_quantity(*, quantity: int, is_consumable: bool) -> int:
    """The tier that a quantity earns; 1 for nothing."""
    return max(1, bisect_right(CONSUMABLES if is_consumable else LICENCES, quantity))


def level(*, tier: int, is_consumable: bool, is_committed: bool, market_segment: str) -> str:
    """What a tier is called. Schools keep the plain names of licence levels under a commitment too."""
    if is_consumable:
        return (COMMITTED_CONSUMABLE_LEVELS if is_committed else CONSUMABLE_LEVELS)[tier - 1]
    if is_committed and market_segment != EDUCATION:
        return COMMITTED_LICENCE_LEVELS[tier - 1]
    return LICENCE_LEVELS[tier - 1]
