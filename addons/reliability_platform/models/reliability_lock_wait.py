"""Lock waits: which call waited for a lock in the database, and which one held it."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import (
    DEGRADED,
    Finding,
    StatusKey,
    delete_oldest,
    retention_of,
)

_CURRENT = timedelta(seconds=40)
"""Collectors look every ten seconds: a wait not seen for so long is over."""
_LONG = timedelta(seconds=10)
"""A wait of this length is a finding, however fast other calls are."""


class ReliabilityLockWait(models.Model):
    """One wait of one connection, written only by collectors: ``collector/lock_waits``.

    What is not known is empty: for a process of another program, or of several threads.
    """

    _name = "reliability.lock.wait"
    _description = "Lock Wait"
    _log_access = False
    _order = "since desc, id desc"

    backend = fields.Integer(required=True, help="The waiting PostgreSQL process.")
    since = fields.Datetime(string="Began", required=True)
    seen = fields.Datetime(string="Last Seen", required=True)
    seconds = fields.Float(
        string="Waited (s)", compute="_compute_seconds", digits=(16, 0)
    )
    waiter = fields.Char(string="Waiting", compute="_compute_waiter")
    holder = fields.Char(string="Lock Holder", compute="_compute_holder")
    family = fields.Char()
    service = fields.Char()
    operation = fields.Char()
    company = fields.Char(string="Company Label")
    warehouse = fields.Char()
    relation = fields.Char(string="Table")
    holder_backend = fields.Integer(help="The PostgreSQL process that holds the lock.")
    holder_opened = fields.Datetime(string="Holder's Transaction Began")
    holder_program = fields.Char(string="Holder's Program")
    holder_state = fields.Char(string="Holder's State")
    holder_family = fields.Char()
    holder_operation = fields.Char(string="Holder's Operation")

    _wait_unique = models.UniqueIndex("(backend, since)")
    _by_seen = models.Index("(seen)")

    @api.depends("since", "seen")
    def _compute_seconds(self):
        for wait in self:
            wait.seconds = (wait.seen - wait.since).total_seconds()

    @api.depends("family", "operation")
    @api.depends_context("lang")
    def _compute_waiter(self):
        diagnosis = self.env["reliability.diagnosis"]
        by_operation = self.grouped(lambda wait: (wait.family, wait.operation))
        for (family, operation), waits in by_operation.items():
            waits.waiter = (
                diagnosis._display_name_of(family, operation) if operation else ""
            )

    @api.depends(
        "holder_backend", "holder_family", "holder_operation", "holder_program"
    )
    @api.depends_context("lang")
    def _compute_holder(self):
        diagnosis = self.env["reliability.diagnosis"]
        by_holder = self.grouped(
            lambda wait: tuple(diagnosis._holder_of(wait).values())
        )
        for waits in by_holder.values():
            waits.holder = diagnosis._name_holder(diagnosis._holder_of(waits[0]))

    @api.model
    def _current(self):
        """Return the waits that go on, the longest first."""
        return self._since(self.env.cr.now() - _CURRENT)

    @api.model
    def _since(self, moment):
        """Return the waits that were seen since a moment, the longest first."""
        return self.sudo().search([("seen", ">=", moment)], order="since, id")

    def _filter_by_key(self, key):
        """Return the waits of calls of a service, company and warehouse.

        :param StatusKey key: which these are
        """
        service = self.env["reliability.service"].browse(key.service_id).code
        return self.filtered(
            lambda wait: (
                wait.service == service
                and wait._company_and_warehouse() == (key.company_id, key.warehouse)
            )
        )

    def _total_seconds(self):
        """Return the seconds of all these waits, added up."""
        return sum(self.mapped("seconds"))

    @api.model
    def _findings(self, services):
        """Return findings for calls that have waited for a lock for long.

        :param dict services: code → record
        :return: as ``reliability.evaluator._findings``
        """
        by_operation = defaultdict(list)
        for wait in self._current():
            if wait.service not in services:
                continue
            key = StatusKey(services[wait.service].id, *wait._company_and_warehouse())
            operation = "" if wait.family == "http" else wait.operation
            by_operation[key, operation].append(wait)
        found = []
        for (key, operation), waits in by_operation.items():
            since = min(wait.since for wait in waits)
            if self.env.cr.now() - since >= _LONG:
                numbers = len(waits), len(waits), since
                finding = Finding(DEGRADED, "blocked", *numbers, has_own_time=True)
                is_shared = any(wait.family != "operation" for wait in waits)
                found.append((key, operation, finding, is_shared))
        return found

    def _company_and_warehouse(self):
        """Return the company's id, or ``None``, and the warehouse's code of a wait."""
        company = self.company or ""
        return (int(company) if company.isdecimal() else None, self.warehouse or "")

    @api.autovacuum
    def _gc_waits(self):
        before = self.env.cr.now() - timedelta(days=retention_of(self.env).minutes)
        return delete_oldest(self, "seen", before)
