"""Another service in trouble, on which the service depends.

A hint where no root cause is known: it is likely the cause, but there is no evidence.
So it is not part of ``_find_root_cause``: no addon with evidence may come after it.
"""

# A file for each kind of evidence.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, fields, models

from odoo.addons.reliability.api import STATES, TROUBLED, formatting


class ReliabilityDiagnosis(models.AbstractModel):
    _inherit = "reliability.diagnosis"

    @api.model
    def _describe(self, cause):
        if not cause or cause["layer"] != "service":
            return super()._describe(cause)
        service = self.env["reliability.service"].browse(cause["service_id"]).exists()
        since = fields.Datetime.to_datetime(cause["since"])
        values = {
            "service": service.name or self.env._("a deleted service"),
            "time": formatting.moment(self.env, since),
        }
        _ = self.env._
        return (
            _(
                "It depends on “%(service)s”, which is interrupted since %(time)s",
                **values,
            )
            if cause["state"] == "interrupted"
            else _(
                "It depends on “%(service)s”, which is degraded since %(time)s",
                **values,
            )
        )

    @api.model
    def _find_troubled_dependency(self, key):
        """Return the service in the worst state on which a service depends, directly or
        not, by the last evaluation; of several, the one that was in trouble first.

        A service of another company is not the cause.
        """
        status = self.env["reliability.service.status"].search(
            [
                ("service_id", "in", self._dependencies(key.service_id).ids),
                ("company_id", "in", (key.company_id, False)),
                ("state", "in", TROUBLED),
            ]
        )
        if not status:
            return None
        worst = min(status, key=lambda one: (-STATES.index(one.state), one.since))
        return {
            "layer": "service",
            "service_id": worst.service_id.id,
            "state": worst.state,
            "since": fields.Datetime.to_string(worst.since),
        }

    @api.model
    def _dependencies(self, service_id):
        """Return all services on which a service depends, directly or not."""
        found = self.env["reliability.service"]
        service = found.browse(service_id)
        while added := service.depends_on_ids - found:
            found |= added
            service = added
        return found
