"""The kind of messages with which pipelines report deployments."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import masked_name
from odoo.addons.reliability_inbound.json_reading import InvalidReport
from odoo.addons.reliability_inbound.kinds import InboundKind, InvalidMessage

from .. import deployment_message

_MAX_CLOCK_SKEW = timedelta(minutes=5)


class ReliabilityInbound(models.AbstractModel):
    _inherit = "reliability.inbound"

    @api.model
    def _kinds(self):
        deployment = InboundKind(self.env._("Deployment"), "_receive_deployment")
        return {**super()._kinds(), "deployment": deployment}

    @api.model
    def _receive_deployment(self, body):
        """Store what a pipeline says of a deployment to production."""
        try:
            report = deployment_message.parse(body)
        except InvalidReport as error:
            raise InvalidMessage(str(error)) from error
        if report.at > fields.Datetime.now() + _MAX_CLOCK_SKEW:
            raise InvalidMessage(
                "The time of the report is in the future: correct the clock of the"
                " sender."
            )
        if report.is_production is False:
            name = masked_name(report.environment)
            detail = f"Not stored, since {name} is not production."
            return {"deployment": None, "detail": detail}
        return self.env["reliability.deployment"].sudo()._receive(report)
