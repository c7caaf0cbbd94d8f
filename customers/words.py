"""Numbers in sentences."""


def counted(number: int, thing: str) -> str:
    """How many there are: 1 order, 2 orders."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
