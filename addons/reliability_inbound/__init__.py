"""The inbound API: one route for messages from other systems.

:mod:`.models.reliability_inbound` says how an addon registers a kind of message.
"""

from . import controllers, models, no_database
from .kinds import SCOPE

no_database.install()


def uninstall_hook(env):
    """Delete the API keys, which are good for nothing without this addon."""
    env["res.users.apikeys"].sudo().search([("scope", "=like", f"{SCOPE}%")]).unlink()
