from odoo import api, models
from odoo.tools import SQL, file_open

from odoo.addons.reliability.api import NoForeignKeyMany2one

_FUNCTIONS = (
    "reliability_edi_system",
    "reliability_edi_register_systems",
    "reliability_edi_integration",
    "reliability_edi_partner",
    "reliability_edi_about",
    "reliability_edi_code",
)


class ReliabilityIntegration(models.Model):
    """Whom documents are exchanged with: a partner, or all behind one backend."""

    _inherit = "reliability.integration"

    # Loose: they are written while a transaction may have locked what they lead to.
    edi_partner_id = NoForeignKeyMany2one(
        "res.partner",
        string="EDI Partner",
        help="Whose documents these are.",
    )
    edi_backend_id = NoForeignKeyMany2one(
        "edi.backend",
        string="EDI Backend",
        help="Over which documents are exchanged of which no partner is known.",
    )

    _edi_partner_unique = models.UniqueIndex(
        "(edi_partner_id)",
        "This partner has an integration already.",
    )
    _edi_backend_unique = models.UniqueIndex(
        "(edi_backend_id)",
        "This backend has an integration already.",
    )

    def init(self):
        result = super().init()
        self.env.registry.post_init(self._make_edi_functions)
        return result

    def _make_edi_functions(self):
        self._forget_edi()
        with file_open("reliability_edi/data/counterpart.sql") as file:
            self.env.cr.execute(file.read())

    @api.model
    def _forget_edi(self):
        """Drop the functions that know whom documents are exchanged with."""
        for function in _FUNCTIONS:
            name = SQL.identifier(function)
            self.env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s CASCADE", name))
