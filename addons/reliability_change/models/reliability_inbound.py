"""Messages of pipelines about deployments, and of who knows the newest versions."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import masked_name
from odoo.addons.reliability_inbound.json_reading import InvalidReport
from odoo.addons.reliability_inbound.kinds import InboundKind, InvalidMessage

from .. import deployment_message, deployment_question, newest_versions

_MAX_CLOCK_SKEW = timedelta(minutes=5)


class ReliabilityInbound(models.AbstractModel):
    _inherit = "reliability.inbound"

    @api.model
    def _kinds(self):
        deployment = InboundKind(self.env._("Deployment"), "_receive_deployment")
        newest = InboundKind(self.env._("Newest Versions"), "_receive_newest_versions")
        return {
            **super()._kinds(),
            "deployment": deployment,
            "newest_versions": newest,
        }

    @api.model
    def _receive_deployment(self, body):
        """Store what a pipeline says of a deployment to production."""
        report = _parsed(deployment_message, body)
        question = _parsed(deployment_question, body)
        _check_clock(report.at)
        if report.state != deployment_message.PLANNED:
            for moment in filter(None, (report.begin, report.end)):
                _check_clock(moment)
        if report.is_production is False:
            name = masked_name(report.environment)
            detail = f"Not stored, since {name} is not production."
            return {"deployment": None, "detail": detail}
        deployments = self.env["reliability.deployment"].sudo()
        if question:
            return deployments._receive_asked(report, question)
        return deployments._receive(report)

    @api.model
    def _receive_newest_versions(self, body):
        """Store which versions there are."""
        message = _parsed(newest_versions, body)
        _check_clock(message.at)
        return self.env["reliability.newest.version"].sudo()._receive(message)


def _parsed(module, body):
    """Return what a message is by the contract of a module.

    :raise InvalidMessage: it breaks the contract
    """
    try:
        return module.parse(body)
    except InvalidReport as error:
        raise InvalidMessage(str(error)) from error


def _check_clock(moment):
    if moment > fields.Datetime.now() + _MAX_CLOCK_SKEW:
        raise InvalidMessage(
            "The time of the report is in the future: correct the clock of the sender."
        )
