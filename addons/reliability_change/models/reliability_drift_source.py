"""Sources of settings, each with its baseline: what production is supposed to be."""

import json
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.reliability.api import (
    is_neutralized,
    masked,
    masked_logger,
    settings,
    write_changes,
)

from ..canonical_json import canonical
from ..drift import (
    DRIFTED,
    IN_SYNC,
    NOT_FOUND,
    REMOVED,
    SALT_REPLACED,
    STALE,
    UNKNOWN,
    Item,
    Reading,
    compare,
    items_of,
    salt_name,
)
from ..sources import LOADED, PER_HOST, SOURCE_NAMES, SOURCES
from ..sources.found import Found, salt_of
from .drift_problems import describe_problem

_logger = masked_logger(__name__)

OVERDUE = timedelta(hours=3)
"""What was not read for so long is unknown; it is read each hour."""
HOST_GONE = timedelta(days=7)
_AGAIN = timedelta(minutes=12)
"""After something new: a deployment that has brought it may have become known."""
SETTLED = _AGAIN + timedelta(minutes=8)
"""Then, sources were read again: scheduled actions may be late."""
_TURN = timedelta(minutes=90)
"""What only its host can read was read by then, unless others have run the action."""


class ReliabilityDriftSource(models.Model):
    """A source that could not be read is unknown: never in sync."""

    _name = "reliability.drift.source"
    _description = "Source of Settings"
    _log_access = False
    _order = "code, host"
    _rec_name = "code"
    _rec_names_search = ["code", "host"]

    code = fields.Selection(SOURCE_NAMES, required=True, readonly=True)
    host = fields.Char(readonly=True, help="Of settings that each host has.")
    name = fields.Char(compute="_compute_name")
    state = fields.Selection(
        [(IN_SYNC, "In Sync"), (DRIFTED, "Drifted"), (UNKNOWN, "Unknown")],
        string="Status",
        compute="_compute_state",
    )
    tried_at = fields.Datetime(string="Tried", readonly=True)
    read_at = fields.Datetime(
        string="Compared", readonly=True, help="When it was last read without error."
    )
    problem = fields.Char(string="Problem Code", readonly=True)
    """Of :mod:`..drift`, or the text of an error."""
    problem_since = fields.Datetime(readonly=True)
    problem_text = fields.Char(
        string="Problem",
        compute="_compute_problem_text",
        help="Why it cannot be read or compared.",
    )
    baseline_at = fields.Datetime(string="Baseline of", readonly=True)
    baseline_by_id = fields.Many2one(
        "res.users",
        string="Taken By",
        readonly=True,
        ondelete="set null",
        help="Empty: it is the first reading.",
    )
    baseline_reason = fields.Char(string="Reason", readonly=True)
    baseline = fields.Text(readonly=True, prefetch=False, groups="base.group_system")
    """JSON: key → value, digest, whether it is a secret."""
    records = fields.Text(readonly=True, prefetch=False, groups="base.group_system")
    """JSON: subject of keys → model and id."""
    salt = fields.Char(readonly=True, groups="base.group_system", help="Its name.")
    drift_ids = fields.One2many("reliability.drift", "source_id", string="Differences")
    drift_count = fields.Integer(string="Differs", compute="_compute_drift_count")

    _once = models.UniqueIndex("(code, coalesce(host, ''))")

    @api.depends("code", "host")
    @api.depends_context("lang")
    def _compute_name(self):
        names = self._source_names()
        for source in self:
            name = names.get(source.code, "")
            source.name = f"{name} ({source.host})" if source.host else name

    @api.model
    def _source_names(self):
        """Return code → name, in the reader's language."""
        return dict(self._fields["code"]._description_selection(self.env))

    @api.depends("name")
    def _compute_display_name(self):
        for source in self:
            source.display_name = source.name

    @api.depends("drift_ids.state")
    def _compute_drift_count(self):
        counts = dict(
            self.env["reliability.drift"]._read_group(
                [("source_id", "in", self.ids), ("state", "=", DRIFTED)],
                ["source_id"],
                ["__count"],
            )
        )
        for source in self:
            source.drift_count = counts.get(source, 0)

    @api.depends("problem", "read_at", "drift_count")
    def _compute_state(self):
        for source in self:
            if source._is_unknown(fields.Datetime.now()):
                source.state = UNKNOWN
            else:
                source.state = DRIFTED if source.drift_count else IN_SYNC

    def _is_unknown(self, now):
        return bool(self._problem(now))

    def _problem(self, now):
        """Return why it is not known whether settings differ; empty if it is."""
        is_stale = not self.read_at or now - self.read_at > OVERDUE
        return self.problem or (STALE if is_stale else "")

    @api.depends("problem", "read_at")
    @api.depends_context("lang")
    def _compute_problem_text(self):
        now = fields.Datetime.now()
        for source in self:
            source.problem_text = describe_problem(self.env, source._problem(now))

    @api.model
    def _is_all_known(self, now):
        """Return whether all sources are compared, but those of hosts that are gone."""
        sources = self._of_hosts(self.search([]), now)
        return bool(sources) and not any(one._is_unknown(now) for one in sources)

    @api.model
    def _of_hosts(self, sources, now):
        """Return those that are of no host, or of one that is there."""
        alive = self._hosts_alive(now)
        return sources.filtered(lambda one: not one.host or one.host in alive)

    @api.model
    def _hosts_alive(self, now):
        """Return this host, and those whose measurements arrive."""
        deployments = self.env["reliability.deployment"].sudo()
        return {settings().host, *deployments._hosts_alive(now)}

    @api.model
    def _cron_compare(self):
        """Compare what is with the baseline; a neutralized copy differs anyway."""
        if not is_neutralized(self.env):
            self._compare(fields.Datetime.now())

    @api.model
    def _compare(self, now):
        """Read all sources; the first reading of one is its baseline.

        :param datetime now: in UTC
        """
        self.env["reliability.drift.host"]._record()
        alive = self._hosts_alive(now)
        known = {(one.code, one.host or ""): one for one in self.search([])}
        for key, (reading, found) in self._read_all(alive).items():
            source = known.pop(key, None) or self._new(*key)
            source._update(reading, found, now)
        for source in known.values():
            source._miss(alive, now)

    @api.model
    def _read_all(self, alive):
        """Return code and host → `Reading` and `Found`.

        :param alive: the hosts whose settings are in effect
        """
        own = settings().host
        codes = [code for code in SOURCES if code != LOADED]
        result = {
            (code, own if code in PER_HOST else ""): found
            for code, found in self._read(codes).items()
        }
        for row in self.env["reliability.drift.host"]._latest():
            if row.host in alive:
                result[LOADED, row.host] = row._reading(), Found({})
        return result

    def _miss(self, alive, now):
        """Follow a source that is not there: its history is of use for some days.

        The app is uninstalled, odoo.conf does not name it any more, another host must
        read it, or its host is gone.
        """
        self.ensure_one()
        missed = now - (self.tried_at or now)
        if missed > HOST_GONE:
            self.unlink()
        elif self.host in (False, settings().host):
            self._set_problem(NOT_FOUND, now)
        elif self.host in alive and _TURN < missed <= OVERDUE:
            self._compare_again(now)

    @api.model
    def _read(self, codes=tuple(SOURCES)):
        """Return code → `Reading` and `Found` of each source that exists here."""
        env = api.Environment(
            self.env.cr, api.SUPERUSER_ID, {"lang": None, "active_test": False}
        )
        salt = salt_name(salt_of(env))
        result = {}
        for code in codes:
            found, problem = self._read_one(env, SOURCES[code])
            if found is not None:
                reading = Reading(dict(found.items), problem, salt)
                result[code] = reading, found
        return result

    @api.model
    def _read_one(self, env, read):
        """Return what is found in a source, and why it cannot be read."""
        try:
            with env.cr.savepoint(flush=False):
                return read(env), ""
        except psycopg2.OperationalError:
            raise  # Odoo repeats the transaction
        except Exception as error:
            _logger.warning("Settings cannot be read: %s", error, exc_info=True)
            return Found({}), masked(f"{type(error).__name__}: {error}")[:200]

    @api.model
    def _new(self, code, host):
        """Return a new source; a new host is supposed to be as the others are."""
        values = {"code": code, "host": host or False}
        like = self.search(
            [("code", "=", code), ("baseline_at", "!=", False)],
            order="read_at desc nulls last",
            limit=1,
        )
        if like:
            for name in ("baseline", "baseline_at", "baseline_reason", "salt"):
                values[name] = like[name]
            values["baseline_by_id"] = like.baseline_by_id.id
        return self.create(values)

    def _update(self, reading, found, now):
        """Compare a reading with the baseline.

        :param Reading reading:
        :param Found found: what it was made of
        """
        self.ensure_one()
        self.tried_at = now
        if reading.problem:
            self._set_problem(reading.problem, now)
            return
        records = {**self._records(), **found.records}
        write_changes(self, {"records": canonical(records)})
        if not self.baseline_at:
            self.baseline_at = now
            self._store({**reading.items, **found.supposed}, reading.salt)
        baseline = Reading(self._items(), salt=self.salt)
        found_drift = compare({self.code: baseline}, {self.code: reading})
        self._set_problem(SALT_REPLACED if found_drift.incomparable else False, now)
        rows = self.env["reliability.drift"]
        new = rows._follow(self, found_drift, reading, now)
        self.read_at = now
        if new:
            self._compare_again(now)

    @api.model
    def _compare_again(self, now):
        cron = self.env.ref("reliability_change.cron_compare_settings", False)
        if cron:
            cron._trigger(now + _AGAIN)

    def _set_problem(self, problem, now):
        since = (self.problem_since or now) if problem else False
        write_changes(self, {"problem": problem, "problem_since": since})

    def _items(self):
        """Return the baseline: key → `Item`."""
        return items_of(json.loads(self.sudo().baseline or "{}"))

    def _records(self):
        """Return subject of keys → model and id, also of what was deleted since."""
        return json.loads(self.sudo().records or "{}")

    def _store(self, items, salt=None):
        values = {"baseline": canonical(items)}
        if salt is not None:
            values["salt"] = salt
        write_changes(self, values)

    def _adopt(self, rows):
        """Let what differs be the baseline.

        :param rows: of ``reliability.drift``, all of this source
        """
        self.ensure_one()
        items = self._items()
        for row in rows:
            if row.kind == REMOVED:
                items.pop(row.key, None)
            else:
                items[row.key] = Item(row.after or "", row.digest, row.is_secret)
        self._store(items)

    @api.model
    def _take_baseline(self, reason):
        """Let all that is now be the baseline, as a person has decided.

        :return: the sources that could not be read
        """
        if is_neutralized(self.env):
            raise UserError(
                self.env._("A neutralized copy has no baseline: take it in production")
            )
        now = fields.Datetime.now()
        self._compare(now)
        compared = self.search([("tried_at", "=", now)])
        taken = compared.filtered(lambda one: one.problem in (False, SALT_REPLACED))
        taken.drift_ids.filtered(lambda row: row.state == DRIFTED)._accept(reason)
        incomparable = taken.filtered("problem")
        if incomparable:
            incomparable.baseline_at = False
            self._compare(now)
        taken.write(
            {
                "baseline_at": now,
                "baseline_by_id": self.env.uid,
                "baseline_reason": reason,
            }
        )
        return self.search([]) - taken
