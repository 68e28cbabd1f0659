"""The status of each service, by company and warehouse: state, since when, and why."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import (
    NO_DATA,
    STATE_NAMES,
    STATES,
    TROUBLED,
    StatusKey,
)

from ..evaluation import Observation, Status, next_status

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
    pending_state = fields.Selection(
        STATE_NAMES, help="Observed last, but not yet for long enough to be the state."
    )
    pending_since = fields.Datetime()
    notified_state = fields.Selection(
        STATE_NAMES, help="The state of the last notification."
    )
    reason = fields.Json()
    backlogs = fields.Json()
    description = fields.Char(string="Why", compute="_compute_description")

    _key_unique = models.UniqueIndex(
        "(service_id, coalesce(company_id, 0), coalesce(warehouse, ''))"
    )

    @api.depends("reason")
    @api.depends_context("lang", "tz")
    def _compute_description(self):
        for status in self:
            status.description = status._describe()

    @api.model
    def _update(self, observations, now):
        """Store the observations of one evaluation.

        A status without any observation gets no data; after a month it is deleted.

        :param dict[StatusKey, Observation] observations: all that were made
        :param datetime now: the time of the evaluation, in UTC
        :return: the statuses that became degraded or interrupted, or no longer are
        """
        known = {status._key(): status for status in self.search([])}
        self.create(
            [
                key._asdict() | self._values_after(observation, now)
                for key, observation in observations.items()
                if key not in known
            ]
        )
        changed = self.browse()
        for key, status in known.items():
            before = status.state
            observation = observations.get(key, Observation(NO_DATA))
            status._write_changes(status._values_after(observation, now))
            if status.state != before and {status.state, before} & set(TROUBLED):
                changed |= status
        self.search(
            [("state", "=", NO_DATA), ("since", "<", now - _RETENTION)]
        ).unlink()
        return changed

    def _key(self):
        return StatusKey(
            self.service_id.id, self.company_id.id or None, self.warehouse or ""
        )

    def _values_after(self, observation, now):
        """Return the values after an observation, of this status or of a new one."""
        before = None
        if self:
            pending = self.pending_state or "", self.pending_since or None
            before = Status(self.state, self.since, *pending)
        after = next_status(before, observation.state, now)
        return after._asdict() | {
            "is_shared": observation.is_shared or self.is_shared,
            "reason": self._reason_after(after.state, observation, now),
            "backlogs": observation.backlogs,
        }

    def _reason_after(self, state, observation, now):
        """Return the reason observed last, with the time when it was observed first.

        Its numbers are of that whole time.
        """
        if state not in TROUBLED:
            return None
        old = self.reason or None
        new = observation.reason or old  # observed no more, but not for long enough
        is_same = old and all(old[key] == new[key] for key in ("kind", "operation"))
        if not is_same or new.get("has_own_time"):
            return new
        # Times are texts of one format. The clock may have been set back.
        since = min(old["since"], new["since"])
        reason = new | {"since": since}
        return self.env["reliability.evaluator"]._count_since(self._key(), reason, now)

    def _write_changes(self, values):
        """Write the values that differ: in most minutes, most statuses do not."""
        changed = {
            name: value
            for name, value in values.items()
            if (self[name] or None) != (value or None)
        }
        if changed:
            self.write(changed)

    @api.model
    def _state_name(self, state):
        """Return the name of a state in the user's language."""
        return dict(self._fields["state"]._description_selection(self.env))[state]

    @api.model
    def _worst(self, states):
        """Return the worst of some states; ``no_data`` if there are none."""
        return max(states, key=STATES.index, default=NO_DATA)
