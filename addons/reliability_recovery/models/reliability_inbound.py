"""The kind of message with which backups are reported."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import masked_name
from odoo.addons.reliability_inbound.kinds import InboundKind, InvalidMessage

from ..contract import InvalidReport, check_names, parse

_MAX_CLOCK_SKEW = timedelta(minutes=5)


class ReliabilityInbound(models.AbstractModel):
    _inherit = "reliability.inbound"

    @api.model
    def _kinds(self):
        kind = InboundKind(self.env._("Backups"), "_receive_backups")
        return {**super()._kinds(), "backups": kind}

    @api.model
    def _receive_backups(self, body):
        """Store a report of backups; one that is older than another is ignored."""
        try:
            report = parse(body)
            check_names(report, masked_name)
        except InvalidReport as error:
            raise InvalidMessage(str(error)) from error
        if report.taken_at > fields.Datetime.now() + _MAX_CLOCK_SKEW:
            raise InvalidMessage(
                "taken_at is in the future: correct the clock of the sender."
            )
        return self.env["reliability.backup.set"].sudo()._receive(report)
