from odoo import api, models

from ..sending import sending_invoices


class AccountMoveSend(models.AbstractModel):
    """Requests to an access point are about the invoices that are being sent."""

    _inherit = "account.move.send"

    @api.model
    def _generate_invoice_documents(self, invoices_data, *arguments, **options):
        with sending_invoices(self.env["account.move"].union(*invoices_data)):
            return super()._generate_invoice_documents(
                invoices_data, *arguments, **options
            )
