"""Codes: what metrics call a record."""

import re

from odoo.exceptions import ValidationError

_CODE = re.compile(r"[a-z][a-z0-9_]{1,62}")
_RESERVED = ("mixed", "other")


def is_metric_code(text):
    """Say whether a text can be a code."""
    return bool(_CODE.fullmatch(text)) and text not in _RESERVED


def check_metric_code(record):
    """Make sure that a record's code can be read in a query and told from our labels.

    :raise ValidationError: it cannot
    """
    if not is_metric_code(record.code):
        raise ValidationError(
            record.env._(
                "%(code)s cannot be a code. Use 2 to 63 small letters, digits and"
                " underscores, beginning with a letter, such as order_confirmation;"
                " mixed and other are taken.",
                code=record.code,
            )
        )
