"""Certificates that end soon, and probes that have stopped, as alerts."""

# What probes find is apart from the alerts about all journeys.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import (
    DEGRADED,
    INFORMATION,
    INTERRUPTED,
    is_neutralized,
)

from ..probe import steps
from ..ways import HTTP
from .probe_messages import CERTIFICATE, CLOCK, SILENT

_SOON, _VERY_SOON = (timedelta(days=14), 3), (timedelta(days=3), 14)
"""Before the end of a certificate: so long, and at most this part of its whole life,
such as a third."""


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
        journeys = self.env["reliability.synthetic.journey"].sudo()
        for journey in journeys.search([("way", "=", HTTP)]):
            silent = journey._silent_places(now)
            yield from self._silent_alerts(journey, silent, now)
            yield from self._clock_alerts(journey, journey.place_ids - silent)
        seen = self.env["reliability.synthetic.run"].sudo()._last_certificates()
        counted = seen._outside_maintenance()
        for journey, runs in counted.grouped("journey_id").items():
            yield from self._certificate_alerts(journey, runs, now)

    @api.model
    def _silent_alerts(self, journey, places, now):
        """Yield alerts for the places that should have reported newer runs by now."""
        turn = timedelta(minutes=journey.interval_minutes)
        for place in places:
            last = place.last_run_at
            begin = max(last, journey.switched_on_at or last)
            begin = journey._after_maintenance(begin, now)
            if not journey._has_missed_turns(begin, now):
                continue
            since = begin + turn
            values = {"place": place.name, "reported": _as_text(last)}
            alert = self._journey_alert(journey, SILENT, DEGRADED, since, **values)
            # After an outage of Odoo, the reports of that time come within seconds.
            subject = f"{journey.code}:{place.name}"
            yield alert._replace(subject=subject, is_sampled=True)

    @api.model
    def _clock_alerts(self, journey, places):
        """Yield an alert about the place with the worst clock, if one is wrong."""
        wrong = places.filtered("clock_behind")
        if wrong:
            worst = max(wrong, key=lambda place: abs(place.clock_behind))
            yield self._journey_alert(
                journey,
                CLOCK,
                INFORMATION,
                worst.clock_wrong_since,
                count=len(wrong),
                place=worst.name,
                behind=worst.clock_behind,
            )

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
        soon = _before_end(first, *_SOON)
        if left < soon and first.failed_step != steps.CERTIFICATE:
            is_urgent = left < _before_end(first, *_VERY_SOON)
            yield self._journey_alert(
                journey,
                CERTIFICATE,
                INTERRUPTED if is_urgent else DEGRADED,
                first.certificate_not_after - soon,
                run=first.id,
                subject=first.certificate_subject,
                ends=_as_text(first.certificate_not_after),
            )


def _before_end(run, limit, part):
    """Return how long before the end of a certificate a limit is reached.

    :param timedelta limit: for one that is valid for long
    :param int part: of its whole life, such as 3 for a third
    """
    begin, end = run.certificate_not_before, run.certificate_not_after
    return min(limit, (end - begin) / part) if begin else limit


def _as_text(moment):
    return f"{moment.isoformat()}Z"
