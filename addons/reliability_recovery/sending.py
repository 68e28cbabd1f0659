"""Sends reports with the key of backups; plain Python."""

from odoo.addons.reliability_inbound import sending
from odoo.addons.reliability_inbound.sending import NotSent, Refused, send

__all__ = ["BACKUPS", "KEY_VARIABLE", "NotSent", "Refused", "read_key", "send"]

BACKUPS = "backups"
KEY_VARIABLE = "RELIABILITY_BACKUPS_KEY"


def read_key(path: str | None) -> str:
    """Return the API key: of a file, else of the environment.

    :param path: of a file with the key, or with the header as curl reads it
    :raise NotSent: there is none
    """
    return sending.read_key(path, KEY_VARIABLE)
