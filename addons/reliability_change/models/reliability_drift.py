"""Drift: a setting that differs from its baseline, or did."""

from datetime import timedelta

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.reliability.api import delete_oldest

from ..drift import ADDED, CHANGED, DRIFTED, IN_SYNC, REMOVED
from ..drift_cause import LASTING, cause_of, is_pending
from ..drift_expected import Change, Rollout, brought_by
from ..drift_key import key_of, split
from .last_writes import Write, last_writes

ACCEPTED, EXPECTED, REPLACED = "accepted", "expected", "replaced"
STATES = [
    (DRIFTED, "Drifted"),
    (IN_SYNC, "In Sync Again"),
    (ACCEPTED, "Accepted"),
    (EXPECTED, "Brought by a Deployment"),
    (REPLACED, "Changed Again"),
]
KINDS = [(ADDED, "Added"), (REMOVED, "Removed"), (CHANGED, "Changed")]
_RETENTION = timedelta(days=365)
_MAY_BE_BROUGHT = timedelta(days=1)
"""Until so long after it was found: then a deployment is known."""
_NO_CONTENT = Markup("<p class='o_view_nocontent_smiling_face'>%s</p><p>%s</p>")
_TRANSACTION = timedelta(minutes=15)
"""A change has the time of the begin of its transaction."""


class ReliabilityDrift(models.Model):
    """Only of what differs: a setting that never did has no row.

    A row ends when the setting is again as it was, when its value becomes the baseline,
    or when it has another one: somebody else may have changed it then.
    """

    _name = "reliability.drift"
    _description = "Drift"
    _log_access = False
    _order = "ended desc, since desc, id desc"
    _rec_name = "key"

    source_id = fields.Many2one(
        "reliability.drift.source",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    key = fields.Char(string="Setting", required=True, readonly=True)
    name = fields.Char(string="Record", readonly=True, help="What has this setting.")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    before = fields.Char(
        string="Baseline",
        readonly=True,
        help="What it is supposed to be. Secrets are compared by hashes, and shown as"
        " ***.",
    )
    after = fields.Char(string="Now", readonly=True)
    digest = fields.Char(readonly=True, groups="base.group_system")
    is_secret = fields.Boolean(string="Secret", readonly=True)
    state = fields.Selection(
        STATES, string="Status", required=True, readonly=True, default=DRIFTED
    )
    since = fields.Datetime(
        required=True,
        readonly=True,
        help="When it was changed; if that is not known, when it was found.",
    )
    unchanged_until = fields.Datetime(
        readonly=True, help="It was last read as it was before then."
    )
    first_seen = fields.Datetime(required=True, readonly=True)
    last_seen = fields.Datetime(required=True, readonly=True)
    ended = fields.Datetime(
        readonly=True,
        help="When it was as before again, became the baseline, or was changed again.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Changed By",
        readonly=True,
        ondelete="set null",
        help="Who was the last to change the record.",
    )
    deployment_id = fields.Many2one(
        "reliability.deployment",
        string="Brought By",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    accepted_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    accepted_at = fields.Datetime(string="Accepted", readonly=True)
    reason = fields.Char(readonly=True)

    _open = models.UniqueIndex("(source_id, key) WHERE state = 'drifted'")

    @api.model
    def _follow(self, source, found, reading, now):
        """Store what differs from the baseline of a source; return what is new.

        :param Drift found: how the reading differs
        :param Reading reading: in which they were found
        """
        drifted = [("source_id", "=", source.id), ("state", "=", DRIFTED)]
        known = {row.key: row for row in self.search(drifted)}
        new = []
        for one in found.differences:
            item = reading.items.get(one.key)
            values = {
                "kind": one.kind,
                "before": one.before,
                "after": one.after,
                "digest": item and item.digest,
                "is_secret": bool(item and item.is_secret),
                "last_seen": now,
            }
            row = known.pop(one.key, None)
            if row and row._has(values):
                row.write(values)
                continue
            if row:
                row.write({"state": REPLACED, "ended": now})
            new.append({**values, "source_id": source.id, "key": one.key})
        incomparable = {key for _source, key in found.incomparable}
        for row in known.values():
            if row.key not in incomparable:
                row.write({"state": IN_SYNC, "ended": now})
        created = self._create_new(source, new, reading, now)
        self.search(
            [*drifted, ("first_seen", ">", now - _MAY_BE_BROUGHT)]
        )._find_deployments(now)
        return created

    @api.model
    def _create_new(self, source, new, reading, now):
        """Create rows of what differs since now, with who has changed it."""
        records = source._records() if new else {}
        writes = last_writes(
            self.env,
            {
                tuple(records[subject])
                for subject in map(_subject, new)
                if subject in records
            },
        )
        baseline = source._items() if new else {}
        for values in new:
            subject = _subject(values)
            name = key_of(subject, "name")
            item = reading.items.get(name) or baseline.get(name)
            write = writes.get(tuple(records.get(subject, ())))
            if not (write and _is_recent(write, source.read_at, now)):
                write = Write(False, now)
            values |= {
                "name": item and item.value,
                "since": write.moment,
                "user_id": write.user,
                "unchanged_until": source.read_at,
                "first_seen": now,
            }
        self.flush_model(["state"])  # only one row of a setting is open
        return self.create(new)

    def _has(self, values):
        """Return whether a setting differs as it did when it was last read."""
        then, now = self.digest or None, values["digest"] or None
        return (self.kind, then) == (values["kind"], now)

    def _find_deployments(self, now):
        """Find out which deployments have brought these differences.

        What they brought is the baseline then, except for what somebody must know.
        """
        rows = self.filtered(lambda row: not row._is_pending())
        rollouts = self._rollouts(now) if rows else []
        if not rollouts:
            return
        for row in rows:
            found = brought_by(row._as_change(), rollouts)
            if found:
                row.deployment_id = found
        brought = rows.filtered("deployment_id").filtered(
            lambda row: row._cause() not in LASTING
        )
        for source, of_source in brought.grouped("source_id").items():
            source._adopt(of_source)
        brought.write({"state": EXPECTED, "ended": now})

    @api.model
    def _rollouts(self, now):
        """Return the deployments that may have brought something recently.

        What was only reported may never have run, or never end.
        """
        begin = now - 2 * _MAY_BE_BROUGHT
        deployments = self.env["reliability.deployment"].search(
            [("is_seen", "=", True), ("begin", ">", begin)]
        )
        return [
            Rollout(one.id, one.begin, one.end or one.begin, one.user_id.id or None)
            for one in deployments
        ]

    def _as_change(self):
        """Return when a setting was changed, and by whom."""
        is_known = self.since < self.first_seen
        after = self.since if is_known else self.unchanged_until or self.since
        person = self.user_id.id
        return Change(
            after, self.since, None if person in (False, SUPERUSER_ID) else person
        )

    def _cause(self):
        """Return what it means, as of :mod:`..drift_cause`."""
        values = (self.before or None, self.after or None)
        return cause_of(self.source_id.code, self.key, *values)

    def _is_pending(self):
        return is_pending(self.source_id.code, self.key)

    def _subject(self):
        """Return what the setting belongs to."""
        return split(self.key)[0]

    def action_accept(self):
        """Let what is now be the baseline of these settings."""
        self.check_access("read")
        if not self.env.user.has_group("reliability.group_manager"):
            raise AccessError(
                self.env._("Only managers of Reliability may accept what differs")
            )
        rows = self.sudo()
        if rows and all(row._is_pending() for row in rows):
            raise UserError(
                self.env._(
                    "What waits for a restart of PostgreSQL cannot be accepted: restart"
                    " it"
                )
            )
        rows._accept(False)
        return True

    def _accept(self, reason):
        """Store who has accepted what differs; it becomes the baseline."""
        rows = self.filtered(lambda row: row.state == DRIFTED and not row._is_pending())
        for source, of_source in rows.grouped("source_id").items():
            source._adopt(of_source)
        now = fields.Datetime.now()
        rows.write(
            {
                "state": ACCEPTED,
                "ended": now,
                "accepted_by_id": self.env.uid,
                "accepted_at": now,
                "reason": reason,
            }
        )

    @api.model
    def get_empty_list_help(self, help_message):
        """Say so where an empty list does not mean that nothing differs."""
        sources = self.env["reliability.drift.source"].sudo()
        if not sources._is_all_known(fields.Datetime.now()):
            help_message = _NO_CONTENT % (
                self.env._("Not all settings could be compared with the baseline"),
                self.env._("Baselines says which ones, and when they were last read."),
            )
        return super().get_empty_list_help(help_message)

    @api.autovacuum
    def _gc_drift(self):
        return delete_oldest(self, "ended", self.env.cr.now() - _RETENTION)


def _subject(values):
    return split(values["key"])[0]


def _is_recent(write, read_at, now):
    """Return whether a change was made since a source was last read."""
    return bool(read_at) and read_at - _TRANSACTION <= write.moment <= now
