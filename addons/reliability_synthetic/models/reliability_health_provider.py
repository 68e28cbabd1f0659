"""Journeys that fail, are slow, are flaky or do not run, as alerts."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.reliability.api import (
    DEGRADED,
    INFORMATION,
    INTERRUPTED,
    Alert,
    AlertText,
    is_neutralized,
)

from ..objectives import SERVICE
from ..run_result import FAILED, SLOW
from .alert_messages import (
    ABOUT_JOURNEYS,
    DESCRIPTIONS,
    FAILING,
    FLAKY,
    IS_SLOW,
    STOPPED,
)
from .reliability_synthetic_run import RUNNING

PROVIDER = "synthetic"
_DAY = timedelta(days=1)
_FLAKY_SHARE, _MIN_FLAKY = 0.1, 3
"""Of the runs of a day: more than this share, and this number at least."""


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _alerts(self):
        return [*super()._alerts(), *self._synthetic_alerts()]

    @api.model
    def _synthetic_alerts(self):
        """Yield alerts about journeys; in a neutralized copy none runs."""
        if is_neutralized(self.env):
            return
        now = fields.Datetime.now()
        journeys = self.env["reliability.synthetic.journey"].search([])
        latest = journeys._latest_runs()
        switched_on = journeys._switched_on()
        for journey in switched_on.filtered(lambda one: one in latest):
            yield from self._result_alerts(journey, latest[journey], now)
        yield from self._flaky_alerts(switched_on, now)
        for journey in switched_on._stopped(now):
            since = journey._after_maintenance(journey.next_run_at, now)
            alert = self._journey_alert(journey, STOPPED, DEGRADED, since)
            # After an outage of Odoo, this may be evaluated before the journey runs.
            yield alert._replace(is_sampled=True)

    @api.model
    def _result_alerts(self, journey, runs, now):
        """Yield an alert if the last runs of a journey failed, or else were slow.

        :param runs: the last one of each place, those that have failed first
        """
        runs = journey._still_true(runs, now)
        worst = runs[:1]
        if worst.state not in (FAILED, SLOW):
            return
        alike = runs.filtered(lambda run: run.state == worst.state)
        first = min(
            (run._first_like_this() for run in alike),
            key=lambda run: run.failed_at or run.started_at,
        )
        everywhere = len(alike) == len(runs)
        is_interrupted = worst.state == FAILED and everywhere
        yield self._journey_alert(
            journey,
            FAILING if worst.state == FAILED else IS_SLOW,
            INTERRUPTED if is_interrupted else DEGRADED,
            first.failed_at or first.started_at,
            max(alike.mapped("ended_at")),
            run=worst.id,
            place=worst.place if len(alike) == 1 < len(runs) else "",
        )

    @api.model
    def _flaky_alerts(self, journeys, now):
        """Yield alerts for journeys whose first attempts fail too often."""
        if not journeys:
            return
        day_ago = now - _DAY
        since = {one: max(day_ago, one.switched_on_at or day_ago) for one in journeys}
        of_journeys = Domain.OR(
            Domain("journey_id", "=", journey.id) & Domain("started_at", ">=", begin)
            for journey, begin in since.items()
        )
        ended = Domain("state", "!=", RUNNING)
        domain = of_journeys & ended & journeys._outside_maintenance(day_ago)
        runs = self.env["reliability.synthetic.run"]
        totals = dict(runs._read_group(domain, ["journey_id"], ["__count"]))
        flaky = runs._read_group(
            domain & Domain("is_flaky", "=", True),
            ["journey_id"],
            ["__count", "started_at:min", "started_at:max"],
        )
        for journey, count, first, last in flaky:
            total = totals[journey]
            if count >= _MIN_FLAKY and count > _FLAKY_SHARE * total:
                yield self._journey_alert(
                    journey, FLAKY, INFORMATION, first, last, count, total=total
                )

    @api.model
    def _journey_alert(
        self, journey, cause, severity, since, last=None, count=1, **values
    ):
        values |= {"journey": journey.id, "name": journey.name}
        if "run" in values:
            run = self.env["reliability.synthetic.run"].sudo().browse(values["run"])
            values["run_values"] = run._as_json()
        return Alert(
            PROVIDER,
            cause,
            SERVICE,
            severity,
            count,
            since,
            last or since,
            company_id=journey.company_id.id,
            warehouse=journey._warehouse_code(),
            subject=journey.code,
            values=values,
        )

    @api.model
    def _describe_alert(self, alert):
        if alert.provider != PROVIDER or alert.cause not in DESCRIPTIONS:
            return super()._describe_alert(alert)
        journeys = self.env["reliability.synthetic.journey"]
        journey = journeys.browse(alert.values["journey"]).sudo().exists()
        if not journey:
            return AlertText(
                self.env._(
                    "The journey %(journey)s, which this alert was about, was deleted",
                    journey=alert.values.get("name") or alert.subject,
                )
            )
        run = self._run_of(alert)
        text = DESCRIPTIONS[alert.cause](journey, run, alert)
        if run.ids:
            return AlertText(text, self.env._("Open Run"), self._open(run, "_open"))
        if alert.cause in ABOUT_JOURNEYS:
            return AlertText(
                text, self.env._("Open Journey"), self._open(journey, "_open")
            )
        return AlertText(
            text, self.env._("Open Runs"), self._open(journey, "action_open_runs")
        )

    @api.model
    def _run_of(self, alert):
        """Return the run that an alert is about; empty if there is none.

        One that is deleted is returned as it was, without an id.
        """
        runs = self.env["reliability.synthetic.run"].sudo()
        run = runs.browse(alert.values.get("run")).exists()
        values = alert.values.get("run_values")
        return run if run or not values else runs.new(values)

    @api.model
    def _open(self, record, method):
        """Return the action of a method; ``False`` if its record may not be read."""
        own = record.sudo(False)
        return own.has_access("read") and getattr(own, method)()
