"""Codes: the names of records in metrics."""

import re

from odoo.exceptions import ValidationError

_CODE = re.compile(r"[a-z][a-z0-9_]{1,62}")
_RESERVED = ("mixed", "other")


def is_metric_code(text):
    """Return whether a text is a valid code: ``[a-z][a-z0-9_]{1,62}``, not reserved."""
    return bool(_CODE.fullmatch(text)) and text not in _RESERVED


def check_metric_code(record):
    """Check that the field ``code`` of a record is a valid code.

    :raise ValidationError: it is not
    """
    if not is_metric_code(record.code):
        raise ValidationError(
            record.env._(
                "%(code)s cannot be a code. Use 2 to 63 lower-case letters, digits and"
                " underscores, beginning with a letter, such as order_confirmation;"
                " mixed and other are reserved.",
                code=record.code,
            )
        )
