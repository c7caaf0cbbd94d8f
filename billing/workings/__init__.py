"""Why a document says what it says: every amount worked out again by the functions that billed it, step by step.

Nothing here decides an amount. What is not known any more, or has changed since, is said and not made up.
"""

from billing.workings.explanation import Explanation, explain
from billing.workings.facts import Facts
from billing.workings.working import Booking, ChargeExplained, LineExplained

__all__ = ["Booking", "ChargeExplained", "Explanation", "Facts", "LineExplained", "explain"]
