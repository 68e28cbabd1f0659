"""How often servers were started during a deployment."""

# Restarts are apart from what was deployed.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, models

from odoo.addons.reliability.api import write_changes

from .reliability_deployment_followed import SETTLED


class ReliabilityDeployment(models.Model):
    _inherit = "reliability.deployment"

    @api.model
    def _finish(self, unfinished, now):
        result = super()._finish(unfinished, now)
        for deployment in unfinished:
            deployment._count_restarts()
        return result

    def _count_restarts(self):
        """Store how often the server of each host was started since the begin."""
        starts = self.env["reliability.fingerprint"]._starts_until(self.end + SETTLED)
        for target in self.target_ids:
            moments = starts.get(target.host)
            if moments:
                count = sum(one >= self.begin for one in moments)
                write_changes(target, {"restarts": count, "is_counted": True})
