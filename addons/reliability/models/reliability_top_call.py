"""Top calls: the slow, the failed and the rejected calls of each hour."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..telemetry.call_stats import FAILURES, REJECTED
from .local_day import LocalDay
from .reliability_rollup import OUTCOME_NAMES
from .visible_calls import empty_list_help, list_help

_FOR_PEOPLE = ("UserError", "ValidationError", "RedirectWarning", "AccessError")
"""Errors whose message says all: the name of their class tells people nothing."""


class ReliabilityTopCall(models.Model):
    _name = "reliability.top.call"
    _description = "Slow, Rejected or Failed Call"
    _auto = False
    _order = "ended desc, id desc"
    _rec_name = "name"

    ended = fields.Datetime(string="When", readonly=True)
    age = fields.Integer(
        string="Last (min ago)",
        readonly=True,
        aggregator="min",
        help="Minutes since the call ended; of a group, since the last one.",
    )
    family = fields.Selection(
        lambda self: self.env["reliability.report"]._selection_family(),
        string="Kind",
        readonly=True,
    )
    name = fields.Char(
        string="Code",
        readonly=True,
        help="The code of an operation; the method and route of a request; the external"
        " id of a scheduled action.",
    )
    title = fields.Char(string="Call", compute="_compute_title")
    service_id = fields.Many2one("reliability.service", readonly=True)
    operation_id = fields.Many2one("reliability.operation", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse = fields.Char(readonly=True, help="The code of the warehouse.")
    outcome = fields.Selection(OUTCOME_NAMES, readonly=True)
    error = fields.Char(
        readonly=True,
        help="Why the call is listed. Words with digits, such as numbers of documents,"
        " are left out, so that calls with the same error are one group.",
    )
    error_class = fields.Char(readonly=True)
    error_message = fields.Char(
        readonly=True, help="Without secrets and personal data, and shortened."
    )
    seconds = fields.Float(
        string="Duration (s)", readonly=True, digits=(16, 3), aggregator=None
    )
    sql = fields.Float(
        string="In the Database (s)",
        readonly=True,
        digits=(16, 3),
        aggregator=None,
        help="The part of the duration that was spent waiting for PostgreSQL.",
    )
    queries = fields.Integer(readonly=True, aggregator=None)
    records = fields.Integer(
        readonly=True,
        aggregator=None,
        help="The number of records that the method was called on.",
    )
    host = fields.Char(readonly=True)

    @property
    def _table_query(self):
        columns = [
            SQL("%s AS %s", expression, SQL.identifier(name))
            for name, expression in self._columns().items()
        ]
        return SQL(
            """
            SELECT %s
              FROM reliability_rollup_top_call AS top_call
              JOIN reliability_series AS series ON series.id = top_call.series_id
         LEFT JOIN reliability_operation AS operation
                ON operation.code = series.operation AND series.family = 'operation'
         LEFT JOIN reliability_service AS service ON service.code = series.service
             %s
             WHERE top_call.outcome = ANY(%s)
                OR top_call.seconds > coalesce(operation.threshold, 0)
            """,
            SQL(", ").join(columns),
            self._joins(),
            [*FAILURES, REJECTED],
        )

    @api.model
    def _columns(self):
        """Return the columns: name of a field → SQL expression.

        Addons extend it; an expression may use the aliases of ``_table_query``.
        """
        stored = ("ended", "outcome", "seconds", "sql", "queries", "records", "host")
        stored = ("id", *stored, "error_class", "error_message")
        columns = {name: SQL.identifier("top_call", name) for name in stored}
        columns |= {
            name: SQL.identifier("series", name)
            for name in ("family", "company_id", "warehouse")
        }
        columns |= {
            "name": SQL("series.operation"),
            "operation_id": SQL("operation.id"),
            "service_id": SQL("service.id"),
            "age": SQL(
                "floor(extract(epoch FROM now() AT TIME ZONE 'UTC' - top_call.ended)"
                " / 60)::integer"
            ),
            "error": self._error(),
        }
        return columns

    @api.model
    def _joins(self):
        """Return further joins in SQL, for the expressions of ``_columns``."""
        return SQL("")

    @api.model
    def _error(self):
        """Return the SQL expression of what calls with the same error have in common.

        It is never empty: a group says why its calls are listed.
        """
        message = SQL(
            "nullif(btrim(regexp_replace(regexp_replace("
            "top_call.error_message, %s, %s, 'g'), %s, ' ', 'g')), '')",
            r"\S*\d\S*(\s+\S*\d\S*)*",
            "…",
            r"\s+",
        )
        return SQL(
            """
            CASE WHEN top_call.error_class = ANY(%(for_people)s)
                 THEN coalesce(%(message)s, top_call.error_class)
                 WHEN top_call.error_class <> ''
                 THEN concat_ws(': ', top_call.error_class, %(message)s)
                 WHEN top_call.outcome = 'killed' THEN %(killed)s
                 WHEN top_call.outcome = 'unknown' THEN %(unknown)s
                 WHEN top_call.outcome = ANY(%(failures)s) THEN %(no_error)s
                 ELSE %(slow)s END
            """,
            for_people=list(_FOR_PEOPLE),
            message=message,
            killed=self.env._("The worker was killed during the call"),
            unknown=self.env._(
                "The worker or the connection was lost while changes were committed"
            ),
            failures=[*FAILURES, REJECTED],
            no_error=self.env._("Without an error message: see the document"),
            slow=self.env._("Slow: longer than the latency threshold"),
        )

    @api.model
    def get_empty_list_help(self, help_message):
        return empty_list_help(self.env, super().get_empty_list_help(help_message))

    @api.depends("family", "name")
    @api.depends_context("lang")
    def _compute_title(self):
        names = self.env["reliability.display.names"]
        by_code = self.grouped(lambda call: (call.family, call.name))
        for (family, code), calls in by_code.items():
            calls.title = code if family == "http" else names._display_name_of(code)

    @api.model
    def _open(self, where, operation, begin, end, which="all"):
        """Return an action that opens the top calls of a period, with their documents.

        Not all calls are stored: the action's name says which ones.

        :param dict where: companies and warehouses, as ``reliability.query`` takes them
        :param datetime begin, end: in UTC, ``end`` exclusive
        :param which: ``failures``, ``rejected``, ``slow`` or ``all``
        """
        _ = self.env._
        name = _("Failed, Rejected and Slow Calls")
        domain = [("ended", ">=", begin), ("ended", "<", end)]
        if operation:
            domain.append(("operation_id.code", "=", operation))
        domain += [(column, "in", values) for column, values in where.items()]
        if which == "failures":
            name = _("Last Failed Calls")
            domain.append(("outcome", "in", FAILURES))
        elif which == "rejected":
            name = _("Last Rejected Calls")
            domain.append(("outcome", "=", "rejected"))
        elif which == "slow":
            name = _("Slowest Calls")
            domain.append(("outcome", "=", "success"))
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": domain,
            "context": {"group_by": ["error"]},
            "help": list_help(
                self,
                _("No failed, rejected or slow call of this time is stored"),
                _(
                    "For each operation and hour, the last failed and rejected calls"
                    " are stored with their documents, and the slowest of those that"
                    " took longer than the latency threshold."
                ),
            ),
        }

    @api.model
    def _count_today(self, operations):
        """Return the number of today's calls of operations: operation → number."""
        if not self.has_access("read"):
            return {}
        groups = self._read_group(
            [("operation_id", "in", operations.ids), *self._today()],
            ["operation_id"],
            ["__count"],
        )
        return dict(groups)

    @api.model
    def _today(self):
        """Return the domain of the calls of the user's day."""
        day = LocalDay.containing(fields.Datetime.now(), self.env.tz.zone)
        return [("ended", ">=", day.begin)]

    @api.model
    def _count_stored(self, operation, begin, end, step, where):
        """Return how many calls of an operation are stored, by the time they ended.

        Whatever the user may read: ``where`` has the user's companies.

        :param str operation: its code
        :param datetime begin, end: in UTC, ``end`` exclusive
        :param int step: seconds of each part of the period, which are aligned in UTC
        :param dict where: column of a series → values, as of ``reliability.query``
        :return: (start of a part, ``failures``, ``rejected`` or ``slow``) → number
        """
        query = SQL(
            """
            SELECT to_timestamp(floor(extract(epoch FROM ended) / %(step)s) * %(step)s)
                       AT TIME ZONE 'UTC' AS part,
                   CASE WHEN outcome = %(rejected)s THEN 'rejected'
                        WHEN outcome = 'success' THEN 'slow'
                        ELSE 'failures' END AS kind,
                   count(*)
              FROM reliability_rollup_top_call AS top_call
              JOIN reliability_series AS series ON series.id = top_call.series_id
              JOIN reliability_operation AS operation
                ON operation.code = series.operation
             WHERE series.family = 'operation' AND series.operation = %(operation)s
               AND hour > %(begin)s - interval '1 hour' AND hour < %(end)s
               AND ended >= %(begin)s AND ended < %(end)s
               AND (outcome = ANY(%(outcomes)s)
                    OR outcome = 'success' AND seconds > operation.threshold)
               AND %(where)s
             GROUP BY 1, 2
            """,
            step=step,
            rejected=REJECTED,
            operation=operation,
            begin=begin,
            end=end,
            outcomes=[*FAILURES, REJECTED],
            where=self.env["reliability.query"]._where(where),
        )
        return {
            (part, kind): count for part, kind, count in self.env.execute_query(query)
        }
