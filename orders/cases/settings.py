"""The settings of a case: options of the product that the order itself does not carry."""

from dataclasses import dataclass, fields

from orders.cases.nodes import Node


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """`timezone` is the customer's zone; blank means the business's, which is UTC."""

    timezone: str = ""


def unknown(settings: Node) -> list[str]:
    """The settings that we do not know."""
    known = {field.name for field in fields(Settings)}
    return [f"setting {key}" for key in settings.names() if key not in known]


def read(settings: Node) -> Settings:
    return Settings(timezone=settings.maybe("timezone", Node.zone) or "")
