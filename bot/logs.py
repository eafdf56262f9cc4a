"""Logs: events with ids and numbers; never message text, names or secrets."""

from __future__ import annotations

import logging
import sys
import traceback

import structlog


def set_up_logs(*, level: str, as_json: bool) -> None:
    """Send every log line to standard error, for people or as JSON."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            # It finds the trace written already; the default would complain of that.
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    number = logging.getLevelNamesMapping()[level]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            structlog.processors.ExceptionRenderer(trace_of),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(
        level=max(number, logging.WARNING), stream=sys.stderr, format="%(levelname)s %(message)s"
    )


def trace_of(exc_info: structlog.typing.ExcInfo) -> str:
    """Where it went wrong and what kinds of errors these are, the first one first; what they say is left out,
    for it may quote people.
    """
    chain: list[BaseException] = []
    error: BaseException | None = exc_info[1]
    while error is not None and error not in chain:
        chain.insert(0, error)
        error = error.__cause__ or error.__context__
    return "\n".join(
        "".join(traceback.format_tb(each.__traceback__)) + type(each).__qualname__ for each in chain
    )
