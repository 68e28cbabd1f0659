"""How each service is, by company and warehouse: since when, and why."""

from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models

from ..telemetry.evaluation import (
    DEGRADED,
    INTERRUPTED,
    NO_DATA,
    STATES,
    Condition,
    follow,
)

STATE_NAMES = [
    ("no_data", "No data"),
    ("fine", "Fine"),
    ("degraded", "Degraded"),
    ("interrupted", "Interrupted"),
]
TROUBLED = (DEGRADED, INTERRUPTED)


class Place(NamedTuple):
    """What there is one condition of.

    :ivar company_id: ``None`` where it is of no company
    :ivar warehouse: a code, empty where there is none
    """

    service_id: int
    company_id: int | None
    warehouse: str


class Observation(NamedTuple):
    """What one look at a place shows.

    :ivar reason: why it is not fine: ``kind``, ``part`` and ``whole`` as in `Finding`,
        the code of the ``operation``, ``since``, and the ``cause``, where it is known
    :ivar waiting: what waits there: kind → ``count``, ``late`` and ``oldest``
    :ivar is_shared: whether it is of the whole database, and so concerns everybody
    """

    state: str
    reason: dict | None = None
    waiting: dict | None = None
    is_shared: bool = False


class ReliabilityServiceStatus(models.Model):
    _name = "reliability.service.status"
    _description = "How a Service Is"
    _log_access = False
    _order = "service_id, company_id, warehouse"
    _rec_name = "service_id"

    service_id = fields.Many2one(
        "reliability.service", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", ondelete="cascade", index=True)
    warehouse = fields.Char(help="Its code; empty for work of no warehouse.")
    is_shared = fields.Boolean(
        help="Of the whole database: requests and scheduled actions are of no company."
    )
    state = fields.Selection(STATE_NAMES, required=True)
    since = fields.Datetime(required=True)
    turning = fields.Selection([("worse", "Worse"), ("better", "Better")])
    pending_since = fields.Datetime()
    notified_state = fields.Selection(STATE_NAMES, help="What those who are told know.")
    reason = fields.Json()
    waiting = fields.Json()
    description = fields.Char(string="Why", compute="_compute_description")

    _place_unique = models.UniqueIndex(
        "(service_id, coalesce(company_id, 0), coalesce(warehouse, ''))"
    )

    @api.depends("reason")
    @api.depends_context("lang", "tz")
    def _compute_description(self):
        for condition in self:
            condition.description = condition._describe()

    @api.model
    def _follow(self, sights, now):
        """Take down what one look shows.

        A place where nothing is seen any more is forgotten after a month.

        :param dict[Place, Sight] sights: of all places where something is seen
        :param datetime now: when it was looked
        :return: conditions that have turned to trouble, or from it
        """
        known = {row._place(): row for row in self.search([])}
        self.create(
            [
                place._asdict() | self._after(sight, now)
                for place, sight in sights.items()
                if place not in known
            ]
        )
        changed = self.browse()
        for place, row in known.items():
            before = row.state
            row._write_changes(row._after(sights.get(place, Observation(NO_DATA)), now))
            if row.state != before and {row.state, before} & set(TROUBLED):
                changed |= row
        self.search(
            [("state", "=", NO_DATA), ("since", "<", now - timedelta(days=30))]
        ).unlink()
        return changed

    def _place(self):
        return Place(
            self.service_id.id, self.company_id.id or None, self.warehouse or ""
        )

    def _after(self, sight, now):
        """Return the values of this condition, which may be a new one, after a look."""
        before = None
        if self:
            turning = self.turning or "", self.pending_since or None
            before = Condition(self.state, self.since, *turning)
        after = follow(before, sight.state, now)
        return {
            "is_shared": sight.is_shared or self.is_shared,
            "state": after.state,
            "since": after.since,
            "turning": after.turning,
            "pending_since": after.pending_since,
            "reason": self._reason_after(after.state, sight),
            "waiting": sight.waiting,
        }

    def _reason_after(self, state, sight):
        """Return why it is so: as seen last, but since it was seen first."""
        old = self.reason or None
        if state not in TROUBLED:
            return None
        if not sight.reason:
            return old  # it is over, which is not believed yet
        new = sight.reason
        if old and all(old[key] == new[key] for key in ("kind", "operation")):
            # Texts of one format. The clock may have been set back.
            return new | {"since": min(old["since"], new["since"])}
        return new

    def _write_changes(self, values):
        """Write what differs: most conditions do not, in most minutes."""
        changed = {
            name: value
            for name, value in values.items()
            if (self[name] or None) != (value or None)
        }
        if changed:
            self.write(changed)

    @api.model
    def _state_name(self, state):
        """Return what people call a state."""
        return dict(self._fields["state"]._description_selection(self.env))[state]

    @api.model
    def _worst(self, states):
        """Return the worst of states; of none, that there is no data."""
        return max(states, key=STATES.index, default=NO_DATA)
