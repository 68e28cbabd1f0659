"""The kind of messages with which probes report."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import masked_name
from odoo.addons.reliability_inbound.json_reading import InvalidReport
from odoo.addons.reliability_inbound.kinds import InboundKind, InvalidMessage

from ..probe import contract, host_clock

_MAX_CLOCK_SKEW = timedelta(minutes=5)
_MAX_BYTES = 256 * 1024


class ReliabilityInbound(models.AbstractModel):
    _inherit = "reliability.inbound"

    @api.model
    def _kinds(self):
        title = self.env._("Synthetic Checks")
        kind = InboundKind(title, "_receive_synthetic", _MAX_BYTES)
        return {**super()._kinds(), "synthetic": kind}

    @api.model
    def _receive_synthetic(self, body):
        """Store the report of a probe; sent again it changes nothing."""
        try:
            report = contract.parse(body)
            contract.check_names(report, masked_name)
        except InvalidReport as error:
            raise InvalidMessage(str(error)) from error
        now = fields.Datetime.now()
        actual = host_clock.corrected(report, now)
        last = max(actual.started_at, *contract.begins(actual))
        if last > now + _MAX_CLOCK_SKEW:
            raise InvalidMessage(
                "started_at is in the future: correct the clock of the sender."
            )
        return (
            self.env["reliability.synthetic.run"]
            .sudo()
            ._receive(actual, report.started_at, host_clock.behind(report, now))
        )
