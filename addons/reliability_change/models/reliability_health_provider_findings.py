"""What is worse since a deployment, as alerts for a day."""

# What was found has a file of its own.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import (
    DEGRADED,
    INFORMATION,
    Alert,
    AlertText,
    formatting,
)

from ..comparison import ERRORS
from .comparison_messages import describe

PROVIDER = "change"
WORSE = "worse"
_OPEN_FOR = timedelta(days=1)
"""After the deployment: then it is usual."""


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _alerts(self):
        worse = self.env["reliability.deployment.finding"].search(
            [
                ("is_worse", "=", True),
                ("service_id", "!=", False),
                ("deployment_id.end", ">", fields.Datetime.now() - _OPEN_FOR),
                ("deployment_id.rolled_back_by_ids", "=", False),
            ],
            order="deployment_id, sequence, id",
        )
        groups = worse.grouped(lambda one: (one.deployment_id, one.service_id))
        return [*super()._alerts(), *map(_alert, groups.values())]

    @api.model
    def _describe_alert(self, alert):
        if (alert.provider, alert.cause) != (PROVIDER, WORSE):
            return super()._describe_alert(alert)
        return AlertText(
            self._describe_worse(alert),
            self.env._("Open Differences"),
            self._open_differences(alert),
        )

    @api.model
    def _describe_worse(self, alert):
        """Return the worst difference, and how many more there are."""
        finding = alert.values["finding"]
        since = fields.Datetime.to_datetime(finding["since"])
        text = describe(self.env, **(finding | {"since": since}))
        more = alert.count - 1
        if not more:
            return text
        return formatting.paragraph(
            text,
            formatting.counted(
                more,
                self.env._("1 more difference since this deployment"),
                self.env._(
                    "%(count)s more differences since this deployment", count=more
                ),
            ),
        )

    @api.model
    def _open_differences(self, alert):
        """Return an action that opens what is worse; ``False`` without a right."""
        if not self.env["reliability.deployment.finding"].has_access("read"):
            return False
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability_change.reliability_deployment_finding_action"
        )
        return action | {
            "domain": [
                ("deployment_id", "=", alert.values["deployment"]),
                ("service_id.code", "=", alert.service),
                ("is_worse", "=", True),
            ],
        }

    @api.model
    def _can_act_on(self, alert):
        if (alert.provider, alert.cause) != (PROVIDER, WORSE):
            return super()._can_act_on(alert)
        return self.env.user.has_group("reliability.group_manager")


def _alert(findings):
    """Return the alert of what is worse in a service since a deployment."""
    first = findings[0]
    has_errors = ERRORS in findings.mapped("measure")
    since = fields.Datetime.to_string(first.since)
    return Alert(
        PROVIDER,
        WORSE,
        first.service_id.code,
        DEGRADED if has_errors else INFORMATION,
        len(findings),
        first.since,
        first.since,
        subject=str(first.deployment_id.id),
        values={
            "deployment": first.deployment_id.id,
            "finding": first._values() | {"since": since},
        },
        is_shared=True,
    )
