"""The integration ledger: a durable record of each exchange with a partner system.

Connectors wrap their calls in ``exchange``, see :mod:`.ledger.exchange`.
"""

from odoo.addons.reliability.api import add_call_middleware

from . import families
from .ledger import http
from .ledger.constants import IDEMPOTENT, SAFE, UNKNOWN, UNSAFE
from .ledger.exchange import exchange
from .ledger.ledger import ledger
from .ledger.middleware import find_middleware
from .ledger.repeatable import register_repeatable

http.install()
add_call_middleware(find_middleware)

from . import models  # noqa: E402 - calls are instrumented from here on
from .models.exchange_messages import ExchangeMessage  # noqa: E402
from .models.retention import PARAMETERS  # noqa: E402


def uninstall_hook(env):
    """Drop what Odoo does not drop with the models, and delete system parameters."""
    env["reliability.exchange"]._drop_functions()
    env["reliability.gauge"]._drop_integration_gauges()
    keys = [parameter.key for parameter in PARAMETERS]
    env["ir.config_parameter"].search([("key", "in", keys)]).unlink()
