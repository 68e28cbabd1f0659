"""Documents as people look for them: what came of each, and what to do about it."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, file_open

from odoo.addons.reliability.api import NoForeignKeyMany2one, masked
from odoo.addons.reliability_integration.models.retention import retention_of

from .error_hints import advice

_FUNCTIONS = (
    "reliability_maintain_edi",
    "reliability_edi_record_documents",
    "reliability_edi_state",
    "reliability_edi_zone",
)
_AT_A_TIME = 2000
_LONGEST = 2000
STATE_NAMES = [
    ("waiting", "Under way"),
    ("awaiting", "Not acknowledged"),
    ("failed", "Failed"),
    ("done", "Done"),
    ("gone", "Deleted"),
]


class ReliabilityEdiDocument(models.Model):
    """Written by the functions of ``data/documents.sql`` only, beside all transactions.

    Who may read it is not who may read OCA's records: a warehouse manager sees what did
    not come, without being an EDI manager.
    """

    _name = "reliability.edi.document"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "EDI Document"
    _order = "came desc, id desc"
    _rec_name = "number"
    _log_access = False
    _mail_post_access = "read"

    record_id = fields.Integer(string="Exchange Record", readonly=True)
    identifier = fields.Char(readonly=True, help="What Odoo calls the exchange.")
    number = fields.Char(readonly=True, help="Of the partner, else the file's name.")
    type_id = NoForeignKeyMany2one("edi.exchange.type", string="Type", readonly=True)
    backend_id = NoForeignKeyMany2one("edi.backend", readonly=True)
    partner_id = NoForeignKeyMany2one("res.partner", readonly=True)
    company_id = NoForeignKeyMany2one("res.company", readonly=True)
    direction = fields.Selection([("in", "Came"), ("out", "Sent")], readonly=True)
    document_model = fields.Char(readonly=True)
    document_id = fields.Many2oneReference(
        model_field="document_model", string="Document in Odoo", readonly=True
    )
    document_name = fields.Char(
        string="Concerns", readonly=True, help="Such as an order, in Odoo."
    )
    reference = fields.Char(
        string="Their Reference", readonly=True, help="Such as the customer's number."
    )
    edi_state = fields.Char(readonly=True)
    state = fields.Selection(STATE_NAMES, readonly=True)
    error = fields.Text(readonly=True, groups="base.group_system")
    said = fields.Text(string="What Was Said", compute="_compute_advice")
    checksum = fields.Char(readonly=True)
    came = fields.Datetime(string="Since", readonly=True)
    day = fields.Date(readonly=True)
    minute = fields.Integer(readonly=True)
    exchanged = fields.Datetime(string="Last Exchanged", readonly=True)
    answer_due = fields.Datetime(string="To Be Acknowledged until", readonly=True)
    is_duplicate = fields.Boolean(
        string="Came Before",
        readonly=True,
        help="The same content, or the same number for something else.",
    )
    changed = fields.Datetime(readonly=True)
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")
    what_is_wrong = fields.Char(compute="_compute_advice")
    what_to_do = fields.Char(compute="_compute_advice")
    exchange_count = fields.Integer(compute="_compute_exchange_count")

    _record_unique = models.UniqueIndex("(record_id)")
    _by_day = models.Index("(type_id, backend_id, day) INCLUDE (partner_id)")
    _by_content = models.Index("(checksum) WHERE checksum IS NOT NULL")
    _by_reference = models.Index("(reference) WHERE reference IS NOT NULL")
    _by_number = models.Index("(number varchar_pattern_ops)")
    _by_day_only = models.Index("(day)")
    _by_change = models.Index("(changed)")
    _by_moment = models.Index("(came, id)")
    # In the words of Odoo's queries, as PostgreSQL must see that they ask for no more.
    _duplicates = models.Index("(came) WHERE is_duplicate IS TRUE")
    _unsettled = models.Index(
        "(state) WHERE state IN ('waiting', 'awaiting', 'failed')"
    )

    def init(self):
        """Make the functions, once the tables that they read are there."""
        self.env.registry.post_init(self._make_functions)

    def _make_functions(self):
        self._forget_functions()
        with file_open("reliability_edi/data/documents.sql") as file:
            self.env.cr.execute(file.read())

    @api.model
    def _forget_functions(self):
        for function in _FUNCTIONS:
            name = SQL.identifier(function)
            self.env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s CASCADE", name))

    @api.depends("type_id", "number", "partner_id")
    def _compute_display_name(self):
        for document in self:
            names = document.sudo().type_id.name, document.number
            document.display_name = " · ".join(filter(None, names))

    @api.depends("answer_due")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for document in self:
            document.is_late = bool(document.answer_due and document.answer_due < now)

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = [("state", "=", "awaiting"), ("answer_due", "<", fields.Datetime.now())]
        return late if True in value else ["!", "&", *late]

    @api.depends("state", "error", "is_duplicate", "answer_due")
    def _compute_advice(self):
        for document in self:
            # Handlers say what they like: secrets and people are for administrators.
            error = document.sudo().error or ""
            document.said = masked(error, _LONGEST)
            document.what_is_wrong, document.what_to_do = document._advise(error)

    def _advise(self, error):
        _ = self.env._
        if self.state == "failed" or error and self.state == "waiting":
            return advice(self.env, error)
        if self.is_late:
            return (
                _("The partner has not acknowledged it in time."),
                _("Ask whether it arrived, before you send it once more."),
            )
        if self.is_duplicate:
            return (
                _("The same came before: its content, or its number."),
                _("Look whether Odoo has made the same twice, and cancel one of them."),
            )
        return "", ""

    def _compute_exchange_count(self):
        found = dict(
            self.env["reliability.exchange"]._read_group(
                self._exchanges(), ["res_id"], ["__count"]
            )
        )
        for document in self:
            document.exchange_count = found.get(document.record_id, 0)

    def _exchanges(self):
        return [
            ("res_model", "=", "edi.exchange.record"),
            ("res_id", "in", self.mapped("record_id")),
        ]

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Let whoever may read a document hand it to somebody, who then follows it."""
        self.check_access("read")
        return super(ReliabilityEdiDocument, self.sudo()).message_subscribe(
            partner_ids, subtype_ids
        )

    def action_open_exchanges(self):
        """Open the steps of these documents, with all their tries."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability_integration.reliability_exchange_action"
        )
        return action | {"domain": self._exchanges(), "context": {}}

    def action_open_document(self):
        """Open what it is about, such as an order.

        :raise UserError: it is gone
        """
        self.ensure_one()
        model = self.env.get(self.document_model or "")
        if model is None or not model.browse(self.document_id or 0).exists():
            raise UserError(self.env._("There is nothing in Odoo for it, or no more."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.document_model,
            "res_id": self.document_id,
            "views": [(False, "form")],
        }

    def action_open_record(self):
        """Open what OCA's framework has of it, with its file."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "edi.exchange.record",
            "res_id": self.record_id,
            "views": [(False, "form")],
        }

    def action_retry(self):
        """Ask again what is not settled of these: a window says what will happen.

        :raise AccessError: the user may not
        :raise UserError: there is nothing to ask again
        """
        if not self.env.user.has_group("reliability.group_manager"):
            raise AccessError(
                self.env._("Only managers of Reliability ask again or settle.")
            )
        states = ("failed", "unknown", "rejected", "retrying")
        unsettled = self.env["reliability.exchange"].search(
            [*self._exchanges(), ("state", "in", states)]
        )
        if not unsettled:
            raise UserError(
                self.env._(
                    "The ledger has no failed step of it. Open the exchange record, and"
                    " retry there."
                )
            )
        return unsettled.action_retry()

    def action_hand_over(self):
        """Give these to a colleague: a window asks to whom, until when and why."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand Over"),
            "res_model": "mail.activity.schedule",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "active_model": self._name,
                "active_ids": self.ids,
                "active_id": self[:1].id,
                "default_summary": self.env._("Look after it"),
            },
        }

    @api.autovacuum
    def _gc_documents(self):
        before = self.env.cr.now() - timedelta(days=retention_of(self.env).failed)
        old = self.sudo().search(
            [("came", "<", before)], limit=_AT_A_TIME, order="came"
        )
        count = len(old)
        old.unlink()
        return count, count == _AT_A_TIME
