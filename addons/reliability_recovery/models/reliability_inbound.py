"""The kinds of messages with which backups and drills are reported."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import masked_name
from odoo.addons.reliability_inbound.json_reading import InvalidReport
from odoo.addons.reliability_inbound.kinds import InboundKind, InvalidMessage

from .. import contract, drill_contract
from ..failover import contract as failover_contract

_MAX_CLOCK_SKEW = timedelta(minutes=5)


class ReliabilityInbound(models.AbstractModel):
    _inherit = "reliability.inbound"

    @api.model
    def _kinds(self):
        backups = InboundKind(self.env._("Backups"), "_receive_backups")
        drill = InboundKind(self.env._("Restore Drill"), "_receive_drill")
        failover = InboundKind(self.env._("Failover Drill"), "_receive_failover")
        return {
            **super()._kinds(),
            "backups": backups,
            "drill": drill,
            "failover": failover,
        }

    @api.model
    def _receive_backups(self, body):
        """Store a report of backups; one that is older than another is ignored."""
        report = _parsed(contract, body)
        _check_clock("taken_at", report.taken_at)
        return self.env["reliability.backup.set"].sudo()._receive(report)

    @api.model
    def _receive_drill(self, body):
        """Store the evidence of a drill; sent again it changes nothing."""
        evidence = _parsed(drill_contract, body)
        _check_clock("ended_at", evidence.ended_at)
        return self.env["reliability.drill"].sudo()._receive(evidence, body)

    @api.model
    def _receive_failover(self, body):
        """Answer a request of a failover drill, or store the report of one."""
        failovers = self.env["reliability.failover"].sudo()
        if failover_contract.is_report(body):
            report = _parsed(failover_contract, body)
            _check_clock("end", report.end)
            return failovers._receive(report, body)
        try:
            return failovers._answer(failover_contract.parse_request(body))
        except InvalidReport as error:
            raise InvalidMessage(str(error)) from error


def _parsed(module, body):
    """Return what a message is by the contract of a module.

    :raise InvalidMessage: it breaks the contract
    """
    try:
        found = module.parse(body)
        module.check_names(found, masked_name)
    except InvalidReport as error:
        raise InvalidMessage(str(error)) from error
    return found


def _check_clock(key, moment):
    if moment > fields.Datetime.now() + _MAX_CLOCK_SKEW:
        raise InvalidMessage(
            f"{key} is in the future: correct the clock of the sender."
        )
