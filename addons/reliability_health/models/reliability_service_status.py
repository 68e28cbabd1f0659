"""The status of each service, by company and warehouse: state, since when, and why."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import (
    FINE,
    NO_DATA,
    STATE_NAMES,
    STATES,
    TROUBLED,
    StatusKey,
    write_changes,
)

_RETENTION = timedelta(days=30)
"""How long a status without data is kept."""


class ReliabilityServiceStatus(models.Model):
    _name = "reliability.service.status"
    _description = "Service Status"
    _log_access = False
    _order = "service_id, company_id, warehouse"
    _rec_name = "service_id"

    service_id = fields.Many2one(
        "reliability.service", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", ondelete="cascade", index=True)
    warehouse = fields.Char(help="Its code; empty for work of no warehouse.")
    is_shared = fields.Boolean(
        help="Whether it concerns the whole database: requests and scheduled actions"
        " belong to no company."
    )
    state = fields.Selection(STATE_NAMES, required=True)
    since = fields.Datetime(required=True)
    alert_id = fields.Many2one(
        "reliability.alert", ondelete="set null", readonly=True, help="The worst one."
    )
    backlogs = fields.Json()
    description = fields.Char(string="Why", compute="_compute_description")

    _key_unique = models.UniqueIndex(
        "(service_id, coalesce(company_id, 0), coalesce(warehouse, ''))"
    )

    @api.depends("alert_id.text", "state")
    @api.depends_context("uid", "lang", "tz")
    def _compute_description(self):
        readable = self.alert_id._filtered_access("read")
        for status in self:
            status.description = status._describe(readable)

    def _describe(self, readable):
        """Return why the service is not fine, in a sentence without a full stop.

        Its worst alert may be of a company, or of none, while its status is shared.

        :param readable: the alerts that the user may read
        """
        if self.state not in TROUBLED or not self.alert_id:
            return ""
        alert = self.alert_id & readable or self._alerts()[:1]
        return alert.text or self.env._("Only administrators may read why")

    def _alerts(self):
        """Return the alerts of services in trouble, the worst first."""
        keys = {status._key() for status in self if status.state in TROUBLED}
        alerts = self.env["reliability.alert"]._present_in_trouble()
        return alerts.filtered(lambda alert: alert.evidence_id._status_key() in keys)

    @api.model
    def _update(self, work, now):
        """Store what one evaluation has found, after the alerts were stored.

        The state is the severity of the worst alert.  A service without alerts is fine
        if there were calls, else there is no data; after a month without, its status is
        deleted.

        :param dict[StatusKey, Work] work: of all services
        :param datetime now: the time of the evaluation, in UTC
        :return: the statuses that became degraded or interrupted, or no longer are
        """
        known = {status._key(): status for status in self.search([])}
        worst = self._worst_alerts()
        self.create(
            [
                key._asdict() | self._values_after(work.get(key), worst.get(key), now)
                for key in work.keys() | worst.keys()
                if key not in known
            ]
        )
        changed = self.browse()
        for key, status in known.items():
            before = status.state
            write_changes(
                status, status._values_after(work.get(key), worst.get(key), now)
            )
            if status.state != before and {status.state, before} & set(TROUBLED):
                changed |= status
        self.search(
            [("state", "=", NO_DATA), ("since", "<", now - _RETENTION)]
        ).unlink()
        return changed

    @api.model
    def _worst_alerts(self):
        """Return the worst alert of each service in trouble: status key → alert."""
        alerts = self.env["reliability.alert"]._present_in_trouble()
        return {alert.evidence_id._status_key(): alert for alert in reversed(alerts)}

    def _key(self):
        return StatusKey(
            self.service_id.id, self.company_id.id or None, self.warehouse or ""
        )

    def _values_after(self, work, alert, now):
        """Return the values after an evaluation, of this status or of a new one.

        :param Work work: of the service; ``None`` if there is none
        :param alert: the worst one of the service; ``None`` if there is none
        """
        state = FINE if work and work.has_calls else NO_DATA
        if alert:
            state = alert.severity
        since = self.since or now
        if state != self.state:
            is_new = alert and self.state not in TROUBLED
            since = alert.opened if is_new else now
        is_shared = (work and work.is_shared) or (alert and alert.is_shared)
        return {
            "state": state,
            "since": min(since, now),
            "alert_id": alert.id if alert else False,
            "backlogs": work.backlogs if work else None,
            "is_shared": bool(is_shared or self.is_shared),
        }

    @api.model
    def _state_name(self, state):
        """Return the name of a state in the user's language."""
        return dict(self._fields["state"]._description_selection(self.env))[state]

    @api.model
    def _worst(self, states):
        """Return the worst of some states; ``no_data`` if there are none."""
        return max(states, key=STATES.index, default=NO_DATA)
