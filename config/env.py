"""The environment, and what it chooses. NAME_FILE may name a file that holds NAME."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ImproperlyConfigured
from environ import FileAwareEnv

REQUIRED = ("SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS")

env = FileAwareEnv()


class MissingSettings(ImproperlyConfigured):
    """Production was chosen by the environment but not wholly described by it."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            f"Refusing to start half configured. Missing in the environment: {', '.join(names)}. "
            "(Each may come from a file named by NAME_FILE; DEBUG=true chooses development instead.)"
        )


def text(name: str, *, default: str = "") -> str:
    """A value without the white space that files and shells leave around it; empty is as good as unset."""
    return str(env.str(name, default="")).strip() or default


def words(name: str, *, default: Sequence[str] = ()) -> list[str]:
    """A comma-separated value as a list without empty words."""
    return [word.strip() for word in text(name, default=",".join(default)).split(",") if word.strip()]


def flag(name: str, *, default: bool) -> bool:
    """Whether a switch is on; an unknown spelling is refused, for a guess could switch debugging on."""
    match text(name).lower():
        case "":
            return default
        case "1" | "true" | "yes" | "on":
            return True
        case "0" | "false" | "no" | "off":
            return False
        case other:
            raise ImproperlyConfigured(f"{name} is {other!r}; say true or false.")


def in_development() -> bool:
    """DEBUG decides; unset, an environment that names nothing required is a clone on somebody's desk."""
    return flag("DEBUG", default=not any(text(name) for name in REQUIRED))


def refuse_half_production(values: Mapping[str, object]) -> None:
    """Name everything that is missing at once, so that nobody repairs a deployment one restart at a time."""
    missing = [name for name in REQUIRED if not values[name]]
    if missing:
        raise MissingSettings(missing)


def number(name: str, *, default: int) -> int:
    """A whole number, written in digits."""
    written = text(name, default=str(default))
    try:
        return int(written)
    except ValueError as fault:
        raise ImproperlyConfigured(f"{name} is {written!r}; say a whole number.") from fault
