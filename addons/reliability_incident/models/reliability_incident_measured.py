"""What incidents add to ``/metrics`` when it happens."""

# What is measured is apart from what happens.
# pylint: disable=consider-merging-classes-inherited

from odoo import models

from ..families import TIMES
from ..figures import FIGURES
from ..measuring import record_at_commit
from .incident_fields import INCIDENT
from .reliability_incident import STAMPS


class ReliabilityIncident(models.Model):
    _inherit = "reliability.incident"

    def _stamp(self, kind, moment, source, reason="", **values):
        """Measure a time as soon as both of its stamps are known.

        A corrected stamp measures nothing again: a counter takes nothing back.
        """
        before = self._times()
        result = super()._stamp(kind, moment, source, reason, **values)
        for figure, seconds in self._times().items():
            if figure not in before and self.kind == INCIDENT:
                labels = (self.service_id.code or "", self.severity)
                record_at_commit(self.env, TIMES[figure], labels, "success", seconds)
        return result

    def _stamp_begin(self, now):
        """Weigh a new incident first, since what is measured then has its severity."""
        self._weigh()
        return super()._stamp_begin(now)

    def _times(self):
        """Return the times that are known: figure → seconds."""
        known = {kind: self[field] for kind, field in STAMPS.items()}
        return {
            figure.code: (known[figure.end] - known[figure.begin]).total_seconds()
            for figure in FIGURES
            if figure.code in TIMES and known[figure.begin] and known[figure.end]
        }
