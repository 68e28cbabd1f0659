"""Daily status: documents by day, partner and type; green, yellow or red."""

from odoo import api, fields, models
from odoo.tools import SQL, file_open


class ReliabilityEdiDailyStatus(models.Model):
    _name = "reliability.edi.daily.status"
    _description = "EDI Daily Status"
    _order = "day desc, id"
    _auto = False

    day = fields.Date(readonly=True)
    type_id = fields.Many2one("edi.exchange.type", readonly=True)
    backend_id = fields.Many2one("edi.backend", readonly=True)
    partner_id = fields.Many2one("res.partner", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    direction = fields.Selection([("in", "Received"), ("out", "Sent")], readonly=True)
    documents = fields.Integer(readonly=True)
    failed = fields.Integer(
        readonly=True, help="Includes documents that were not acknowledged in time."
    )
    waiting = fields.Integer(string="In Progress", readonly=True)
    duplicates = fields.Integer(readonly=True)
    is_missing = fields.Boolean(
        string="Missing",
        readonly=True,
        help="Documents of this type were expected on this day, and none was received.",
    )
    state = fields.Selection(
        [("green", "Fine"), ("yellow", "Warning"), ("red", "Problem")],
        string="Status",
        readonly=True,
    )
    color = fields.Integer(readonly=True)

    def _create_view(self):
        """Create the SQL view; the functions that it calls must exist."""
        with file_open("reliability_edi/data/daily_status.sql") as file:
            query = SQL(file.read().replace("%", "%%"))
        view = SQL.identifier(self._table)
        self.env.cr.execute(SQL("DROP VIEW IF EXISTS %s", view))
        self.env.cr.execute(SQL("CREATE VIEW %s AS %s", view, query))

    @api.depends("type_id", "partner_id", "documents", "failed", "is_missing")
    def _compute_display_name(self):
        for status in self:
            status_sudo = status.sudo()
            document_type = status_sudo.type_id.name or ""
            partner = status_sudo.partner_id.name or status_sudo.backend_id.name or ""
            status.display_name = f"{status._count_label()} {document_type} · {partner}"

    def _count_label(self):
        _ = self.env._
        if self.is_missing:
            return _("No")
        if self.failed:
            return _(
                "%(failed)s of %(count)s", failed=self.failed, count=self.documents
            )
        return str(self.documents)

    def action_open_documents(self):
        """Open the documents of this day, partner and type."""
        self.ensure_one()
        self.check_access("read")
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
