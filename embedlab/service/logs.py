"""One line of JSON for each event. What people ask, and with which key, is not part of it."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

LOGGER = logging.getLogger("embedlab.service")


class _Lines(logging.Formatter):
    """A record as one line of JSON; only fields that were handed over by name are in it."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"time": time, "level": record.levelname.lower(), "event": record.getMessage()}
        return json.dumps(line | getattr(record, "fields", {}))


def start_logging(stream: TextIO | None = None) -> None:
    """Write the service's events, and the server's warnings, to a stream (stderr if left out)."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Lines())
    for name, level in {LOGGER.name: logging.INFO, "uvicorn.error": logging.WARNING}.items():
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level)


def log(event: str, *, level: int = logging.INFO, **fields: str | float | None) -> None:
    """Write one event with its fields."""
    LOGGER.log(level, event, extra={"fields": fields})


def place_of(error: BaseException) -> str:
    """Return type and place of an error; its message may quote what somebody asked.

    >>> try:
    ...     1 / 0
    ... except ZeroDivisionError as error:
    ...     place_of(error).split(" ")[0]
    'ZeroDivisionError'
    """
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
