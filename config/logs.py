"""How log lines look: one JSON object per line, or words for a person's terminal."""

import logging.config
import re

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# PostgreSQL repeats the refused row there, and with it names and amounts of customers.
ROW_DETAIL = re.compile(r"^(DETAIL|CONTEXT):.*$\n?", re.MULTILINE)


def lines(*, form: str, level: str) -> dict[str, object]:
    """A dictConfig for everything this process says, on standard error; `form` is json or text."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared(),
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered(form)],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            "django.request": {"level": "ERROR"},  # of refused requests our request line tells enough
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "django.server": {"level": "WARNING"},
        },
    }


def configure(config: dict[str, object]) -> None:
    """Django's LOGGING_CONFIG: the standard library's loggers and structlog's end in the same lines."""
    logging.config.dictConfig(config)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_rows,
    ]


def rendered(form: str) -> list[Processor]:
    match form:
        case "json":
            return [structlog.processors.JSONRenderer()]
        case "text":
            return [structlog.dev.ConsoleRenderer(colors=False)]
        case _:
            raise ValueError(f"LOG_FORMAT is {form!r}; say json or text.")


def without_rows(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Cut refused rows out of messages and tracebacks."""
    return {key: ROW_DETAIL.sub("", said) if isinstance(said, str) else said for key, said in event.items()}
