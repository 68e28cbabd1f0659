"""Log lines without secrets and personal data.

Errors of PostgreSQL and of partner systems contain rows and requests, and the log of a
server is read by more people than its database.
"""

import logging

from .masking import masked

_MAX_LENGTH = 10_000


def masked_logger(name: str) -> logging.Logger:
    """Return the logger with this name, whose lines and tracebacks are masked."""
    logger = logging.getLogger(name)
    logger.addFilter(_mask)
    return logger


def _mask(record: logging.LogRecord) -> bool:
    record.msg, record.args = masked(_message(record), _MAX_LENGTH), None
    if record.exc_info and not record.exc_text:
        # Formatters of the standard library do not format an error that has a text.
        traceback = _formatter.formatException(record.exc_info)
        record.exc_text = masked(traceback, _MAX_LENGTH)
    return True


def _message(record: logging.LogRecord) -> object:
    try:
        return record.getMessage()
    except Exception:
        return record.msg  # its arguments do not fit


_formatter = logging.Formatter()
