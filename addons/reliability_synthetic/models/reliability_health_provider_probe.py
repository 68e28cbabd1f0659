"""Certificates that end soon, and probes that have stopped, as alerts."""

# What probes find is apart from the alerts about all journeys.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import DEGRADED, INTERRUPTED, is_neutralized

from ..probe import steps
from ..ways import HTTP
from .probe_messages import CERTIFICATE, SILENT

_SOON, _VERY_SOON = timedelta(days=14), timedelta(days=3)
"""Before the end of a certificate."""


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _alerts(self):
        return [*super()._alerts(), *self._probe_alerts()]

    @api.model
    def _probe_alerts(self):
        """Yield alerts about probes; none reports to a neutralized copy."""
        if is_neutralized(self.env):
            return
        now = fields.Datetime.now()
        latest = self.env["reliability.synthetic.journey"].sudo()._latest_runs()
        for journey, runs in latest.items():
            if journey.way == HTTP:
                yield from self._silent_alerts(journey, runs, now)
        seen = self.env["reliability.synthetic.run"].sudo()._last_certificates()
        for journey, runs in seen.grouped("journey_id").items():
            yield from self._certificate_alerts(journey, runs, now)

    @api.model
    def _silent_alerts(self, journey, runs, now):
        """Yield alerts for the places that should have reported newer runs by now."""
        for run in runs - journey._recent(runs, now):
            since = run.started_at + timedelta(minutes=journey.interval_minutes)
            alert = self._journey_alert(journey, SILENT, DEGRADED, since, run=run.id)
            # After an outage of Odoo, the reports of that time come within seconds.
            subject = f"{journey.code}:{run.place}"
            yield alert._replace(subject=subject, is_sampled=True)

    @api.model
    def _certificate_alerts(self, journey, runs, now):
        """Yield an alert if the certificate that ends first ends soon.

        :param runs: the last one of each place that has seen one
        """
        # A silent place may have seen one that was renewed since.
        runs = journey._recent(runs, now) or runs
        first = runs.sorted("certificate_not_after")[0]
        left = first.certificate_not_after - now
        # One that has ended fails the step, and that is an alert of its own.
        if left < _SOON and first.failed_step != steps.CERTIFICATE:
            yield self._journey_alert(
                journey,
                CERTIFICATE,
                INTERRUPTED if left < _VERY_SOON else DEGRADED,
                first.certificate_not_after - _SOON,
                run=first.id,
            )
