"""What threatens the platform, as alerts; and the page that shows all of it."""

from odoo import api, models

from odoo.addons.reliability.api import (
    INFORMATION,
    Alert,
    AlertText,
    CardLine,
    formatting,
)

from ..operator_database import operator_database
from ..watch.kinds import KINDS, Effect
from .platform_messages import describe_problem, describe_to_do
from .reliability_host import stored_values

_PROVIDER = "platform"
_SERVICE = "platform"
_FINDING = "platform"
_TICKET = "ticket"


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _alerts(self):
        """Add what harms nobody yet, for those who run the server.

        What is reported to other databases with names concerns their own tables.
        """
        is_operator = operator_database() in ("", self.env.cr.dbname)
        return [
            *super()._alerts(),
            *(
                Alert(
                    _PROVIDER,
                    problem["code"],
                    _SERVICE,
                    INFORMATION,
                    1,
                    problem["since"],
                    problem["since"],
                    subject=problem["subject"],
                    values={"tier": _TICKET, **stored_values(problem)},
                )
                for problem in self.env["reliability.host"]._current()._problems()
                if KINDS[problem["code"]].effect == Effect.THREATENS
                and (is_operator or problem["names"])
            ),
        ]

    @api.model
    def _describe_alert(self, alert):
        if alert.provider == _PROVIDER:
            names = self.env["reliability.host"]._names_of(alert.values)
            problem = {**alert.values, "names": names}
            text = formatting.paragraph(
                describe_problem(self.env, problem, alert.since),
                describe_to_do(self.env, problem),
            )
            return AlertText(text, *self._platform_button())
        described = super()._describe_alert(alert)
        if alert.cause == _FINDING and alert.service == _SERVICE:
            button, action = self._platform_button()
            if action:
                return described._replace(button=button, action=action)
        return described

    @api.model
    def _can_act_on(self, alert):
        if alert.provider != _PROVIDER:
            return super()._can_act_on(alert)
        return self.env.user.has_group("reliability.group_admin")

    @api.model
    def _service_lines(self, scope):
        """Add a line that opens the page of the platform, for administrators."""
        lines = super()._service_lines(scope)
        button, action = self._platform_button()
        if action:
            lines.setdefault(_SERVICE, []).append(CardLine(button, action))
        return lines

    @api.model
    def _platform_button(self):
        """Return the name and the action of the page; ``False`` without a right."""
        action = False
        if self.env.user.has_group("reliability.group_admin"):
            action = self.env["ir.actions.client"]._for_xml_id(
                "reliability_platform.platform_action"
            )
        return self.env._("Open PostgreSQL, Redis, Ingress, Hosts"), action
