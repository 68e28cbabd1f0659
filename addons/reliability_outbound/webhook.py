"""The webhook in odoo.conf: where to send messages, and how they are signed.

::

    [reliability]
    webhook_url = https://example.com/incidents
    webhook_secret = whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
"""

from collections.abc import Mapping
from typing import NamedTuple

from odoo.addons.reliability_health.addresses import is_http_address

from .signature import InvalidSecret, parse_secret

URL, SECRET = "webhook_url", "webhook_secret"
"""Options of section ``[reliability]``; a problem is named by the wrong one."""


class Webhook(NamedTuple):
    """An address, and the key that signs what is sent there."""

    url: str
    key: bytes


def read(options: Mapping[str, str]) -> tuple[Webhook | None, str]:
    """Return the webhook in odoo.conf, and the option that is wrong, if one is.

    :param options: of section ``[reliability]``
    """
    url = options.get(URL, "").strip()
    if not url:
        return None, ""
    if not is_http_address(url):
        return None, URL
    try:
        return Webhook(url, parse_secret(options.get(SECRET, "").strip())), ""
    except InvalidSecret:
        return None, SECRET
