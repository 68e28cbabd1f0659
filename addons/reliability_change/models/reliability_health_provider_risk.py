"""Deployments in freezes and with spent budgets, and old patches, as alerts."""

# What speaks against deployments is apart from what is wrong with them.
# pylint: disable=consider-merging-classes-inherited

from datetime import datetime

from odoo import api, fields, models

from odoo.addons.reliability.api import (
    DEGRADED,
    INFORMATION,
    Alert,
    AlertText,
    formatting,
    is_neutralized,
    read_parameter,
)

from .reliability_health_provider_reported import PROVIDER, alert_of
from .reliability_patch import PATCH_DAYS

RISK, PATCHES = "risk", "patches"
_SERVICE = "platform"
_MAX_NAMED = 3


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _alerts(self):
        return [*super()._alerts(), *self._risk_alerts()]

    @api.model
    def _risk_alerts(self):
        """Yield alerts; a neutralized copy needs none."""
        if is_neutralized(self.env):
            return
        deployments = self.env["reliability.deployment"]
        for one in deployments._at_risk(fields.Datetime.now()):
            yield _risk_alert(one)
        if overdue := self.env["reliability.patch"]._overdue():
            yield _patches_alert(overdue)

    @api.model
    def _describe_alert(self, alert):
        if alert.provider != PROVIDER or alert.cause not in (RISK, PATCHES):
            return super()._describe_alert(alert)
        if alert.cause == RISK:
            return self._describe_deployment(alert, _risk_text)
        return self._describe_patches(alert)

    @api.model
    def _describe_patches(self, alert):
        values = {
            "days": read_parameter(self.env, PATCH_DAYS),
            "count": alert.count,
            "names": ", ".join(alert.values["names"]),
        }
        text = formatting.counted(
            alert.count,
            self.env._(
                "%(names)s is behind its newest version for more than %(days)s days:"
                " upgrade it",
                **values,
            ),
            self.env._(
                "%(count)s components are behind their newest versions for more than"
                " %(days)s days, first of all %(names)s: upgrade them",
                **values,
            ),
        )
        if not self.env["reliability.patch"].has_access("read"):
            return AlertText(text)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability_change.reliability_patch_action"
        )
        return AlertText(text, self.env._("Open Patches"), action)

    @api.model
    def _can_act_on(self, alert):
        if alert.provider != PROVIDER or alert.cause not in (RISK, PATCHES):
            return super()._can_act_on(alert)
        role = "manager" if alert.cause == RISK else "admin"
        return self.env.user.has_group(f"reliability.group_{role}")


def _risk_alert(deployment):
    """Return the alert of a deployment; one that the door would refuse is worse."""
    deployments = deployment.env["reliability.deployment"]
    is_refused = deployments._refusing(deployment._open_risk())
    severity = DEGRADED if is_refused else INFORMATION
    return alert_of(RISK, deployment, deployment.begin, severity, is_shared=True)


def _risk_text(deployment, _values):
    """Return what a person is to do about a deployment."""
    env = deployment.env
    # It may be overridden, or reset, since the alert was found.
    risk = deployment._open_risk() or deployment._stored_risk()
    if not risk:
        return deployment.name
    values = {
        "name": deployment.name,
        "time": formatting.moment(env, deployment.begin),
        "freezes": ", ".join(risk.freezes.mapped("name")),
        "services": deployment._spent_names(risk),
    }
    if values["freezes"]:
        return env._(
            "The deployment of %(name)s began at %(time)s inside the freeze"
            " %(freezes)s: give the reason by Override, or roll it back",
            **values,
        )
    return env._(
        "The deployment of %(name)s began at %(time)s while the error budget of"
        " %(services)s was spent: give the reason by Override, or roll it back",
        **values,
    )


def _patches_alert(overdue):
    since = datetime.combine(min(overdue.mapped("behind_since")), datetime.min.time())
    names = [f"{one.name} {one.version}" for one in overdue[:_MAX_NAMED]]
    return Alert(
        PROVIDER,
        PATCHES,
        _SERVICE,
        INFORMATION,
        len(overdue),
        since,
        since,
        values={"names": names},
    )
