"""Structured logs: one JSON object a line on standard error, without anything that a person wrote.

An exception's text may quote what somebody typed, and so may other libraries' messages: of the first only the type and
the places are logged, of the second only the part that stands in their source code.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog

_FRAMES = 12


def configure_logs(level: str) -> None:
    """Set up logging for this process; the libraries' own lines take the same form."""
    structlog.configure(
        processors=[*_shared(), structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(libraries_form())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)


def libraries_form() -> logging.Formatter:
    """Return what turns a library's line into one of ours."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_shared(), structlog.stdlib.add_logger_name],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer()],
        use_get_message=False,
    )


def servers_logs() -> dict[str, Any]:
    """Return the HTTP server's logging, for its own process and its workers: our form, on standard error."""
    return {
        "formatters": {"ours": {"()": "hiring.logs.libraries_form"}},
        "handlers": {"ours": {"class": "logging.StreamHandler", "formatter": "ours", "stream": "ext://sys.stderr"}},
        "loggers": {"_granian": {"handlers": ["ours"], "propagate": False}},
    }


def _shared() -> list[structlog.typing.Processor]:
    return [
        _without_filling,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_places,
    ]


def _without_filling(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Leave of a library's message what its source code says: not what was filled in, nor any line after the first."""
    event["event"] = str(event["event"]).partition("\n")[0]
    return event


def _with_places(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Put an exception's type and the places it came through in the stead of its text."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["exception"] = [
            {"type": type(each).__qualname__, "places": _places(each.__traceback__)} for each in _chain(error)
        ]
    return event


def _chain(error: BaseException) -> list[BaseException]:
    """Return an exception and those that led to it, the last one first."""
    found: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in found:
        found.append(each)
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return found


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{each.filename}:{each.lineno} {each.name}" for each in traceback.extract_tb(trace)[-_FRAMES:]]
