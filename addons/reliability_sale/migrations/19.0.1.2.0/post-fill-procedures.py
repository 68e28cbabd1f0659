"""Services of 19.0.1.1.0 have no runbook, and some no contingency procedure."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Fill the empty ones; what people have written stays."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["reliability.service"]._fill_procedures("reliability_sale")
