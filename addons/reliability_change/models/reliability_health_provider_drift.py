"""What differs from the baseline, as alerts in words."""

# What drifts is apart from deployments.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, fields, models

from odoo.addons.reliability.api import (
    DEGRADED,
    INFORMATION,
    Alert,
    AlertText,
    formatting,
    is_neutralized,
)

from ..drift import DRIFTED
from ..drift_cause import GONE, OTHER, PENDING_RESTART, SWITCHED_OFF, TEST_MODE
from .drift_messages import DESCRIBED, describe_other, describe_unread
from .reliability_drift_source import OVERDUE, SETTLED

PROVIDER = "drift"
UNREAD, OVERDUE_CAUSE = "unread", "overdue"
_SERVICE = "platform"
_SEVERITIES = {
    TEST_MODE: DEGRADED,
    SWITCHED_OFF: DEGRADED,
    GONE: DEGRADED,
    PENDING_RESTART: INFORMATION,
}


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _alerts(self):
        return [*super()._alerts(), *self._drift_alerts()]

    @api.model
    def _drift_alerts(self):
        """Yield alerts about settings; a neutralized copy differs anyway."""
        if is_neutralized(self.env):
            return
        now = fields.Datetime.now()
        sources = self.env["reliability.drift.source"].sudo()
        sources = sources._of_hosts(sources.search([]), now)
        yield from self._unread_alerts(sources, now)
        found = [
            ("source_id", "in", sources.ids),
            ("state", "=", DRIFTED),
            ("first_seen", "<=", now - SETTLED),
        ]
        rows = self.env["reliability.drift"].sudo().search(found, order="since, id")
        for source, of_source in rows.grouped("source_id").items():
            yield from _alerts_of(source, of_source)

    @api.model
    def _unread_alerts(self, sources, now):
        """Yield an alert for each source that cannot be read; one if none is read."""
        last = max((one.tried_at for one in sources if one.tried_at), default=None)
        # Never compared: since a server has the addon.
        loaded = self.env["reliability.drift.host"]._latest().mapped("loaded")
        last = last or min(loaded, default=now)
        if now - last > OVERDUE:
            yield Alert(PROVIDER, OVERDUE_CAUSE, _SERVICE, INFORMATION, 1, last, last)
            return
        for one in sources.filtered(lambda one: one._is_unknown(now)):
            since = one.problem_since or one.read_at or one.tried_at
            values = {"source": one.id, "problem": one._problem(now)}
            yield _alert(UNREAD, _of_source(one), 1, since, INFORMATION, values)

    @api.model
    def _describe_alert(self, alert):
        if alert.provider != PROVIDER:
            return super()._describe_alert(alert)
        action = self._open_drift(alert)
        return AlertText(self._describe_drift(alert), self.env._("Open Drift"), action)

    @api.model
    def _describe_drift(self, alert):
        if alert.cause == OVERDUE_CAUSE:
            return self.env._(
                "Settings were last compared with their baseline at %(time)s: find out"
                " why the scheduled action does not run",
                time=formatting.moment(self.env, alert.since),
            )
        sources = self.env["reliability.drift.source"].sudo()
        source = sources.browse(alert.values["source"]).exists()
        if alert.cause == UNREAD:
            return describe_unread(self.env, source.name, alert)
        if alert.cause == OTHER:
            return describe_other(self.env, source.name, alert)
        return DESCRIBED[alert.cause](self.env, alert)

    @api.model
    def _open_drift(self, alert):
        """Return an action that opens the differences; ``False`` without a right."""
        if not self.env["reliability.drift"].has_access("read"):
            return False
        name = "reliability_drift_action"
        if alert.cause in (UNREAD, OVERDUE_CAUSE):
            name = "reliability_drift_source_action"
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"reliability_change.{name}"
        )
        values = alert.values or {}
        if "rows" in values:
            action |= {"domain": [("id", "in", values["rows"])], "context": {}}
        return action

    @api.model
    def _can_act_on(self, alert):
        if alert.provider != PROVIDER:
            return super()._can_act_on(alert)
        return self.env.user.has_group("reliability.group_manager")


def _alerts_of(source, rows):
    """Yield the alerts of what differs in a source.

    Of what was deleted, each setting differs: only what it means is an alert.
    """
    causes = {row: row._cause() for row in rows}
    named = {row._subject() for row, cause in causes.items() if cause != OTHER}
    for row, cause in causes.items():
        if cause != OTHER:
            values = {
                "source": source.id,
                "rows": row.ids,
                "name": row.name or row._subject(),
                "user": row.user_id.id,
                "after": row.after or "",
            }
            subject = f"{_of_source(source)} {row._subject()}"
            severity = _SEVERITIES[cause]
            yield _alert(cause, subject, 1, row.since, severity, values)
    others = [
        row
        for row, cause in causes.items()
        if cause == OTHER and row._subject() not in named
    ]
    if others:
        values = {"source": source.id, "rows": [row.id for row in others]}
        yield _alert(
            OTHER,
            _of_source(source),
            len(others),
            others[0].since,
            INFORMATION,
            values,
            last=others[-1].since,
        )


def _of_source(source):
    return f"{source.code} {source.host}" if source.host else source.code


def _alert(cause, subject, count, since, severity, values, last=None):
    return Alert(
        PROVIDER,
        cause,
        _SERVICE,
        severity,
        count,
        since,
        last or since,
        subject=subject,
        values=values,
    )
