"""The storage of objectives: changes to be counted, slices, and sums of windows.

They are written by SQL, see :mod:`.counting`; nobody else writes them.
"""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import create_functions

from .counting import SLICE_DAYS


class ReliabilitySloChange(models.Model):
    """Events that rollups got since the last evaluation; triggers write them."""

    _name = "reliability.slo.change"
    _description = "Change of Rollups"
    _log_access = False

    series_id = fields.Integer(required=True)
    start = fields.Datetime(required=True, help="The minute.")
    outcome = fields.Char(required=True)
    count = fields.Integer(required=True)
    timed = fields.Integer(required=True)
    fast = fields.Integer(required=True)

    def init(self):
        result = super().init()
        create_functions(self.env.cr, "reliability_slo/data/changes.sql")
        return result

    @api.model
    def _drop_triggers(self):
        """Drop the triggers, so that rollups can be written when the app is gone."""
        self.env.cr.execute("""
            DROP FUNCTION IF EXISTS reliability_slo_record_added() CASCADE;
            DROP FUNCTION IF EXISTS reliability_slo_record_changed() CASCADE;
        """)


class ReliabilitySloSlice(models.Model):
    """Good and all events of one budget in a few minutes; in an hour, where rollups by
    minute were deleted before the objective was made."""

    _name = "reliability.slo.slice"
    _description = "Slice of an Error Budget"
    _log_access = False
    _order = "start desc, id desc"

    # Without a foreign key, which takes half of the time of counting 90 days.
    budget_id = fields.Integer(required=True, help="An error budget.")
    start = fields.Datetime(required=True)
    good = fields.Integer(required=True)
    total = fields.Integer(required=True)
    is_excluded = fields.Boolean(
        required=True, help="Outside of working hours, or in a maintenance window."
    )

    _slice_unique = models.UniqueIndex("(budget_id, start)")
    _good_at_most_total = models.Constraint("CHECK (0 <= good AND good <= total)")

    @api.autovacuum
    def _gc_slices(self):
        """Delete old slices, and those of budgets that are gone."""
        before = self.env.cr.now() - timedelta(days=SLICE_DAYS)
        self.env.cr.execute(
            "DELETE FROM reliability_slo_slice AS slice"
            " WHERE start < %s OR NOT EXISTS (SELECT FROM reliability_slo_budget"
            "                                  WHERE id = slice.budget_id)",
            [before],
        )
        return self.env.cr.rowcount, 0


class ReliabilitySloWindow(models.Model):
    """The sum of the slices of a budget since a moment that moves on.

    An evaluation adds what is new and subtracts what the window has left, so it takes
    as long for a window of 90 days as for one of an hour.
    """

    _name = "reliability.slo.window"
    _description = "Window of an Error Budget"
    _log_access = False

    budget_id = fields.Many2one(
        "reliability.slo.budget", required=True, ondelete="cascade"
    )
    seconds = fields.Integer(
        required=True, help="Its length; 0 for the week, the month or the quarter."
    )
    since = fields.Datetime(required=True)
    good = fields.Float(required=True, digits=(20, 0))
    total = fields.Float(required=True, digits=(20, 0))
    all_good = fields.Float(
        required=True, digits=(20, 0), help="With excluded slices, too."
    )
    all_total = fields.Float(required=True, digits=(20, 0))

    _window_unique = models.UniqueIndex("(budget_id, seconds)")


class ReliabilitySloExclusion(models.Model):
    """A time that does not count for an objective."""

    _name = "reliability.slo.exclusion"
    _description = "Excluded Time"
    _log_access = False

    slo_id = fields.Many2one("reliability.slo", required=True, ondelete="cascade")
    start = fields.Datetime(required=True)
    end = fields.Datetime(required=True)
    maintenance_id = fields.Many2one(
        "reliability.maintenance",
        ondelete="cascade",
        help="None outside of working hours.",
    )

    _by_objective = models.Index("(slo_id, start)")
