from . import models
from .models.reliability_gauge import FACTS


def forget_facts(env):
    """Tell no more of transfers, when the app is uninstalled."""
    env["reliability.gauge"]._unregister_gauges(*FACTS)
