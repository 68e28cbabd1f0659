"""Top calls: the slowest calls of each hour, and the last ones that failed."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..telemetry.call_stats import FAILURES
from .reliability_rollup import OUTCOME_NAMES


class ReliabilityTopCall(models.Model):
    _name = "reliability.top.call"
    _description = "Slow or Failed Call"
    _auto = False
    _order = "ended desc, id desc"
    _rec_name = "name"

    ended = fields.Datetime(readonly=True)
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
    seconds = fields.Float(readonly=True, digits=(16, 3))
    sql = fields.Float(
        string="In the Database (s)",
        readonly=True,
        digits=(16, 3),
        help="The part of the duration that was spent waiting for PostgreSQL.",
    )
    queries = fields.Integer(readonly=True)
    records = fields.Integer(
        readonly=True, help="The number of records that the method was called on."
    )
    host = fields.Char(readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", readonly=True
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT top_call.id, top_call.ended, top_call.outcome, top_call.seconds,
                   top_call.sql, top_call.queries, top_call.records, top_call.host,
                   top_call.record_id AS res_id,
                   series.family, series.operation AS name,
                   series.company_id, series.warehouse,
                   operation.id AS operation_id, operation.model AS res_model,
                   service.id AS service_id
              FROM reliability_rollup_top_call AS top_call
              JOIN reliability_series AS series ON series.id = top_call.series_id
         LEFT JOIN reliability_operation AS operation
                ON operation.code = series.operation AND series.family = 'operation'
         LEFT JOIN reliability_service AS service ON service.code = series.service
            """
        )

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

        Only the slowest and the last failed calls are stored: the action's name says
        so.

        :param dict where: companies and warehouses, as ``reliability.query`` takes them
        :param datetime begin, end: in UTC, ``end`` exclusive
        :param which: ``failures``, ``rejected``, ``slow`` or ``all``
        """
        _ = self.env._
        name = _("Slowest and Last Failed Calls")
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
            measured = self.env["reliability.operation"].search(
                [("code", "=", operation)]
            )
            domain.append(("outcome", "=", "success"))
            domain.append(("seconds", ">", measured.threshold))
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "views": [(False, "list"), (False, "kanban")],
            "domain": domain,
            "help": Markup("<p class='o_view_nocontent_smiling_face'>%s</p><p>%s</p>")
            % (
                _("None of these calls is on record"),
                _(
                    "For each operation, the slowest calls of every hour and the last"
                    " failed calls are kept, with their documents."
                ),
            ),
        }

    def action_open_documents(self):
        """Open the documents of these calls, which must be of one model.

        :raise UserError: they are of several models, or the calls have no document
        """
        self.check_access("read")
        models = set(self.filtered("res_id").mapped("res_model"))
        if len(models) != 1:
            raise UserError(
                self.env._(
                    "Choose calls on one kind of document, each on a single document."
                )
                if models
                else self.env._(
                    "The documents of these calls are unknown: each call was on several"
                    " documents, or on none."
                )
            )
        (model,) = models
        return {
            "type": "ir.actions.act_window",
            "name": self.env["ir.model"]._get(model).display_name,
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self.mapped("res_id"))],
        }
