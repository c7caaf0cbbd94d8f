"""The rules by number, as explanations name them."""

NAMES = {
    "R1": "grid",
    "R2": "money",
    "R3": "amount",
    "R4": "billing rule",
    "R5": "documents",
    "R6": "ramp",
    "R7": "contract discount",
    "R8": "tax",
    "R9": "prepaid",
    "R10": "late approval",
    "R11": "runs",
    "R12": "idempotency",
    "R13": "cancellation",
    "R14": "amendment",
    "R15": "usage events",
    "R16": "names",
    "R17": "refusals",
    "R18": "renewal",
    "R19": "lead-in",
    "R20": "zone",
    "R21": "minimum",
    "R22": "price models",
    "R23": "revenue",
    "R24": "pause",
}


def in_order(*, rules: set[str]) -> tuple[str, ...]:
    """Rules by their number."""
    return tuple(sorted(rules, key=lambda rule: int(rule[1:])))
