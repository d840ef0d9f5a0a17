"""Logs: one line an event, past tense, JSON for machines or plain for people. Never bodies, never whole numbers."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(*, level: str, as_json: bool, process: str) -> None:
    """Set up logging for this process; `process` (serve, dispatch, work) stands in each line."""
    processors: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
    ]
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s: %(message)s")
    # A connection that ends in mid-query, as at every stop, is replaced; the one who used it says what it means.
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


def short_number(number: str) -> str:
    """Write a number so that a log line helps and does not tell whose it is: 34600000118 -> 346...18."""
    return f"{number[:3]}...{number[-2:]}" if len(number) > 6 else "..."
