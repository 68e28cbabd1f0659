"""The Alertmanager in odoo.conf, to which incidents are sent.

::

    [reliability]
    alertmanager_url = http://127.0.0.1:9093
    alertmanager_silences = True
"""

from collections.abc import Mapping
from typing import NamedTuple

from odoo.tools import str2bool

from odoo.addons.reliability_health.addresses import is_http_address

from .api import Alertmanager

URL, SILENCES = "alertmanager_url", "alertmanager_silences"
"""Options of section ``[reliability]``; a problem is named by the wrong one."""


class Outgoing(NamedTuple):
    """What is sent to Alertmanager.

    :ivar alertmanager: where to; ``None`` without a valid address
    :ivar silences: whether it is silent about what is acknowledged in Odoo
    :ivar wrong: the option that is wrong; empty if none is
    """

    alertmanager: Alertmanager | None = None
    silences: bool = False
    wrong: str = ""


def read(options: Mapping[str, str]) -> Outgoing:
    """Return what odoo.conf says.

    :param options: of section ``[reliability]``
    """
    url = options.get(URL, "").strip()
    if not url:
        return Outgoing()
    if not is_http_address(url):
        return Outgoing(wrong=URL)
    try:
        silences = str2bool(options.get(SILENCES, "").strip() or "False")
    except ValueError:
        return Outgoing(wrong=SILENCES)
    return Outgoing(Alertmanager(url), silences)
