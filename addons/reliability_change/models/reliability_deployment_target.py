"""Which hosts run what a deployment has brought."""

from odoo import fields, models

STATE_NAMES = [("done", "Done"), ("behind", "Behind")]


class ReliabilityDeploymentTarget(models.Model):
    _name = "reliability.deployment.target"
    _description = "Host of a Deployment"
    _log_access = False
    _order = "host, id"
    _rec_name = "host"

    deployment_id = fields.Many2one(
        "reliability.deployment", required=True, ondelete="cascade", index=True
    )
    host = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        STATE_NAMES,
        required=True,
        readonly=True,
        help="Behind: the host still runs what ran before.",
    )
    begin = fields.Datetime(readonly=True, help="The first process that runs it.")
    end = fields.Datetime(readonly=True, help="The last change that was seen.")
    seconds = fields.Float(
        string="Registry Load (s)",
        readonly=True,
        aggregator="max",
        help="The longest load of a registry, with migrations.",
    )
    restarts = fields.Integer(
        readonly=True,
        help="How often its server was started, from the begin of the deployment until"
        " five minutes after its end. Empty if it was not counted.",
    )
    is_counted = fields.Boolean(readonly=True)
    """Whether it is known how often its server was started."""

    _host_unique = models.UniqueIndex("(deployment_id, host)")
