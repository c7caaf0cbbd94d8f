"""What an event says that somebody did, as people tell it."""

from customers.actors import Channel

# Whose past is not made by an ending alone.
TOLD = {
    "begin": "began",
    "cancel": "cancelled",
    "dates": "changed dates",
    "give": "gave",
    "hold": "held",
    "pay": "paid",
    "pin": "pinned",
    "see": "saw",
    "send": "sent",
    "set": "set",
    "ship": "shipped",
    "submit": "submitted",
    "tag": "tagged",
    "undo": "undid",
    "unpin": "unpinned",
    "withdraw": "withdrew",
    "write": "wrote",
}
# Names of what happened, in which no verb comes first.
NAMES = frozenset({"fulfilment", "licence", "other", "payment", "purchase", "quoted", "signature", "subscriptions"})

# What says too little, word by word.
PHRASES = {"give_back": "took lines back"}
# Of whom or what, where the name of a table is no word.
SUBJECTS = {"changeorder": "change order"}


def told(action: str) -> str:
    """`send_back` as `sent back`: what an action is called once it is done."""
    if action in PHRASES:
        return PHRASES[action]
    verb, *rest = action.split("_")
    return " ".join([verb if verb in NAMES else TOLD.get(verb) or _past(verb), *rest])


def subject(subject_type: str) -> str:
    """What an event is about: `changeorder` as `change order`."""
    return SUBJECTS.get(subject_type, subject_type.replace("_", " "))


def way(channel: str) -> str:
    """Where it was done: at the desk, or through which door or program."""
    return "at the desk" if channel == Channel.ADMIN else f"through {channel}"


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return f"{verb}d"
    if verb.endswith("y") and verb[-2:-1] not in set("aeiou"):
        return f"{verb[:-1]}ied"
    return f"{verb}ed"
