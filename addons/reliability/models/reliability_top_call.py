"""Single calls that somebody wants to look at: the slowest, and those that failed."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .reliability_rollup import OUTCOME_NAMES


class ReliabilityTopCall(models.Model):
    _name = "reliability.top.call"
    _description = "Slow or Failed Call"
    _auto = False
    _order = "ended desc, id desc"
    _rec_name = "operation_id"

    ended = fields.Datetime(readonly=True)
    service_id = fields.Many2one("reliability.service", readonly=True)
    operation_id = fields.Many2one("reliability.operation", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse = fields.Char(readonly=True, help="Its code.")
    outcome = fields.Selection(OUTCOME_NAMES, readonly=True)
    seconds = fields.Float(readonly=True, digits=(16, 3))
    sql = fields.Float(
        string="Of It in the Database (s)",
        readonly=True,
        digits=(16, 3),
        help="Waiting for PostgreSQL.",
    )
    queries = fields.Integer(readonly=True)
    records = fields.Integer(readonly=True, help="How many it was called on.")
    host = fields.Char(readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", readonly=True
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT slow.id, slow.ended, slow.outcome, slow.seconds, slow.sql,
                   slow.queries, slow.records, slow.host, slow.record_id AS res_id,
                   series.company_id, series.warehouse,
                   operation.id AS operation_id, operation.model AS res_model,
                   operation.service_id
              FROM reliability_rollup_top_call AS slow
              JOIN reliability_series AS series ON series.id = slow.series_id
              JOIN reliability_operation AS operation
                ON operation.code = series.operation AND series.family = 'operation'
            """
        )

    def action_open_documents(self):
        """Open the documents that these calls were on, of one kind of document.

        :raise UserError: there is none to open
        """
        models = set(self.filtered("res_id").mapped("res_model"))
        if len(models) != 1:
            raise UserError(
                self.env._(
                    "Choose calls of one kind of document, each on a single one."
                )
                if models
                else self.env._(
                    "These calls were on several documents each, or on none: which ones"
                    " is not kept."
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
