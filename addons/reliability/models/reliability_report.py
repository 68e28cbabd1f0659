"""Calls by hour, for lists, pivots and graphs."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..telemetry.families import registered
from .reliability_rollup import OUTCOME_NAMES


class ReliabilityReport(models.Model):
    _name = "reliability.report"
    _description = "Calls by Hour"
    _auto = False
    _order = "start desc, id desc"
    _rec_name = "operation_id"

    start = fields.Datetime(string="Hour", readonly=True)
    family = fields.Selection("_selection_family", string="Kind", readonly=True)
    name = fields.Char(
        string="What",
        readonly=True,
        help="Of a request, the method and the route; of a scheduled action, its"
        " external id; of a job, model and method.",
    )
    service_id = fields.Many2one("reliability.service", readonly=True)
    operation_id = fields.Many2one("reliability.operation", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse = fields.Char(
        readonly=True, help="Its code; mixed where a call was on several."
    )
    dimension = fields.Char(
        string="Counted by",
        readonly=True,
        help="Of a request, the status and the error that it was answered with.",
    )
    host = fields.Char(readonly=True)
    outcome = fields.Selection(
        OUTCOME_NAMES,
        readonly=True,
        help="How the calls ended. Rejected: the business said no. Failed, killed and"
        " unknown count against availability; retried and rolled back do not count.",
    )
    count = fields.Integer(string="Calls", readonly=True)
    fast = fields.Integer(
        string="Fast Calls", readonly=True, help="That took no longer than they should."
    )
    records = fields.Float(readonly=True, digits=(16, 0))
    seconds = fields.Float(
        string="Time Taken (s)", readonly=True, help="By all these calls together."
    )
    sql = fields.Float(
        string="Of It in the Database (s)",
        readonly=True,
        help="Waiting for PostgreSQL.",
    )

    @api.model
    def _selection_family(self):
        return [(family.name, family.title) for family in registered().values()]

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT rollup.id, rollup.start, series.family,
                   series.operation AS name, operation.id AS operation_id,
                   service.id AS service_id, series.company_id, series.warehouse,
                   series.dimension, rollup.host, rollup.outcome, rollup.count,
                   rollup.fast, rollup.records, rollup.seconds, rollup.sql
              FROM reliability_rollup_hour AS rollup
              JOIN reliability_series AS series ON series.id = rollup.series_id
         LEFT JOIN reliability_operation AS operation
                ON operation.code = series.operation AND series.family = 'operation'
         LEFT JOIN reliability_service AS service ON service.code = series.service
            """
        )
