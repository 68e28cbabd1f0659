"""EDI documents: the state of each exchanged document."""

import contextlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import MissingError
from odoo.tools import SQL

from odoo.addons.reliability.api import NoForeignKeyMany2one, create_functions, masked
from odoo.addons.reliability_integration.models.retention import retention_of

from .error_hints import ERROR_CLASSES

_FUNCTIONS = (
    "reliability_maintain_edi",
    "reliability_edi_record_documents",
    "reliability_edi_error_class",
    "reliability_edi_http_status",
    "reliability_edi_state",
    "reliability_edi_zone",
)
_MAX_DELETED = 2000
_MAX_MESSAGE_LENGTH = 2000
STATE_NAMES = [
    ("waiting", "In progress"),
    ("awaiting", "Not acknowledged"),
    ("failed", "Failed"),
    ("done", "Done"),
    ("resolved", "Resolved"),
    ("gone", "Deleted"),
]


class ReliabilityEdiDocument(models.Model):
    """Written by the SQL functions of ``data/documents.sql``, by the collector.

    What is wrong with a document, and what users do with it, is in
    the files beside this one.

    It is a table of its own because access differs from OCA's records: a warehouse
    manager sees failed and missing documents without being an EDI manager.
    """

    _name = "reliability.edi.document"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "EDI Document"
    _order = "received desc, id desc"
    _rec_name = "number"
    _log_access = False
    _mail_post_access = "read"

    record_id = fields.Integer(string="Exchange Record", readonly=True)
    identifier = fields.Char(readonly=True, help="Name of the exchange in Odoo.")
    number = fields.Char(
        readonly=True, help="The partner's number, else the name of the file."
    )
    type_id = NoForeignKeyMany2one("edi.exchange.type", string="Type", readonly=True)
    backend_id = NoForeignKeyMany2one("edi.backend", readonly=True)
    partner_id = NoForeignKeyMany2one("res.partner", readonly=True)
    company_id = NoForeignKeyMany2one("res.company", readonly=True)
    direction = fields.Selection([("in", "Received"), ("out", "Sent")], readonly=True)
    document_model = fields.Char(readonly=True)
    document_id = fields.Many2oneReference(
        model_field="document_model", string="Record in Odoo", readonly=True
    )
    document_name = fields.Char(
        string="Odoo Document",
        readonly=True,
        help="The record in Odoo that the document is about, such as a sales order.",
    )
    reference = fields.Char(
        string="Partner Reference",
        readonly=True,
        help="The partner's own number, such as the customer's order number.",
    )
    edi_state = fields.Char(readonly=True)
    state = fields.Selection(STATE_NAMES, readonly=True)
    error = fields.Text(readonly=True, groups="base.group_system")
    error_class = fields.Selection(
        ERROR_CLASSES,
        string="Reason",
        readonly=True,
        help="What kind of error it is, as far as the message tells.",
    )
    message = fields.Text(compute="_compute_message")
    checksum = fields.Char(readonly=True)
    received = fields.Datetime(
        string="Date",
        readonly=True,
        help="When Odoo received the document, or created it to be sent.",
    )
    day = fields.Date(readonly=True)
    minute = fields.Integer(readonly=True, help="Since midnight of the day.")
    exchanged = fields.Datetime(string="Last Exchanged", readonly=True)
    acknowledgement_due = fields.Datetime(readonly=True)
    is_duplicate = fields.Boolean(
        string="Duplicate",
        readonly=True,
        help="An earlier document has the same content, or the same partner reference"
        " for another record.",
    )
    changed = fields.Datetime(readonly=True)
    exchange_count = fields.Integer(compute="_compute_exchange_count")

    _record_unique = models.UniqueIndex("(record_id)")
    _by_day = models.Index("(type_id, backend_id, day) INCLUDE (partner_id)")
    _by_content = models.Index("(checksum) WHERE checksum IS NOT NULL")
    _by_reference = models.Index("(reference) WHERE reference IS NOT NULL")
    _by_number = models.Index("(number varchar_pattern_ops)")
    _by_day_only = models.Index("(day)")
    _by_change = models.Index("(changed)")
    _by_received = models.Index("(received, id)")
    # The conditions are written as Odoo's queries are: PostgreSQL uses a partial index
    # only where the query implies its condition.
    _duplicates = models.Index("(received) WHERE is_duplicate IS TRUE")
    _unresolved = models.Index(
        "(state) WHERE state IN ('waiting', 'awaiting', 'failed')"
    )

    def init(self):
        """Create the SQL functions once the tables that they read exist."""
        self.env.registry.post_init(self._create_functions)

    def _create_functions(self):
        self._drop_functions()
        create_functions(self.env.cr, "reliability_edi/data/documents.sql")
        self.env["reliability.gauge"]._register_document_gauges_later()

    @api.model
    def _drop_functions(self):
        for function in _FUNCTIONS:
            name = SQL.identifier(function)
            self.env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s CASCADE", name))

    @api.depends("type_id", "number", "partner_id")
    def _compute_display_name(self):
        for document in self:
            names = document.sudo().type_id.name, document.number
            document.display_name = " · ".join(filter(None, names))

    @api.depends("error")
    def _compute_message(self):
        for document in self:
            # Errors of handlers may contain secrets or personal data: only
            # administrators read them unmasked.
            error = document.sudo().error or ""
            document.message = masked(error, _MAX_MESSAGE_LENGTH)

    def _partner_name(self):
        """Return the name of the trading partner, else of the backend."""
        for record in (self.sudo().partner_id, self.sudo().backend_id):
            with contextlib.suppress(MissingError):  # it may have been deleted
                if record.name:
                    return record.name
        return self.env._("the partner")

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

    @api.autovacuum
    def _gc_documents(self):
        before = self.env.cr.now() - timedelta(days=retention_of(self.env).failed)
        old = self.sudo().search(
            [("received", "<", before)], limit=_MAX_DELETED, order="received"
        )
        count = len(old)
        old.unlink()
        return count, count == _MAX_DELETED
