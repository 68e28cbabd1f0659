"""The evaluation of objectives for exchanges."""

# What runs each minute has a file of its own.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import store_text, stored_text
from odoo.addons.reliability_integration.models.retention import retention_of
from odoo.addons.reliability_slo.models import counting
from odoo.addons.reliability_slo.models.slo_parameters import EVALUATED

from ..measures import MEASURES
from . import exchanges
from .exchange_changes import COMPLETE_SINCE

_EPOCH = "1970-01-01 00:00:00"


class ReliabilitySlo(models.Model):
    _inherit = "reliability.slo"

    @api.model
    def _changes(self, now):
        return super()._changes(now) + self._restated(now)

    @api.model
    def _restated(self, now):
        """Return what the ledger says now of slices in which something has changed,
        or a deadline has passed, less what was counted.

        :rtype: list[counting.Change]
        """
        last = stored_text(self.env, EVALUATED.key) or _EPOCH
        overdue = self._execute(exchanges.OVERDUE, last=last, now=now).fetchall()
        minutes = {*self._drain_exchanges(now), *(minute for (minute,) in overdue)}
        if not minutes:
            return []
        rows = self._execute(
            exchanges.RESTATED,
            minutes=sorted(minutes),
            measures=list(MEASURES),
            since=self._exchanges_since(now),
            now=now,
        )
        return [counting.Change(*row) for row in rows.fetchall()]

    @api.model
    def _drain_exchanges(self, now):
        """Return the minutes whose exchanges have changed; store what was deleted."""
        rows = self._execute(
            "DELETE FROM reliability_slo_exchange_change RETURNING start, is_deletion"
        ).fetchall()
        deleted = [start for start, is_deletion in rows if is_deletion]
        if deleted and max(deleted) > self._exchanges_since(now):
            self._set_exchanges_since(max(deleted))
        return {start for start, is_deletion in rows if not is_deletion}

    @api.model
    def _exchanges_since(self, now):
        """Return the moment after which the ledger is complete, in UTC.

        Slices that begin until then stay as they are.
        """
        stored = fields.Datetime.to_datetime(stored_text(self.env, COMPLETE_SINCE.key))
        if not stored:
            stored = now - timedelta(days=retention_of(self.env).done)
            self._set_exchanges_since(stored)
        return stored

    @api.model
    def _set_exchanges_since(self, moment):
        store_text(self.env, COMPLETE_SINCE.key, fields.Datetime.to_string(moment))

    def _add_slices_anew(self, now):
        super()._add_slices_anew(now)
        slos = self.filtered(lambda slo: slo.measure in MEASURES)
        if not slos:
            return
        since = self._exchanges_since(now)
        rows = self._execute(exchanges.ANEW, slos=slos.ids, since=since, now=now)
        columns = counting.columns([counting.Change(*row) for row in rows.fetchall()])
        self._add_budgets(counting.OF_CHANGES, now, **columns)
        self._execute(counting.ADD_SLICES, **columns)
