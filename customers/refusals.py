"""What orders and billing refuse with."""


class CoreRefusal(Exception):
    """A refusal with a stable code, a sentence to act on, and the field of the command that it is about."""

    code = "refused"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
