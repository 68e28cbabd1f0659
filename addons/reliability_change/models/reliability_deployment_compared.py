"""Each deployment is compared with the week before it, once there are enough calls."""

# What is compared is apart from what was deployed.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from psycopg2.errors import QueryCanceled

from odoo import api, fields, models

from odoo.addons.reliability.api import (
    formatting,
    masked_logger,
    minutes_complete_since,
)
from odoo.addons.reliability_incident.models.incident_fields import INCIDENT

from ..comparison import CHECKS, DURATION, ERRORS, QUERIES, REFUSALS, compare, times
from .calls_around import Fault, as_moment, as_seconds, read_calls

_logger = masked_logger(__name__)

NOT_YET, COMPARED, TOO_FEW, FOLLOWED = (
    "not_yet",
    "compared",
    "too_few_calls",
    "followed",
)
COMPARED_NAMES = [
    (NOT_YET, "Not Yet"),
    (COMPARED, "Compared"),
    (TOO_FEW, "Too Few Calls"),
    (FOLLOWED, "Another Deployment Followed"),
]
_DELIVERED = timedelta(minutes=1)
"""By then, collectors have delivered the last minute."""
_WORST_FIRST = (ERRORS, REFUSALS, DURATION, QUERIES)
_LIMIT = "SET LOCAL statement_timeout = '60s'"


class ReliabilityDeployment(models.Model):
    _inherit = "reliability.deployment"

    compared = fields.Selection(
        COMPARED_NAMES,
        string="Before and After",
        required=True,
        readonly=True,
        default=NOT_YET,
        help="Whether calls after it were compared with those of the week before.",
    )
    compared_since = fields.Datetime(
        readonly=True, help="The begin of the calls after it, in the last check."
    )
    compared_seconds = fields.Integer(
        readonly=True, aggregator=None, help="Of calls after it, in the last check."
    )
    compared_operations = fields.Integer(
        readonly=True, aggregator=None, help="With enough calls before and after."
    )
    too_few_operations = fields.Integer(
        readonly=True, aggregator=None, help="With too few calls: nothing is known."
    )
    finding_ids = fields.One2many(
        "reliability.deployment.finding", "deployment_id", string="Differences"
    )
    worse_count = fields.Integer(string="Worse", compute="_compute_worse_count")
    comparison = fields.Char(compute="_compute_comparison")

    @api.depends("finding_ids.is_worse")
    def _compute_worse_count(self):
        for deployment in self:
            deployment.worse_count = len(deployment._worse())

    def _worse(self):
        """Return what is worse since, the worst first."""
        worse = self.sudo().finding_ids.filtered("is_worse")
        return worse.sorted(lambda one: (one.sequence, one.id))

    @api.depends(
        *("is_seen", "begin", "end", "compared", "compared_since", "compared_seconds"),
        *("compared_operations", "too_few_operations"),
    )
    @api.depends_context("lang", "tz")
    def _compute_comparison(self):
        for deployment in self:
            deployment.comparison = deployment._describe_comparison()

    def _describe_comparison(self):
        """Return what was compared, or why nothing was."""
        _ = self.env._
        if not (self.is_seen and self.end):
            return _("Not compared: no server was seen that runs it")
        if self.compared == FOLLOWED:
            return _("Not compared: another deployment followed")
        if self.compared == NOT_YET:
            return self._describe_due()
        values = {
            "duration": formatting.duration(self.env, self.compared_seconds),
            "since": formatting.moment(self.env, self.compared_since),
            "few": self.too_few_operations,
            "count": self.compared_operations,
        }
        if self.compared == TOO_FEW:
            return _(
                "Not compared: too few calls of each operation within %(duration)s"
                " since %(since)s, or in the week before",
                **values,
            )
        return formatting.paragraph(
            formatting.counted(
                values["count"],
                _(
                    "Calls of 1 operation within %(duration)s since %(since)s are"
                    " compared with the week before",
                    **values,
                ),
                _(
                    "Calls of %(count)s operations within %(duration)s since %(since)s"
                    " are compared with the week before",
                    **values,
                ),
            ),
            values["few"]
            and formatting.counted(
                values["few"],
                _("1 operation had too few calls: nothing is known of it"),
                _(
                    "%(few)s operations had too few calls: nothing is known of them",
                    **values,
                ),
            ),
        )

    def _describe_due(self):
        """Return when it will be compared; not if that should have happened."""
        due = as_moment(self._times(CHECKS[0]).end_after)
        if self.compared_seconds or fields.Datetime.now() > due + timedelta(hours=1):
            return self.env._("Not compared: there was no time, or no numbers are left")
        return self.env._(
            "Not compared yet: that needs %(duration)s of calls, until %(time)s",
            time=formatting.moment(self.env, due),
            duration=formatting.duration(self.env, CHECKS[0]),
        )

    def _summary(self):
        """Add the worst difference."""
        summary = super()._summary()
        worst = self._worse()[:1]
        return formatting.paragraph(summary, worst.text) if worst else summary

    @api.model
    def _cron_compare(self):
        """Compare one deployment, the newest that a check is due of."""
        now = self.env.cr.now() - _DELIVERED
        since = minutes_complete_since(self.env)
        recent = self.search([("is_seen", "=", True), ("end", ">=", since)])
        for deployment in recent:
            later = [one.begin for one in recent if one.begin > deployment.begin]
            following = min(later, default=None)
            if length := deployment._due(now, following):
                deployment._compare(length, since)
                return
            deployment._mark_followed(following)

    def _times(self, length):
        return times(as_seconds(self.begin), as_seconds(self.end), length)

    def _due(self, now, following):
        """Return the longest check that is due and not done; ``None`` for none.

        :param following: the begin of the next deployment, where its check ends
        """
        last = min(now, following or now)
        due = [one for one in CHECKS if as_moment(self._times(one).end_after) <= last]
        longest = max(due, default=0)
        return longest if longest > self._compared_so_far() else None

    def _compared_so_far(self):
        """Return the length of the longest check; 0 if something has changed since."""
        since = as_moment(self._times(CHECKS[0]).start_after)
        return self.compared_seconds if self.compared_since == since else 0

    def _mark_followed(self, following):
        """Store that there is not even time for the first check."""
        end = as_moment(self._times(CHECKS[0]).end_after)
        if self.compared == NOT_YET and following and following < end:
            self.compared = FOLLOWED

    def _compare(self, length, since):
        """Store what differs; a later check has more calls, and replaces the earlier.

        :param length: of the check, in seconds
        :param datetime since: rollups by minute are complete since then
        """
        check = self._times(length)
        since_after = as_moment(check.start_after)
        self.write({"compared_since": since_after, "compared_seconds": length})
        try:
            with self.env.cr.savepoint():
                self.env.cr.execute(_LIMIT)
                calls = read_calls(self.env, check, since, self._faults(check))
        except QueryCanceled:
            _logger.warning("Calls around deployment %d take too long to read", self.id)
            return
        found = compare(
            calls.before, calls.after, check.end_before, check.start_after, length
        )
        self.write(
            {
                "compared": COMPARED if found.results else TOO_FEW,
                "compared_operations": len({one.operation for one in found.results}),
                "too_few_operations": len(found.too_few),
            }
        )
        self.finding_ids.unlink()
        shared = {
            "deployment_id": self.id,
            "seconds": length,
            "since": since_after,
        }
        services = self.env["reliability.service"]
        self.finding_ids.create(
            [
                {
                    **shared,
                    **_values(result),
                    "sequence": number,
                    "service_id": services._by_code(
                        calls.services[result.operation]
                    ).id,
                }
                for number, result in enumerate(sorted(found.findings, key=_badness))
            ]
        )

    def _faults(self, check):
        """Return the incidents that were over: they would hide new ones.

        :param check: the `Times` of it
        """
        incidents = self.env["reliability.incident"].search(
            [
                ("kind", "=", INCIDENT),
                ("began_at", "!=", False),
                ("restored_at", ">", as_moment(check.begin_before)),
                ("restored_at", "<=", as_moment(check.end_before)),
            ]
        )
        return [
            Fault(service.code, one.began_at, one.restored_at)
            for one in incidents
            for service in one.service_ids
        ]


def _values(result):
    """Return a `comparison.Result` as values of a record."""
    names = ("operation", "measure", "before", "after", "calls_before", "calls_after")
    names += ("effect", "low", "high", "is_worse")
    return {name: getattr(result, name) for name in names}


def _badness(result):
    """Return the place of a finding: worse first, failed calls before others."""
    rank = _WORST_FIRST.index(result.measure)
    return not result.is_worse, rank, -abs(result.statistic)
