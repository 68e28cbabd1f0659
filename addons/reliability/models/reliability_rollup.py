"""Rollups: calls added up by minute and by hour, from the collectors of all hosts."""

from datetime import timedelta

from odoo import api, fields, models

from ..telemetry.events import OUTCOMES
from .retention import (
    BATCH_SIZE,
    delete_oldest,
    oldest_to_keep,
    retention_of,
    set_minutes_complete_since,
)
from .sql_functions import fix_search_path

OUTCOME_NAMES = [(name, name.replace("_", " ").capitalize()) for name in OUTCOMES]
"""Outcomes for a selection field."""


class ReliabilitySeries(models.Model):
    _name = "reliability.series"
    _description = "Measured Series"
    _log_access = False

    family = fields.Char(required=True)
    service = fields.Char(required=True)
    operation = fields.Char(required=True)
    company = fields.Char(string="Company Label", required=True)
    company_id = fields.Many2one("res.company", index="btree_not_null")
    warehouse = fields.Char(required=True)
    dimension = fields.Char(required=True)

    _labels_unique = models.UniqueIndex(
        "(family, service, operation, company, warehouse, dimension)"
    )

    @api.autovacuum
    def _gc_series(self):
        """Delete a batch of series without rollups."""
        self.env.cr.execute(
            """
            DELETE FROM reliability_series WHERE id IN (
                SELECT id FROM reliability_series AS series
                 WHERE NOT EXISTS (SELECT FROM reliability_rollup_minute
                                    WHERE series_id = series.id)
                   AND NOT EXISTS (SELECT FROM reliability_rollup_hour
                                    WHERE series_id = series.id)
                   AND NOT EXISTS (SELECT FROM reliability_rollup_top_call
                                    WHERE series_id = series.id)
                 LIMIT %s FOR UPDATE SKIP LOCKED)
            """,
            [BATCH_SIZE],
        )
        self.env.invalidate_all()
        return self.env.cr.rowcount, self.env.cr.rowcount == BATCH_SIZE


class ReliabilityRollup(models.AbstractModel):
    """The columns of rollups; rows can be added over hosts and any period."""

    _name = "reliability.rollup"
    _description = "Measured Calls"
    _log_access = False
    _order = "start desc, id desc"

    series_id = fields.Many2one("reliability.series", required=True, index=True)
    start = fields.Datetime(required=True, help="Start of the minute or hour.")
    outcome = fields.Selection(OUTCOME_NAMES, required=True)
    host = fields.Char(required=True)
    threshold = fields.Float(
        required=True, help="Latency threshold in seconds; 0 without one."
    )
    count = fields.Integer(required=True)
    fast = fields.Integer(
        help="Calls at or under the threshold. NULL if they have no duration or no"
        " threshold: then they are neither fast nor slow."
    )
    seconds = fields.Float(required=True)
    sql = fields.Float(required=True)
    external = fields.Float(required=True)
    cpu = fields.Float(required=True)
    queries = fields.Float(required=True)
    records = fields.Float(required=True)
    buckets = fields.Json(required=True, help="Bucket of schema 5 → calls.")


class ReliabilityRollupMinute(models.Model):
    _name = "reliability.rollup.minute"
    _inherit = "reliability.rollup"
    _description = "Measured Calls by Minute"

    _row_unique = models.UniqueIndex("(start, series_id, outcome, host, threshold)")

    @api.autovacuum
    def _gc_minutes(self):
        retention = retention_of(self.env)
        before = oldest_to_keep(self, retention.minutes, retention.rows)
        count, more = delete_oldest(self, "start", before)
        if count:
            set_minutes_complete_since(self.env, before)
        return count, more


class ReliabilityRollupHour(models.Model):
    _name = "reliability.rollup.hour"
    _inherit = "reliability.rollup"
    _description = "Measured Calls by Hour"

    _row_unique = models.UniqueIndex("(start, series_id, outcome, host, threshold)")

    def init(self):
        """Create functions: the sum of two histograms, or of many, and a quantile."""
        self.env.cr.execute("""
            CREATE OR REPLACE FUNCTION reliability_add(one jsonb, other jsonb)
            RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
                SELECT coalesce(jsonb_object_agg(key, calls), '{}')
                  FROM (SELECT key, sum(value::bigint) AS calls
                          FROM (SELECT * FROM jsonb_each_text(one)
                                 UNION ALL
                                SELECT * FROM jsonb_each_text(other)) AS every
                         GROUP BY key) AS added
            $$
        """)
        # The quantile of a histogram, as telemetry/histogram.py has it.
        self.env.cr.execute("""
            CREATE OR REPLACE FUNCTION reliability_quantile(
                histogram jsonb, share double precision
            ) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
                SELECT 2::double precision ^ ((bucket - 0.5) / 32)
                  FROM (SELECT bucket, sum(calls) OVER (ORDER BY bucket) AS below,
                               sum(calls) OVER () AS total
                          FROM (SELECT key::integer AS bucket, value::bigint AS calls
                                  FROM jsonb_each_text(histogram)) AS every) AS ranked
                 WHERE below >= greatest(1, ceil(share * total))
                 ORDER BY bucket LIMIT 1
            $$
        """)
        fix_search_path(self.env.cr, ["reliability_add", "reliability_quantile"])
        self.env.cr.execute(
            "SELECT FROM pg_proc WHERE proname = 'reliability_sum' AND prokind = 'a'"
        )
        if not self.env.cr.rowcount:
            self.env.cr.execute("""
                CREATE AGGREGATE reliability_sum(jsonb) (
                    SFUNC = reliability_add, STYPE = jsonb, INITCOND = '{}'
                )
            """)

    @api.autovacuum
    def _gc_hours(self):
        retention = retention_of(self.env)
        before = oldest_to_keep(self, retention.hours, retention.rows)
        return delete_oldest(self, "start", before)


class ReliabilityRollupTopCall(models.Model):
    _name = "reliability.rollup.top.call"
    _description = "Slow, Rejected and Failed Calls of an Hour"
    _log_access = False
    _order = "hour desc, seconds desc"

    series_id = fields.Many2one("reliability.series", required=True)
    hour = fields.Datetime(required=True)
    ended = fields.Datetime(required=True)
    outcome = fields.Char(required=True)
    seconds = fields.Float(required=True)
    sql = fields.Float(required=True)
    queries = fields.Integer(required=True)
    records = fields.Integer(required=True)
    record_id = fields.Integer()
    record_ids = fields.Json(help="Where there are several, and not too many.")
    error_class = fields.Char()
    error_message = fields.Char(help="Masked and shortened.")
    host = fields.Char(required=True)

    _by_series_and_hour = models.Index("(series_id, hour)")

    @api.autovacuum
    def _gc_top_calls(self):
        before = self.env.cr.now() - timedelta(days=retention_of(self.env).minutes)
        return delete_oldest(self, "hour", before)
