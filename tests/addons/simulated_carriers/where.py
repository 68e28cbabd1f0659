"""Where the simulator is: in the environment, or in odoo.conf among the options."""

import os

from odoo.tools import config

_NOBODY = "http://127.0.0.1:9"  # where nobody listens
_SECONDS = 2.0


def address():
    """Return the simulator's address, without a slash at the end.

    Without one, connectors ask nobody: never the real carriers.
    """
    return _setting("simulated_carriers", _NOBODY).rstrip("/")


def patience():
    """Return for how many seconds connectors wait for an answer."""
    return float(_setting("simulated_carriers_patience", _SECONDS))


def _setting(name, default):
    return os.environ.get(name.upper()) or config.get(name) or default
