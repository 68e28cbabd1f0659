from odoo import api, models
from odoo.tools import SQL

from odoo.addons.reliability.api import NoForeignKeyMany2one, create_functions

_FUNCTIONS = (
    "reliability_edi_system",
    "reliability_edi_register_systems",
    "reliability_edi_integration",
    "reliability_edi_partner",
    "reliability_edi_subject",
    "reliability_edi_code",
)


class ReliabilityIntegration(models.Model):
    """A partner system for EDI: a partner, or all unknown partners of one backend."""

    _inherit = "reliability.integration"

    # Without foreign keys: rows are written while the business transaction may hold
    # locks on the partner or the backend.
    edi_partner_id = NoForeignKeyMany2one(
        "res.partner",
        string="EDI Partner",
        help="The partner whose documents are exchanged.",
    )
    edi_backend_id = NoForeignKeyMany2one(
        "edi.backend",
        string="EDI Backend",
        help="The backend for documents whose partner is unknown.",
    )

    _edi_partner_unique = models.UniqueIndex(
        "(edi_partner_id)",
        "This partner has a system already.",
    )
    _edi_backend_unique = models.UniqueIndex(
        "(edi_backend_id)",
        "This backend has a system already.",
    )

    def init(self):
        result = super().init()
        self.env.registry.post_init(self._create_edi_functions)
        return result

    def _create_edi_functions(self):
        self._drop_edi_functions()
        create_functions(self.env.cr, "reliability_edi/data/system.sql")
        self.env["reliability.gauge"]._register_document_gauges_later()

    @api.model
    def _drop_edi_functions(self):
        """Drop the SQL functions that find the partner system of a document."""
        for function in _FUNCTIONS:
            name = SQL.identifier(function)
            self.env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s CASCADE", name))
