"""Why a document says what it says: every amount worked out again by the functions that billed it, step by step.

Nothing here decides an amount. What is not known any more, or has changed since, is said and not made up.
"""

from billing.engine.workings.explanation import Explanation, explain
from billing.engine.workings.facts import Facts
from billing.engine.workings.working import Booking, ChargeExplained, LineExplained

__all__ = ["Booking", "ChargeExplained", "Explanation", "Facts", "LineExplained", "explain"]
