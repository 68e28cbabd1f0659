"""Roll-outs over all databases of the server, in the database of its operator."""

# What other databases say is apart from what was seen here.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, fields, models

from odoo.addons.reliability.api import formatting, write_changes

from ..databases import (
    BEHIND,
    DONE,
    PARTIAL,
    UNKNOWN,
    WITHIN,
    RollOut,
    assign,
    changes_of_all,
    is_behind,
    new_roll_outs,
    together,
)
from ..deployment_message import CANARY
from ..rollout import Change, undoes
from . import reliability_deployment as states
from .reliability_deployment_followed import SETTLED

SINCE = 2 * WITHIN
"""Deployments of other databases are read that began within this time."""


class ReliabilityDeployment(models.Model):
    _inherit = "reliability.deployment"

    database_ids = fields.One2many(
        "reliability.deployment.database",
        "deployment_id",
        string="Databases",
        groups="reliability.group_admin",
    )
    databases = fields.Char(
        compute="_compute_databases",
        groups="reliability.group_admin",
        help="In how many of the other databases of the server it is done.",
    )

    @api.depends("database_ids.state")
    @api.depends_context("lang")
    def _compute_databases(self):
        for deployment in self:
            count = len(deployment.database_ids)
            done = deployment.database_ids.filtered(lambda one: one.state == DONE)
            values = {"done": len(done), "count": count}
            deployment.databases = bool(count) and formatting.counted(
                count,
                self.env._("%(done)s of 1 database", **values),
                self.env._("%(done)s of %(count)s databases", **values),
            )

    def _databases_behind(self):
        """Return the databases that do not run all of it, as far as it is known."""
        rows = self.sudo().database_ids
        return rows.filtered(lambda one: one.state in (BEHIND, PARTIAL))

    def _number_of_databases_behind(self):
        """Return how many databases need somebody: a canary is to leave some behind."""
        return 0 if self.scope == CANARY else len(self._databases_behind())

    @api.model
    def _unfinished_elsewhere(self, now):
        """Return the deployments that databases may still follow.

        :param datetime now: in UTC
        """
        recent = self.search(
            [
                *(("is_seen", "=", True), ("user_id", "=", False)),
                *("|", ("state", "=", states.RUNNING), ("end", ">=", now - WITHIN)),
            ]
        )
        return recent.filtered(lambda one: not one._is_replaced())

    @api.model
    def _take_answers(self, answers, existing, now):
        """Store what other databases say.

        :param dict answers: name → `Answer`; ``None`` where its deployments do not
            count, `UNKNOWN` where it could not be asked
        :param set existing: the names of all databases
        :param datetime now: in UTC
        """
        known = [one for one in answers.values() if one and one != UNKNOWN]
        parts = {part for one in known for part in one.parts}
        recent = self.search(
            [
                *(("is_seen", "=", True), ("user_id", "=", False)),
                ("begin", ">=", now - SINCE - WITHIN),
            ]
        )
        for key, mine in assign(parts, [one._as_roll_out() for one in recent]).items():
            self.browse(key)._set_parts(mine)
            parts -= set(mine)
        for mine in new_roll_outs(parts):
            self._new_elsewhere(mine)._set_parts(mine)
        for one in self._unfinished_elsewhere(now):
            one._set_others(answers, existing, now)
            if one.state == states.DONE and one._databases_behind():
                one.state = states.PARTIAL

    def _as_roll_out(self):
        """Return it as :mod:`..databases` needs it."""
        rows = self.database_ids
        return RollOut(
            self.id,
            self.begin,
            tuple(self._changes()),
            tuple(Change(*one) for row in rows for one in row.changes or []),
            tuple(name for row in rows for name in row._not_upgraded()),
        )

    @api.model
    def _new_elsewhere(self, parts):
        """Return a new deployment of modules that only other databases have."""
        begin = min(one.begin for one in parts)
        before = [("is_seen", "=", True), ("begin", "<", begin)]
        last = self.search([*before, ("user_id", "=", False)], limit=1)
        is_back = undoes(changes_of_all(parts), last._changes())
        return self.create(
            {
                "begin": begin,
                "is_seen": True,
                "rolls_back_id": last.id if is_back else False,
            }
        )

    def _set_parts(self, parts):
        """Store what databases have deployed.

        :param parts: all of each database
        """
        rows = {one.name: one for one in self.database_ids}
        by_database = {}
        for part in parts:
            by_database.setdefault(part.database, []).append(part)
        for name, mine in by_database.items():
            values = rows.get(name, self.database_ids)._values_of(together(mine))
            self._set_database(rows.get(name), name, values)
        if parts and not self.fingerprint_ids:
            self._add_elsewhere(parts)

    def _set_database(self, row, name, values):
        if row:
            write_changes(row, values)
        else:
            self.database_ids.create({"deployment_id": self.id, "name": name, **values})

    def _add_elsewhere(self, parts):
        """Add what only other databases have: nothing was seen here."""
        begins, ends = [one.begin for one in parts], [one.end for one in parts]
        values = {"begin": min(self.begin, *begins)}
        values["end"] = max(ends) if not self.end else max(self.end, *ends)
        write_changes(self, values)
        known = {(one.kind, one.name) for one in self.change_ids}
        self.change_ids.create(
            [
                {"deployment_id": self.id, **one._asdict()}
                for one in changes_of_all(parts)
                if (one.kind, one.name) not in known
            ]
        )

    def _set_others(self, answers, existing, now):
        """Store which databases have not deployed it; what is done stays done."""
        rows = {one.name: one for one in self.database_ids}
        for name in rows.keys() - existing:
            if rows[name].state != DONE:
                rows[name].unlink()
        roll_out = self._as_roll_out()
        is_over = self.end and self.end + SETTLED <= now
        for name, answer in answers.items():
            row = rows.get(name, self.database_ids.browse())
            if row.state == DONE or (row.begin and answer not in (None, UNKNOWN)):
                continue  # its own deployments say it
            if answer == UNKNOWN:
                self._set_database(row, name, {"state": UNKNOWN})
            elif answer and is_over and is_behind(roll_out, answer):
                self._set_database(row, name, {"state": BEHIND})
            else:
                row.unlink()
