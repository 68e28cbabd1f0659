from . import models
from .models.reliability_fact import FACTS


def forget_facts(env):
    """Tell no more of transfers, when the app is uninstalled."""
    env["reliability.fact"]._forget(*FACTS)
