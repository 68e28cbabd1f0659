"""The outgoing heartbeat of this database, see :mod:`..heartbeat`."""

import functools

from odoo import api, models
from odoo.tools import config

from odoo.addons.reliability.api import is_neutralized, masked_logger, settings

from ..heartbeat import INVALID, OPTION, SHARED, Heartbeats, problem_of, url_of

_LOGGED = {
    INVALID: "is not a valid http or https address",
    SHARED: "has no {db}, and db_name does not name one database only",
}

_logger = masked_logger(__name__)
_heartbeats = Heartbeats(_logger)


class ReliabilityHeartbeat(models.AbstractModel):
    _name = "reliability.heartbeat"
    _description = "Outgoing Heartbeat"

    @api.model
    def _send_on_commit(self, now):
        """Send a heartbeat when the transaction of an evaluation is committed.

        At most one in a calendar minute, and none of a neutralized copy.  To be called
        before the time of the evaluation is stored.

        :param datetime now: of the evaluation, in UTC
        """
        address = self._address()
        if not address:
            return
        before = self.env["reliability.evaluator"]._last()
        if before and _minute(before) == _minute(now):
            return
        if problem := self._address_problem():
            _log_once(problem)
        elif not is_neutralized(self.env):
            db = self.env.cr.dbname
            url = url_of(address, db)
            self.env.cr.postcommit.add(functools.partial(_heartbeats.send, db, url))

    @api.model
    def _address(self):
        """Return the address in odoo.conf; empty without one."""
        return settings().options.get(OPTION, "").strip()

    @api.model
    def _address_problem(self):
        """Return why the address in odoo.conf is not used, else empty."""
        address = self._address()
        is_only_database = config["db_name"] == [self.env.cr.dbname]
        return problem_of(address, is_only_database) if address else ""


def _minute(moment):
    return moment.replace(second=0, microsecond=0)


@functools.cache
def _log_once(problem):
    _logger.error(
        "[reliability] %s %s, so no heartbeat is sent; correct it in odoo.conf and"
        " restart Odoo",
        OPTION,
        _LOGGED[problem],
    )
