"""Restore drills that are overdue, failed or missed an objective, as alerts."""

# Alerts about drills are apart from those about backups.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import (
    DEGRADED,
    INFORMATION,
    Alert,
    AlertText,
    formatting,
    is_neutralized,
)

from ..drill_contract import PASSED
from ..drill_result import MET, UNKNOWN
from .drill_messages import (
    describe_point_objective,
    describe_problem,
    describe_time_objective,
)
from .reliability_health_provider import PROVIDER

OVERDUE, PROBLEM, NEVER = "drill_overdue", "drill_problem", "never_restored"
POINT, TIME = "drill_rpo", "drill_rto"
_DESCRIBED = {POINT: describe_point_objective, TIME: describe_time_objective}
_CAUSES = {OVERDUE, PROBLEM, NEVER, *_DESCRIBED}
_SERVICE = "platform"


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _alerts(self):
        return [*super()._alerts(), *self._drill_alerts()]

    @api.model
    def _drill_alerts(self):
        """Yield alerts about drills; a neutralized copy needs none."""
        if is_neutralized(self.env):
            return
        yield from self._overdue_alerts(fields.Datetime.now())
        drills = self.env["reliability.drill"]
        last = drills._last()
        if last.reason or last.error_phase:
            yield _alert(PROBLEM, last.ended_at, drill=last.id)
        services = self.env["reliability.service"]._with_recovery_objective()
        if not services:
            return
        passed = last if last.result == PASSED else drills._last_passed()
        if not passed:
            yield _alert(NEVER, severity=INFORMATION)
        elif passed == last:
            yield from self._objective_alerts(passed, services)

    @api.model
    def _overdue_alerts(self, now):
        """Yield alerts for backup sets that no drill has restored in time."""
        sets = self.env["reliability.backup.set"]
        for one in sets.search([("drill_every_days", ">", 0)]):
            last = one._last_passed_drill().ended_at
            due = last and last + timedelta(days=one.drill_every_days)
            if not due or due < now:
                yield _alert(
                    OVERDUE,
                    due or one.first_reported,
                    subject=f"{one.contents}:{one.name}",
                    set=one.id,
                )

    @api.model
    def _objective_alerts(self, drill, services):
        """Yield alerts for objectives that a drill has missed or left unknown."""
        for service in services:
            for cause, minutes in (
                (POINT, service.rpo_minutes),
                (TIME, service.rto_minutes),
            ):
                if not minutes:
                    continue
                _text, found = _DESCRIBED[cause](drill, service.name, minutes)
                if found == MET:
                    continue
                yield _alert(
                    cause,
                    drill.ended_at,
                    service.code,
                    INFORMATION if found == UNKNOWN else DEGRADED,
                    drill=drill.id,
                    minutes=minutes,
                )

    @api.model
    def _describe_alert(self, alert):
        if alert.provider != PROVIDER or alert.cause not in _CAUSES:
            return super()._describe_alert(alert)
        values = alert.values or {}
        if alert.cause == OVERDUE:
            sets = self.env["reliability.backup.set"].sudo()
            found = sets.browse(values["set"]).exists()
            text = _describe_overdue(found) if found else alert.cause
            return AlertText(text, self.env._("Open Drills"), self._open_drills())
        if alert.cause == NEVER:
            text = self.env._(
                "Services have recovery objectives, but no restore drill has passed"
                " yet: run odoo reliability_drill"
            )
            return AlertText(text, self.env._("Open Drills"), self._open_drills())
        drill = self.env["reliability.drill"].sudo().browse(values["drill"]).exists()
        if not drill:
            return AlertText(alert.cause)
        return AlertText(
            self._describe_drill(alert, drill),
            self.env._("Open Drill"),
            self._open_drills(drill),
        )

    @api.model
    def _describe_drill(self, alert, drill):
        if alert.cause == PROBLEM:
            return describe_problem(drill)
        service = self.env["reliability.service"]._by_code(alert.service)
        describe, minutes = _DESCRIBED[alert.cause], alert.values["minutes"]
        text, _found = describe(drill, service.display_name, minutes)
        return text

    @api.model
    def _open_drills(self, drill=None):
        """Return an action with all drills, or with one; ``False`` without a right."""
        drills = self.env["reliability.drill"]
        if not drills.has_access("read"):
            return False
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability_recovery.reliability_drill_action"
        )
        if drill:
            action |= {"res_id": drill.id, "views": [(False, "form")]}
        return action


def _alert(
    cause, since=None, service=_SERVICE, severity=DEGRADED, subject="", **values
):
    return Alert(
        PROVIDER,
        cause,
        service,
        severity,
        1,
        since,
        since,
        subject=subject,
        values=values,
    )


def _describe_overdue(backup_set):
    env = backup_set.env
    last = backup_set._last_passed_drill().ended_at
    if not last:
        return env._(
            "No restore drill of %(name)s has passed yet: run odoo reliability_drill",
            name=backup_set.name,
        )
    return env._(
        "No restore drill of %(name)s has passed since %(time)s: run odoo"
        " reliability_drill",
        name=backup_set.name,
        time=formatting.moment(env, last),
    )
