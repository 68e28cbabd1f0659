"""Evaluate services over the external API, and choose who is notified."""

EVALUATION = "reliability_health.cron_evaluate"
CHANNELS = ("activity", "chat", "mail")
"""How people are notified."""


def evaluate(user):
    """Evaluate all services as the scheduled action does; return Odoo's answer."""
    return user.run_scheduled(EVALUATION)


def notify_admin(user):
    """Let all services notify the administrator by each channel."""
    services = user.call("reliability.service", "search", [])
    channels = {f"notify_by_{channel}": True for channel in CHANNELS}
    person = {"notify_user_ids": [(6, 0, [2])]}
    user.call("reliability.service", "write", services, channels | person)
