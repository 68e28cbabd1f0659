"""The simulator's address, from the environment or from the options in odoo.conf."""

import os

from odoo.tools import config

_CLOSED_PORT = "http://127.0.0.1:9"


def simulator_address():
    """Return the simulator's address, without a slash at the end.

    Without an address, connectors call a closed port, never the real carriers.
    """
    address = os.environ.get("SIMULATED_CARRIERS") or config.get("simulated_carriers")
    return (address or _CLOSED_PORT).rstrip("/")
