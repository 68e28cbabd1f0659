"""Figures of the whole database, as production had them."""

import time
from datetime import timedelta

from psycopg2.errors import QueryCanceled

from odoo import api, fields, models

from ..figures import figures, quick_figures

_SHARE = 1000
"""Figures take at most a thousandth of a core: these times as long passes before the
next ones are made."""
# By one process: the time that it takes is then that of one core.
_LIMITS = """
    SET LOCAL statement_timeout = '60s';
    SET LOCAL max_parallel_workers_per_gather = 0
"""


class ReliabilityRecoveryFigures(models.Model):
    """One row, with the last figures."""

    _name = "reliability.recovery.figures"
    _description = "Figures of the Database"
    _log_access = False
    _rec_name = "made_at"

    made_at = fields.Datetime(required=True)
    seconds = fields.Float(required=True, aggregator=None, help="How long it took.")
    figures = fields.Json(required=True)

    @api.model
    def _update(self):
        """Make the figures again, if the last ones were made long enough ago."""
        made_at = self.env.cr.now()
        last = self.search([])
        if last and made_at < last.made_at + timedelta(seconds=last.seconds * _SHARE):
            return
        begin = time.monotonic()
        try:
            with self.env.cr.savepoint():
                self.env.cr.execute(_LIMITS)
                found = figures(self.env.cr)
        except QueryCanceled:
            found = quick_figures(self.env.cr)
        values = {"made_at": made_at, "figures": found}
        values["seconds"] = time.monotonic() - begin
        if last:
            last.write(values)
        else:
            self.create(values)
