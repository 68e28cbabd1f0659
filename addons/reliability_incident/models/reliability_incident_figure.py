"""Figures of incidents: how long it took to detect, acknowledge and restore them.

A row is one time of one incident, so that each time lies in the period in which it
ended.  Means, medians and percentiles are those of the rows of a group, never averages
of others'.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.reliability.api import formatting

from ..figures import ACKNOWLEDGE, DETECT, FIGURES, RESTORE
from .incident_fields import KIND_NAMES, SEVERITY_NAMES, STATE_NAMES, TIER_NAMES
from .reliability_incident import STAMPS

FIGURE_NAMES = [
    (DETECT, "To detect"),
    (ACKNOWLEDGE, "To acknowledge"),
    (RESTORE, "To restore"),
]
_OF_A_GROUP = {
    "incidents:sum": "count(*)",
    "known:sum": "count(%(hours)s)",
    "coverage:avg": "100.0 * count(%(hours)s) / count(*)",
    "mean:avg": "avg(%(hours)s)",
    "median:avg": "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(hours)s)",
    "p90:avg": "percentile_cont(0.9) WITHIN GROUP (ORDER BY %(hours)s)",
}
"""What the figures of a group are, in SQL.  The database sorts the rows of each group,
so there is only one number in them."""
_HOUR = 3600


class ReliabilityIncidentFigure(models.Model):
    _name = "reliability.incident.figure"
    _description = "Figure of Incidents"
    _auto = False
    _order = "moment desc, id desc"
    _rec_name = "incident_id"
    _depends = {
        "reliability.incident": [
            *STAMPS.values(),
            *("kind", "severity", "tier", "state", "company_id", "is_shared"),
            *("warehouses", "service_ids"),
        ]
    }

    incident_id = fields.Many2one("reliability.incident", readonly=True)
    figure = fields.Selection(FIGURE_NAMES, string="Time", readonly=True)
    moment = fields.Datetime(
        string="On",
        readonly=True,
        help="When the incident was detected, acknowledged or restored; when it was"
        " detected, if it is not acknowledged or restored.",
    )
    kind = fields.Selection(KIND_NAMES, string="Counts as", readonly=True)
    severity = fields.Selection(SEVERITY_NAMES, readonly=True)
    tier = fields.Selection(TIER_NAMES, readonly=True)
    state = fields.Selection(STATE_NAMES, readonly=True)
    service_ids = fields.Many2many(
        related="incident_id.service_ids",
        string="Service",
        help="The affected services: an incident counts for each of them.",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    is_shared = fields.Boolean(readonly=True)
    warehouses = fields.Char(readonly=True)
    duration = fields.Char(compute="_compute_duration")
    incidents = fields.Integer(readonly=True)
    known = fields.Integer(
        string="With Both Times",
        readonly=True,
        help="Incidents whose begin and end of this time are known.",
    )
    coverage = fields.Float(
        string="Coverage (%)",
        readonly=True,
        digits=(5, 1),
        aggregator="avg",
        help="How many of a hundred incidents have both times.",
    )
    mean = fields.Float(readonly=True, aggregator="avg")
    median = fields.Float(
        readonly=True,
        aggregator="avg",  # see _read_group_select
        help="Half of the incidents took no longer.",
    )
    p90 = fields.Float(
        string="90th Percentile",
        readonly=True,
        aggregator="avg",  # see _read_group_select
        help="Nine of ten incidents took no longer.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT incident.id * %(count)s + figure.number AS id,
                   incident.id AS incident_id, figure.code AS figure,
                   coalesce(figure.ended, incident.detected_at) AS moment,
                   incident.kind, incident.severity, incident.tier, incident.state,
                   incident.company_id, incident.is_shared, incident.warehouses,
                   1 AS incidents, (figure.hours IS NOT NULL)::int AS known,
                   CASE WHEN figure.hours IS NULL THEN 0 ELSE 100 END AS coverage,
                   figure.hours AS mean, figure.hours AS median, figure.hours AS p90,
                   array_position(%(kinds)s, incident.kind) * %(count)s + figure.number
                   AS mixture
              FROM reliability_incident AS incident
             CROSS JOIN LATERAL (
                    SELECT number, code, ended,
                           extract(epoch FROM ended - began)::float8 / %(hour)s AS hours
                      FROM (VALUES %(figures)s) AS stamps(number, code, began, ended)
                   ) AS figure
            """,
            count=len(FIGURES),
            kinds=[kind for kind, _name in KIND_NAMES],
            figures=SQL(", ").join(
                SQL(
                    "(%s, %s, %s, %s)",
                    number,
                    figure.code,
                    SQL.identifier("incident", STAMPS[figure.begin]),
                    SQL.identifier("incident", STAMPS[figure.end]),
                )
                for number, figure in enumerate(FIGURES)
            ),
            hour=_HOUR,
        )

    def _read_group_select(self, aggregate_spec, query):
        """Compute figures from the rows of a group.

        A group of several times, or of incidents and drills, has none.
        """
        if aggregate_spec not in _OF_A_GROUP:
            return super()._read_group_select(aggregate_spec, query)
        hours = self._field_to_sql(self._table, "mean", query)
        expression = SQL(_OF_A_GROUP[aggregate_spec], hours=hours)
        mixture = SQL.identifier(self._table, "mixture")
        return SQL(
            "CASE WHEN min(%s) = max(%s) THEN %s END", mixture, mixture, expression
        )

    @api.depends("known", "mean")
    @api.depends_context("lang")
    def _compute_duration(self):
        for figure in self:
            text = figure._duration_text(figure.mean) if figure.known else False
            figure.duration = text

    @api.model
    def _duration_text(self, hours):
        """Return a duration for people.

        :param float hours: as the fields have it
        """
        return formatting.duration(self.env, round(hours * _HOUR))

    def action_open_incident(self):
        """Open the incident of this row."""
        self.ensure_one()
        self.check_access("read")
        return self.incident_id.get_formview_action()
