"""Figures of deployments: the measures of DORA of any group of them.

A row is one deployment that counts, in the period in which it has ended.  Shares and
medians are those of the rows of a group, never averages of others'; they are those of
:mod:`..dora`, in SQL.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.reliability.api import formatting
from odoo.addons.reliability_incident.models.incident_fields import INCIDENT

from ..dora import HOT_FIXED_WITHIN
from .reliability_deployment import STATE_NAMES
from .reliability_deployment_failure import DUE, ENDED

_HOUR = 3600
_MEDIAN_OF_ALL = """
    (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY hours::float8)
       FROM unnest(string_to_array(string_agg(%(hours)s, ','), ',')) AS hours)
"""
"""Of all commits of a group: its rows have lists, in which each commit is once."""
_MEDIAN = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(hours)s)"
_ROWS = """
    WITH counted AS (
         SELECT * FROM reliability_deployment WHERE is_seen AND state IN %(ended)s
         ),
         due AS (
         SELECT deployment_id, bool_or(deployment_state = 'confirmed') AS is_confirmed,
                CASE WHEN bool_and(restored_at IS NOT NULL) THEN max(restored_at) END
                AS restored
           FROM reliability_incident
          WHERE kind = %(incident)s AND deployment_state IN %(due)s
          GROUP BY deployment_id
         ),
         repair AS (
         SELECT repaired_id, is_fix, "end", state
           FROM counted
          CROSS JOIN LATERAL (
                VALUES (rolls_back_id, FALSE), (fixes_id, TRUE)
                ) AS links(repaired_id, is_fix)
          WHERE repaired_id <> id
         ),
         repaired AS (
         SELECT deployment.id,
                min(repair."end") FILTER (WHERE repair.state <> 'failed') AS moment
           FROM counted AS deployment
           JOIN repair ON repair.repaired_id = deployment.id
          WHERE NOT repair.is_fix
             OR repair."end" - deployment."end" <= %(hot_fixed_within)s
          GROUP BY deployment.id
         ),
         first_shipped AS (
         SELECT DISTINCT ON (commit.revision) deployment.id,
                extract(epoch FROM deployment."end" - commit.made_at)::float8 / %(hour)s
                AS hours
           FROM reliability_deployment_commit AS commit
           JOIN counted AS deployment ON deployment.id = commit.deployment_id
          WHERE deployment.state <> 'failed'
          ORDER BY commit.revision, deployment."end", deployment.id
         ),
         lead AS (
         SELECT id, count(*) AS commits, string_agg(hours::text, ',') AS lead_times,
                percentile_cont(0.5) WITHIN GROUP (ORDER BY hours) AS lead_time
           FROM first_shipped
          WHERE hours >= 0
          GROUP BY id
         ),
         evaluated AS (
         SELECT deployment.*,
                deployment.is_failed IS TRUE OR deployment.state = 'failed'
                OR repaired.id IS NOT NULL OR due.is_confirmed IS TRUE AS is_certain,
                due.deployment_id IS NOT NULL AS has_incident,
                deployment.is_unplanned IS TRUE
                OR deployment.rolls_back_id IS NOT NULL
                OR deployment.fixes_id IS NOT NULL AS is_rework,
                coalesce(lead.commits, 0) AS commits, lead.lead_times, lead.lead_time,
                extract(epoch FROM
                        CASE WHEN due.deployment_id IS NULL THEN repaired.moment
                             ELSE due.restored END - deployment."end"
                )::float8 / %(hour)s AS recovered_after
           FROM counted AS deployment
           LEFT JOIN due ON due.deployment_id = deployment.id
           LEFT JOIN repaired ON repaired.id = deployment.id
           LEFT JOIN lead ON lead.id = deployment.id
         )
  SELECT id, id AS deployment_id, "end" AS moment, state, user_id, is_reported,
         1 AS deployments,
         (is_certain OR has_incident)::int AS failed,
         100.0 * (is_certain OR has_incident)::int AS failure_rate,
         (has_incident AND NOT is_certain)::int AS suggested,
         commits, lead_times, lead_time,
         is_rework::int AS rework, 100.0 * is_rework::int AS rework_rate,
         ((recovered_after >= 0) IS TRUE)::int AS recovered,
         CASE WHEN recovered_after >= 0 THEN recovered_after END AS recovery_time
    FROM evaluated
"""


class ReliabilityDeploymentFigure(models.Model):
    _name = "reliability.deployment.figure"
    _description = "Figure of Deployments"
    _auto = False
    _order = "moment desc, id desc"
    _rec_name = "deployment_id"
    _depends = {
        "reliability.deployment": [
            *("end", "state", "is_seen", "is_reported", "user_id"),
            *("is_failed", "is_unplanned", "rolls_back_id", "fixes_id"),
        ],
        "reliability.deployment.commit": ["deployment_id", "revision", "made_at"],
        "reliability.incident": [
            *("kind", "restored_at", "deployment_id", "deployment_state"),
        ],
    }

    deployment_id = fields.Many2one("reliability.deployment", readonly=True)
    moment = fields.Datetime(string="Ended", readonly=True)
    state = fields.Selection(STATE_NAMES, readonly=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True)
    is_reported = fields.Boolean(string="Reported", readonly=True)
    failure = fields.Char(related="deployment_id.failure")
    deployments = fields.Integer(readonly=True)
    failed = fields.Integer(
        readonly=True,
        help="Deployments that somebody says have failed, whose roll-out has failed,"
        " that were rolled back or repaired by a hot fix within a day, or that an"
        " incident is due to.",
    )
    failure_rate = fields.Float(
        string="Change Failure Rate (%)",
        readonly=True,
        digits=(5, 1),
        aggregator="avg",
        help="How many of a hundred deployments have failed.",
    )
    suggested = fields.Integer(
        string="Failed, Not Confirmed",
        readonly=True,
        help="Of those that have failed: an incident began within a day, and nobody has"
        " confirmed the cause yet.",
    )
    rework = fields.Integer(
        readonly=True,
        help="Deployments that were made because of an incident: unplanned ones,"
        " rollbacks and hot fixes.",
    )
    rework_rate = fields.Float(
        string="Rework Rate (%)",
        readonly=True,
        digits=(5, 1),
        aggregator="avg",
        help="How many of a hundred deployments were rework.",
    )
    commits = fields.Integer(
        string="Commits with Lead Time",
        readonly=True,
        help="Commits that these deployments were the first to ship, and whose time is"
        " known.",
    )
    lead_time = fields.Float(
        string="Lead Time (Median)",
        readonly=True,
        aggregator="avg",  # see _read_group_select
        help="From a commit until the end of the first successful deployment with it.",
    )
    lead_text = fields.Char(string="Lead Time", compute="_compute_texts")
    recovered = fields.Integer(
        string="With Recovery Time",
        readonly=True,
        help="Failed deployments whose recovery time is known.",
    )
    recovery_time = fields.Float(
        string="Recovery Time (Median)",
        readonly=True,
        aggregator="avg",  # see _read_group_select
        help="From the end of a failed deployment until the last of its incidents was"
        " restored; without incidents, until it was undone or repaired.",
    )
    recovery_text = fields.Char(string="Recovery Time", compute="_compute_texts")

    @property
    def _table_query(self):
        return SQL(
            _ROWS,
            ended=ENDED,
            due=DUE,
            incident=INCIDENT,
            hour=_HOUR,
            hot_fixed_within=HOT_FIXED_WITHIN,
        )

    def _read_group_select(self, aggregate_spec, query):
        """Compute medians from the rows of a group."""
        if aggregate_spec == "lead_time:avg":
            lists = SQL.identifier(self._table, "lead_times")
            return SQL(_MEDIAN_OF_ALL, hours=lists)
        if aggregate_spec != "recovery_time:avg":
            return super()._read_group_select(aggregate_spec, query)
        hours = self._field_to_sql(self._table, "recovery_time", query)
        return SQL(_MEDIAN, hours=hours)

    @api.depends("commits", "lead_time", "recovered", "recovery_time")
    @api.depends_context("lang")
    def _compute_texts(self):
        for figure in self:
            hours = figure.recovery_time if figure.recovered else None
            figure.recovery_text = figure._duration_text(hours)
            hours = figure.lead_time if figure.commits else None
            figure.lead_text = figure._duration_text(hours)

    @api.model
    def _duration_text(self, hours):
        """Return a duration for people; empty for none."""
        if hours is None:
            return ""
        return formatting.duration(self.env, round(hours * _HOUR))

    def action_open_deployment(self):
        """Open the deployment of this row."""
        self.ensure_one()
        self.check_access("read")
        return self.deployment_id.get_formview_action()
