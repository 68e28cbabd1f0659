"""The integration ledger: every exchange with the outside world is on record.

Connectors put ``exchange`` around what they ask of a counterpart, see
:mod:`.ledger.exchange`.
"""

from odoo.addons.reliability.api import add_call_middleware, install

from . import families
from .ledger import http
from .ledger.constants import IDEMPOTENT, SAFE, UNKNOWN, UNSAFE
from .ledger.exchange import exchange
from .ledger.ledger import ledger
from .ledger.middleware import surround

install()
http.install()
add_call_middleware(surround)

from . import models  # noqa: E402 - calls are seen from here on


def forget_all(env):
    """Drop what Odoo does not drop with our models, when the addon is uninstalled."""
    env["reliability.exchange"]._forget_functions()
    env["reliability.gauge"]._forget_integrations()
