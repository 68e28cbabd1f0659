"""Where the simulator is: in the environment, or in odoo.conf among the options."""

import os

from odoo.tools import config

_NOBODY = "http://127.0.0.1:9"  # where nobody listens


def address():
    """Return the simulator's address, without a slash at the end.

    Without one, connectors ask nobody: never the real carriers.
    """
    found = os.environ.get("SIMULATED_CARRIERS") or config.get("simulated_carriers")
    return (found or _NOBODY).rstrip("/")
