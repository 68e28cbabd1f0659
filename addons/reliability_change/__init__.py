"""Changes: what was deployed, seen by itself and as pipelines say."""

from . import models, report, wizards
from .earlier_upgrades import take_over


def post_init_hook(env):
    """Take over the upgrades that the cockpit has recorded."""
    take_over(env)
