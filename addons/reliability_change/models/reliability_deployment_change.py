"""What a deployment has changed: modules, code, Python packages, settings."""

from odoo import fields, models

KIND_NAMES = [
    ("module", "Module"),
    ("code", "Code"),
    ("package", "Python Package"),
    ("setting", "Setting"),
]


class ReliabilityDeploymentChange(models.Model):
    _name = "reliability.deployment.change"
    _description = "Change of a Deployment"
    _log_access = False
    _order = "kind, name, id"

    deployment_id = fields.Many2one(
        "reliability.deployment", required=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(KIND_NAMES, required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    before = fields.Char(string="From", readonly=True, help="Empty if it was added.")
    after = fields.Char(string="To", readonly=True, help="Empty if it was removed.")
    seconds = fields.Float(
        string="Migration (s)",
        readonly=True,
        help="What the migration scripts of the module took.",
    )

    _change_unique = models.UniqueIndex("(deployment_id, kind, name)")
