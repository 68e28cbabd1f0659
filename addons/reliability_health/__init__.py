"""Health: the status of each service, its root cause, and what to do about it."""

from . import models


def uninstall_hook(env):
    """Delete the time of the last evaluation."""
    evaluated = [("key", "=", "reliability.evaluated")]
    env["ir.config_parameter"].search(evaluated).unlink()
