"""The commits that a deployment ships, as its pipeline reports them."""

from odoo import fields, models


class ReliabilityDeploymentCommit(models.Model):
    _name = "reliability.deployment.commit"
    _description = "Commit of a Deployment"
    _log_access = False
    _order = "made_at desc, id"
    _rec_name = "revision"

    deployment_id = fields.Many2one(
        "reliability.deployment", required=True, ondelete="cascade", index=True
    )
    revision = fields.Char(required=True, readonly=True)
    made_at = fields.Datetime(
        string="Committed on", readonly=True, help="Empty if it is unknown."
    )

    _revision_unique = models.UniqueIndex("(deployment_id, revision)")
