"""The EDI loop-back of synthetic background work."""

from odoo import Command

from . import edi_signal, models


def post_init_hook(env):
    """Add the step to the journey that is shipped, unless somebody changed that."""
    journey = env.ref("reliability_synthetic.journey_background_work", False)
    if journey and journey.way == "background":
        step = {"step": "edi", "sequence": 40, "slow_after": 120}
        journey.step_ids = [Command.create(step)]
