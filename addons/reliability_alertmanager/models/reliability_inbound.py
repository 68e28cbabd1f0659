"""The kind of message that Alertmanager sends."""

from odoo import api, models

from odoo.addons.reliability_inbound.kinds import InboundKind, InvalidMessage

from ..webhook import InvalidWebhook, parse


class ReliabilityInbound(models.AbstractModel):
    _inherit = "reliability.inbound"

    @api.model
    def _kinds(self):
        kind = InboundKind(self.env._("Alertmanager"), "_receive_alertmanager")
        return {**super()._kinds(), "alertmanager": kind}

    @api.model
    def _receive_alertmanager(self, body):
        """Store the alerts of this database.

        One Prometheus may scrape several: the label ``db`` says which one an alert is
        of; without it, it is of the database that it was sent to.
        """
        try:
            received, left_out = parse(body)
        except InvalidWebhook as error:
            raise InvalidMessage(str(error)) from error
        name = self.env.cr.dbname
        mine = [one for one in received if one.labels.get("db", name) == name]
        self.env["reliability.alertmanager.alert"].sudo()._store(mine)
        return {
            "stored": len(mine),
            "other_databases": len(received) - len(mine),
            "left_out": left_out,
        }
