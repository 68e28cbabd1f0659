"""Reading what other databases of the server have deployed, by a scheduled action."""

# Reading is apart from what follows from it.
# pylint: disable=consider-merging-classes-inherited

import functools
import time
from datetime import timedelta

import psycopg2

from odoo import api, fields, models

from odoo.addons.reliability.api import (
    is_neutralized,
    masked_logger,
    served_databases,
    settings,
    store_text,
    stored_text,
)

from .. import other_database
from ..databases import DONE, UNKNOWN
from ..rollout import MODULE
from .reliability_deployment_elsewhere import SINCE

LAST_ROUND = "reliability.databases_last_round"
"""System parameter: when all databases were last asked, in UTC."""
_EVERY = timedelta(minutes=30)
"""Modules that only other databases have are found within this time."""
_FOLLOWING = timedelta(minutes=15)
"""After a deployment here, all others are asked for it for so long."""
_SECONDS = 60.0
"""For all databases together; the others are asked the next time."""

_logger = masked_logger(__name__)


class ReliabilityDeployment(models.Model):
    _inherit = "reliability.deployment"

    @api.model
    def _cron_read_databases(self):
        """Find out what other databases have deployed, in that of the operator only."""
        here = self.env.cr.dbname
        if settings().operator_database != here or is_neutralized(self.env):
            return
        now = fields.Datetime.now()
        existing = served_databases(self.env.cr)
        names = self._databases_to_ask(existing - {here}, now)
        if not names:
            return
        answers = self._ask_databases(names, now)
        # What was seen here in the meantime must be known when answers are stored.
        self.env["ir.cron"]._commit_progress()
        self.env.invalidate_all()
        self._take_answers(answers, existing, now)

    @api.model
    def _databases_to_ask(self, others, now):
        """Return the databases to ask: those that a deployment is waiting for.

        And all of them each half an hour, also if nothing is known to be deployed.

        :param set others: all names
        """
        last = fields.Datetime.to_datetime(stored_text(self.env, LAST_ROUND) or False)
        if not last or now - last >= _EVERY:
            store_text(self.env, LAST_ROUND, fields.Datetime.to_string(now))
            return others
        waiting = [
            one._databases_awaited(others, now)
            for one in self._unfinished_elsewhere(now)
        ]
        return set().union(*waiting)

    def _databases_awaited(self, others, now):
        """Return the databases in which it is not done yet.

        Soon after its end it is known which ones it does not concern.
        """
        names = others if not self.end or now <= self.end + _FOLLOWING else set()
        names = names | set(self.database_ids.mapped("name"))
        return names & others - self._databases_in(DONE)

    def _databases_in(self, state):
        """Return the names of the databases in a state."""
        rows = self.database_ids.filtered(lambda one: one.state == state)
        return set(rows.mapped("name"))

    @api.model
    def _ask_databases(self, names, now):
        """Return what databases say, see `_take_answers`; one is asked after the other.

        Those that could not be asked come last: they must not delay the others.
        """
        unfinished = self._unfinished_elsewhere(now)
        modules = {one.name for one in unfinished.change_ids if one.kind == MODULE}
        silent = unfinished._databases_in(UNKNOWN)
        until, answers = time.monotonic() + _SECONDS, {}
        for name in sorted(names, key=lambda name: (name in silent, name)):
            if time.monotonic() >= until:
                break
            answers[name] = self._ask_database(name, now - SINCE, modules)
        return answers

    @api.model
    def _ask_database(self, name, since, modules):
        try:
            return other_database.ask(name, since, modules)
        except psycopg2.Error as error:
            _log_once(name, str(error).strip())
            return UNKNOWN


@functools.cache
def _log_once(name, error):
    _logger.warning("What database %s has deployed is unknown: %s", name, error)
