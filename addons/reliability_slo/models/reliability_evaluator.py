"""Objectives are evaluated with everything else, and an alert says if they are not."""

from datetime import timedelta

from odoo import api, models

from odoo.addons.reliability.api import (
    DEGRADED,
    Alert,
    isolated,
    masked_logger,
    stored_text,
)

from ..alerts import PROVIDER, STALE
from .slo_parameters import EVALUATED

_STALE_AFTER = timedelta(minutes=5)
_logger = masked_logger(__name__)


class ReliabilityEvaluator(models.AbstractModel):
    _inherit = "reliability.evaluator"

    @api.model
    def _run(self, now):
        """Evaluate objectives first: their alerts are collected with all others.

        An error in them stops nothing else; an alert says that they stand still.
        """
        with isolated(self.env.cr, _logger, "Files with objectives are not applied"):
            self.env["reliability.files"]._apply_files(now)
        with isolated(self.env.cr, _logger, "Objectives are not evaluated"):
            self.env["reliability.slo"]._advance(now)
        return super()._run(now)

    @api.model
    def _contributed(self, now):
        """Add an alert while objectives stand still, at the time of the evaluation."""
        found = super()._contributed(now)
        evaluated = EVALUATED.parse(stored_text(self.env, EVALUATED.key))
        is_stale = evaluated and now - evaluated > _STALE_AFTER
        # Where an addon fails, the alerts of before are found, and so this one.
        is_known = any((one.provider, one.cause) == (PROVIDER, STALE) for one in found)
        if not is_stale or is_known:
            return found
        stale = Alert(
            PROVIDER,
            STALE,
            "platform",
            DEGRADED,
            1,
            evaluated,
            evaluated,
            is_shared=True,
        )
        return [*found, stale]
