"""A calendar: each day of each partner and type of documents, red, yellow or green."""

from odoo import api, fields, models
from odoo.tools import SQL, file_open


class ReliabilityEdiDailyStatus(models.Model):
    _name = "reliability.edi.daily.status"
    _description = "EDI by Day"
    _order = "day desc, id"
    _auto = False

    day = fields.Date(readonly=True)
    type_id = fields.Many2one("edi.exchange.type", readonly=True)
    backend_id = fields.Many2one("edi.backend", readonly=True)
    partner_id = fields.Many2one("res.partner", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    direction = fields.Selection([("in", "Came"), ("out", "Sent")], readonly=True)
    documents = fields.Integer(readonly=True)
    failed = fields.Integer(readonly=True, help="Or not acknowledged in time.")
    waiting = fields.Integer(string="Under Way", readonly=True)
    duplicates = fields.Integer(string="Came Before", readonly=True)
    is_missing = fields.Boolean(
        string="Did Not Come", readonly=True, help="Although it normally does."
    )
    state = fields.Selection(
        [("green", "Fine"), ("yellow", "To be watched"), ("red", "In trouble")],
        string="How It Was",
        readonly=True,
    )
    color = fields.Integer(readonly=True)

    def _make_view(self):
        """Make the view, once the functions that it asks are there."""
        with file_open("reliability_edi/data/days.sql") as file:
            query = SQL(file.read().replace("%", "%%"))
        view = SQL.identifier(self._table)
        self.env.cr.execute(SQL("DROP VIEW IF EXISTS %s", view))
        self.env.cr.execute(SQL("CREATE VIEW %s AS %s", view, query))

    @api.depends("type_id", "partner_id", "documents", "failed", "is_missing")
    def _compute_display_name(self):
        for day in self:
            of = day.sudo()
            whose = of.partner_id.name or of.backend_id.name or ""
            day.display_name = f"{day._in_short()} {of.type_id.name or ''} · {whose}"

    def _in_short(self):
        _ = self.env._
        if self.is_missing:
            return _("No")
        if self.failed:
            return _(
                "%(failed)s of %(count)s", failed=self.failed, count=self.documents
            )
        return str(self.documents)

    def action_open_documents(self):
        """Open the documents of this day."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability_edi.reliability_edi_document_action"
        )
        domain = [
            ("day", "=", self.day),
            ("type_id", "=", self.type_id.id),
            ("backend_id", "=", self.backend_id.id),
            ("partner_id", "=", self.partner_id.id),
        ]
        return action | {"domain": domain, "context": {}, "name": self.display_name}
