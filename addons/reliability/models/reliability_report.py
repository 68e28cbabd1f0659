"""Calls by hour, for lists, pivot tables and graphs."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..telemetry.families import evaluated_families, family, registered
from .local_day import LocalDay
from .reliability_rollup import OUTCOME_NAMES
from .visible_calls import empty_list_help, list_help

_MEDIAN = 0.5


class ReliabilityReport(models.Model):
    """Its sums are of one kind of thing; there is no sum of orders and transfers."""

    _name = "reliability.report"
    _description = "Calls by Hour"
    _auto = False
    _order = "start desc, id desc"
    _rec_name = "operation_id"

    start = fields.Datetime(string="Hour", readonly=True)
    family = fields.Selection("_selection_family", string="Kind", readonly=True)
    name = fields.Char(
        readonly=True,
        help="The code of an operation; the method and route of a request; the external"
        " id of a scheduled action.",
    )
    counted_thing = fields.Char(
        readonly=True, help="Numbers are added up only where this is the same."
    )
    service_id = fields.Many2one("reliability.service", readonly=True)
    operation_id = fields.Many2one("reliability.operation", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse = fields.Char(
        readonly=True,
        help="The code of the warehouse; mixed if a call was on several warehouses.",
    )
    dimension = fields.Char(
        string="Split by",
        readonly=True,
        help="The dimension of an operation; the status and the error of a request.",
    )
    host = fields.Char(readonly=True)
    outcome = fields.Selection(
        OUTCOME_NAMES,
        readonly=True,
        help="How the calls ended. Rejected: a business rule refused the call. Failed,"
        " killed and unknown count against availability; retried and rolled back do"
        " not count.",
    )
    count = fields.Integer(string="Calls", readonly=True)
    fast = fields.Integer(
        string="Fast Calls",
        readonly=True,
        help="Calls that took no longer than the latency threshold.",
    )
    is_timed = fields.Boolean(
        readonly=True,
        help="Whether these calls have a duration and a latency threshold.",
    )
    records = fields.Float(
        readonly=True,
        digits=(16, 0),
        help="The number of records that all these calls were on.",
    )
    seconds = fields.Float(
        string="Total Time (s)",
        readonly=True,
        help="The duration of all these calls together.",
    )
    sql = fields.Float(
        string="Total Time in the Database (s)",
        readonly=True,
        help="The part of the total time that was spent waiting for PostgreSQL.",
    )
    median = fields.Float(
        string="Median Duration (s)",
        readonly=True,
        digits=(16, 3),
        aggregator="avg",  # see _read_group_select
        help="Half of the successful calls took no longer.",
    )
    buckets = fields.Json(readonly=True)

    @api.model
    def _selection_family(self):
        """Return the families of this process, and those that rollups are left of."""
        stored = self.env.execute_query(
            SQL("SELECT DISTINCT family FROM reliability_series ORDER BY family")
        )
        names = dict.fromkeys([*registered(), *(name for (name,) in stored)])
        return [
            (name, spec.title if (spec := family(name)) else name) for name in names
        ]

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT rollup.id, rollup.start, series.family,
                   series.operation AS name, operation.id AS operation_id,
                   service.id AS service_id, series.company_id, series.warehouse,
                   series.dimension, rollup.host, rollup.outcome, rollup.count,
                   rollup.fast, rollup.fast IS NOT NULL AS is_timed,
                   rollup.records, rollup.seconds, rollup.sql,
                   CASE WHEN rollup.outcome = 'success' THEN rollup.buckets END
                       AS buckets,
                   CASE WHEN rollup.outcome = 'success'
                        THEN reliability_quantile(rollup.buckets, %(median)s) END
                       AS median,
                   CASE WHEN series.family = 'operation' THEN series.operation
                        ELSE series.family END AS counted_thing
              FROM reliability_rollup_hour AS rollup
              JOIN reliability_series AS series ON series.id = rollup.series_id
         LEFT JOIN reliability_operation AS operation
                ON operation.code = series.operation AND series.family = 'operation'
         LEFT JOIN reliability_service AS service ON service.code = series.service
            """,
            median=_MEDIAN,
        )

    @api.model
    def _open_hours(self, service, operation, begin):
        """Return an action that opens the hourly counts of requests and scheduled
        actions.

        These belong to the whole database and have no documents: their top calls are
        for administrators.

        :param service: the record
        :param str operation: empty for all operations of the service
        :param datetime begin: in UTC
        """
        domain = [
            ("service_id", "=", service.id),
            ("start", ">=", begin.replace(minute=0, second=0)),
            ("family", "in", evaluated_families(is_of_company=False)),
        ]
        if operation:
            domain.append(("name", "=", operation))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("%(service)s, by the Hour", service=service.name),
            "res_model": self._name,
            "views": [(False, "list"), (False, "pivot")],
            "domain": domain,
            "context": {"group_by": ["family", "outcome", "dimension", "name"]},
            "help": list_help(
                self,
                self.env._("No request and no scheduled action was measured then"),
                self.env._("They appear here within half a minute."),
            ),
        }

    def _today(self):
        """Return the domain of the hours of the user's day."""
        day = LocalDay.containing(fields.Datetime.now(), self.env.tz.zone)
        return [("start", ">=", day.begin)]

    def _read_group_select(self, aggregate_spec, query):
        """Add up numbers of one thing only; a group of several has no number."""
        expression = super()._read_group_select(aggregate_spec, query)
        name, _colon, aggregator = aggregate_spec.partition(":")
        if name == "median":
            buckets = self._field_to_sql(self._table, "buckets", query)
            expression = SQL(
                "reliability_quantile(reliability_sum(%s), %s)", buckets, _MEDIAN
            )
        elif aggregator != "sum":
            return expression
        thing = self._field_to_sql(self._table, "counted_thing", query)
        return SQL("CASE WHEN min(%s) = max(%s) THEN %s END", thing, thing, expression)

    @api.model
    def get_empty_list_help(self, help_message):
        return empty_list_help(self.env, super().get_empty_list_help(help_message))
