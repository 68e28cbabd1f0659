"""What differs since a deployment: one measure of one operation."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import EXCLUDED

from ..comparison import DURATION, ERRORS, QUERIES, REFUSALS
from .comparison_messages import describe

MEASURE_NAMES = [
    (ERRORS, "Failed Calls"),
    (REFUSALS, "Rejected Calls"),
    (QUERIES, "Queries"),
    (DURATION, "Duration"),
]
_CALLS_TO_OPEN = {ERRORS: "failures", REFUSALS: "rejected", QUERIES: "slow"}
"""Measure → calls that explain it, for ``reliability.top.call._open``."""
_DAY = timedelta(days=1)


class ReliabilityDeploymentFinding(models.Model):
    """Of all companies: it says how an operation is, and administrators how often."""

    _name = "reliability.deployment.finding"
    _description = "Difference since a Deployment"
    _log_access = False
    _order = "deployment_id desc, sequence, id"
    _rec_name = "text"

    deployment_id = fields.Many2one(
        "reliability.deployment",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    sequence = fields.Integer(readonly=True, help="The worst has the lowest.")
    service_id = fields.Many2one(
        "reliability.service",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    operation = fields.Char(required=True, readonly=True, help="Its code.")
    measure = fields.Selection(MEASURE_NAMES, required=True, readonly=True)
    is_worse = fields.Boolean(string="Worse", readonly=True)
    before = fields.Float(
        required=True,
        readonly=True,
        aggregator=None,
        help="In the week before: a share of calls, queries of a call, or seconds that"
        " a call takes typically.",
    )
    after = fields.Float(required=True, readonly=True, aggregator=None)
    effect = fields.Float(
        readonly=True,
        aggregator=None,
        help="How much both differ: of shares their difference, else their ratio.",
    )
    low = fields.Float(
        readonly=True,
        aggregator=None,
        help="In 95 of 100 cases, the effect is between low and high.",
    )
    high = fields.Float(readonly=True, aggregator=None)
    seconds = fields.Integer(
        required=True, readonly=True, aggregator=None, help="Of calls after."
    )
    since = fields.Datetime(
        required=True, readonly=True, help="The begin of the calls after."
    )
    calls_before = fields.Integer(
        readonly=True, aggregator=None, groups="reliability.group_admin"
    )
    calls_after = fields.Integer(
        readonly=True, aggregator=None, groups="reliability.group_admin"
    )
    text = fields.Char(string="Difference", compute="_compute_text")

    _measure_unique = models.UniqueIndex("(deployment_id, operation, measure)")

    @api.depends("measure", "operation", "since", "before", "after")
    @api.depends_context("lang", "tz")
    def _compute_text(self):
        for one in self:
            one.text = describe(self.env, **one._values())

    def _values(self):
        """Return what its sentence needs."""
        return {
            name: self[name]
            for name in ("measure", "operation", "since", "before", "after")
        }

    def action_open(self):
        """Open the calls that explain it, or durations by the hour, of the reader."""
        self.ensure_one()
        self.check_access("read")
        if self.measure == DURATION:
            return self._open_durations()
        companies = [*self._companies(), False]
        return self.env["reliability.top.call"]._open(
            {"company_id": companies},
            self.operation,
            self.since,
            self.since + timedelta(seconds=self.seconds),
            _CALLS_TO_OPEN[self.measure],
        )

    def _companies(self):
        return [*self.env["reliability.health.provider"]._business_companies()]

    def _open_durations(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability.reliability_report_action"
        )
        return action | {
            "domain": [
                ("operation_id.code", "=", self.operation),
                ("outcome", "not in", EXCLUDED),
                ("company_id", "in", self._companies()),
                ("start", ">=", self.since - _DAY),
                ("start", "<", self.since + _DAY),
            ],
            "context": {
                "graph_mode": "line",
                "graph_measure": "median",
                "graph_groupbys": ["start:hour"],
            },
        }
