"""Activities about services are replaced by those about incidents."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Delete what people were asked to do; the incident asks them."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    kind = env.ref("reliability_health.activity_trouble", raise_if_not_found=False)
    if kind:
        env["mail.activity"].search([("activity_type_id", "=", kind.id)]).unlink()
        kind.unlink()
