"""The kind of message that Alertmanager sends."""

from odoo import api, models

from odoo.addons.reliability_inbound.kinds import InboundKind, InvalidMessage

from ..webhook import InvalidWebhook


class ReliabilityInbound(models.AbstractModel):
    _inherit = "reliability.inbound"

    @api.model
    def _kinds(self):
        kind = InboundKind(self.env._("Alertmanager"), "_receive_alertmanager")
        return {**super()._kinds(), "alertmanager": kind}

    @api.model
    def _receive_alertmanager(self, body):
        """Store the alerts of this database."""
        try:
            return self.env["reliability.alertmanager.alert"].sudo()._receive(body)
        except InvalidWebhook as error:
            raise InvalidMessage(str(error)) from error
