"""Who waited for a lock of the database, and for whom, as collectors have seen it."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models

from ..telemetry.evaluation import DEGRADED, Finding
from .reliability_service_status import Place
from .retention import forget, retention_of

_STILL = timedelta(seconds=40)
"""Collectors look every ten seconds: who was not seen for so long waits no more."""
_LONG = timedelta(seconds=10)
"""Who has waited for so long is in trouble, however fast others are."""


class ReliabilityLockWait(models.Model):
    """One wait of one connection.  Only collectors write it: ``collector/lock_waits``.

    What is not known is empty: of a process of another program, or of several threads.
    """

    _name = "reliability.lock.wait"
    _description = "Wait for a Lock"
    _log_access = False
    _order = "since desc, id desc"

    backend = fields.Integer(required=True, help="PostgreSQL's number of who waits.")
    since = fields.Datetime(string="Began", required=True)
    seen = fields.Datetime(string="Seen Last", required=True)
    seconds = fields.Float(
        string="Waited (s)", compute="_compute_seconds", digits=(16, 0)
    )
    who = fields.Char(string="Who Waits", compute="_compute_who")
    holder = fields.Char(string="For Whom", compute="_compute_holder")
    family = fields.Char()
    service = fields.Char()
    operation = fields.Char()
    company = fields.Char(string="Company Label")
    warehouse = fields.Char()
    relation = fields.Char(string="Table")
    holder_backend = fields.Integer(help="PostgreSQL's number of whom they wait for.")
    holder_opened = fields.Datetime(string="Holder's Transaction Began")
    holder_program = fields.Char(string="Holder's Program")
    holder_state = fields.Char(string="What the Holder Did")
    holder_family = fields.Char()
    holder_service = fields.Char()
    holder_operation = fields.Char(string="Holder's Operation")

    _wait_unique = models.UniqueIndex("(backend, since)")
    _by_seen = models.Index("(seen)")

    @api.depends("since", "seen")
    def _compute_seconds(self):
        for wait in self:
            wait.seconds = (wait.seen - wait.since).total_seconds()

    @api.depends("family", "operation")
    @api.depends_context("lang")
    def _compute_who(self):
        names = self.env["reliability.diagnosis"]
        for (family, known), waits in self.grouped(
            lambda of: (of.family, of.operation)
        ).items():
            waits.who = names._display_name_of(family, known) if known else ""

    @api.depends(
        "holder_backend", "holder_family", "holder_operation", "holder_program"
    )
    @api.depends_context("lang")
    def _compute_holder(self):
        names = self.env["reliability.diagnosis"]
        for waits in self.grouped(
            lambda of: tuple(names._holder(of).values())
        ).values():
            waits.holder = names._name_holder(names._holder(waits[0]))

    @api.model
    def _now(self):
        """Return the waits that go on, those of the longest first."""
        return self._since(self.env.cr.now() - _STILL)

    @api.model
    def _since(self, moment):
        """Return the waits that were seen since a moment, by when they began."""
        return self.sudo().search([("seen", ">=", moment)], order="since, id")

    def _of(self, place):
        """Return those of work of a place."""
        service = self.env["reliability.service"].browse(place.service_id).code
        return self.filtered(
            lambda of: of.service == service and of._where() == place[1:]
        )

    def _seconds(self):
        """Return for how long all of these have waited."""
        return sum(self.mapped("seconds"))

    @api.model
    def _findings(self, services, shared):
        """Return what waits for a lock, and has for long.

        :param services: code → record
        :param set shared: gets the places that are of the whole database
        :rtype: dict[Place, list]
        :return: (operation, finding) of each operation that waits
        """
        waits = defaultdict(list)
        for wait in self._now():
            if wait.service not in services:
                continue
            place = Place(services[wait.service].id, *wait._where())
            if wait.family != "operation":
                shared.add(place)
            waits[place, "" if wait.family == "http" else wait.operation].append(wait)
        found = defaultdict(list)
        for (place, operation), here in waits.items():
            since = min(wait.since for wait in here)
            if self.env.cr.now() - since >= _LONG:
                finding = Finding(DEGRADED, "blocked", len(here), len(here), since)
                found[place].append((operation, finding))
        return found

    def _where(self):
        """Return the company and the warehouse of who waits."""
        company = self.company or ""
        return (int(company) if company.isdecimal() else None, self.warehouse or "")

    @api.autovacuum
    def _gc_waits(self):
        before = self.env.cr.now() - timedelta(days=retention_of(self.env).minutes)
        return forget(self, "seen", before)
