"""What is wrong with backups, and which objectives it breaks, as alerts."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import (
    DEGRADED,
    INFORMATION,
    Alert,
    AlertText,
    is_neutralized,
)

from ..checks import UNCERTAIN, Problem
from .backup_messages import describe, describe_exposure

PROVIDER = "recovery"
EXPOSED = "rpo"
_SERVICE = "platform"


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _alerts(self):
        now = fields.Datetime.now()
        sets = self.env["reliability.backup.set"].search([])
        return [
            *super()._alerts(),
            *(
                self._backup_alert(one, problem)
                for one in sets
                for problem in one._problems(now)
            ),
            *self._exposure_alerts(now),
        ]

    @api.model
    def _backup_alert(self, backup_set, problem):
        since = problem.since or backup_set.first_reported
        return Alert(
            PROVIDER,
            problem.cause,
            _SERVICE,
            INFORMATION if problem.cause in UNCERTAIN else DEGRADED,
            1,
            since,
            since,
            subject=f"{backup_set.contents}:{backup_set.name}",
            values={"set": backup_set.id, **problem.values},
        )

    @api.model
    def _exposure_alerts(self, now):
        """Yield alerts for services that would lose more than they may.

        Nobody backs up a neutralized copy.
        """
        if is_neutralized(self.env):
            return
        services = self.env["reliability.service"].search([("rpo_minutes", ">", 0)])
        if not services:
            return
        points = self.env["reliability.backup.set"]._newest_points()
        for service in services:
            allowed = timedelta(minutes=service.rpo_minutes)
            for contents, point in points.items():
                if not point or now - point > allowed:
                    since = point + allowed if point else None
                    values = {
                        "contents": contents,
                        "rpo": service.rpo_minutes,
                        "point": fields.Datetime.to_string(point) if point else "",
                    }
                    yield Alert(
                        PROVIDER,
                        EXPOSED,
                        service.code,
                        DEGRADED,
                        1,
                        since,
                        since,
                        subject=contents,
                        values=values,
                    )

    @api.model
    def _describe_alert(self, alert):
        if alert.provider != PROVIDER:
            return super()._describe_alert(alert)
        if alert.cause == EXPOSED:
            service = self.env["reliability.service"]._by_code(alert.service)
            text = describe_exposure(self.env, service.display_name, alert.values)
            return AlertText(text, self.env._("Open Backups"), self._open_backups())
        sets = self.env["reliability.backup.set"].sudo()
        found = sets.browse(alert.values["set"]).exists()
        if not found:
            return AlertText(alert.cause)
        text = describe(found, Problem(alert.cause, alert.since, alert.values))
        return AlertText(
            text, self.env._("Open Backup Set"), self._open_backups(found.id)
        )

    @api.model
    def _open_backups(self, set_id=None):
        """Return an action with all sets, or with one; ``False`` without a right."""
        name = self.env._("Backups")
        return self._open_window(name, "reliability.backup.set", set_id)

    @api.model
    def _open_window(self, name, model, record_id=None):
        """Return an action with all records of a model, or with one of them.

        :return: ``False`` if the user may not read them
        """
        if not self.env[model].has_access("read"):
            return False
        views = [(False, "form")]
        action = {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "context": {},
        }
        if record_id:
            return {**action, "views": views, "res_id": record_id}
        return {**action, "views": [(False, "list"), *views]}

    @api.model
    def _can_act_on(self, alert):
        if alert.provider != PROVIDER:
            return super()._can_act_on(alert)
        return self.env.user.has_group("reliability.group_admin")
