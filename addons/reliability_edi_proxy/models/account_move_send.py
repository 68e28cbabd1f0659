from odoo import api, models

from .. import sending


class AccountMoveSend(models.AbstractModel):
    """Invoices that are sent are what an access point is asked about."""

    _inherit = "account.move.send"

    @api.model
    def _generate_invoice_documents(self, invoices_data, *arguments, **options):
        with sending.these(self.env["account.move"].union(*invoices_data)):
            return super()._generate_invoice_documents(
                invoices_data, *arguments, **options
            )
