"""Rollups of 19.0.1.0.0 say of calls without a duration that none was fast."""

from odoo.addons.reliability.telemetry.families import registered


def migrate(cr, version):
    """Let these calls be neither fast nor slow, as they are counted today.

    At the end, when all addons have registered their families.
    """
    names = [spec.name for spec in registered().values() if not spec.has_durations]
    for table in ("minute", "hour"):
        # pylint: disable-next=sql-injection
        cr.execute(
            f"UPDATE reliability_rollup_{table} SET fast = NULL"
            " FROM reliability_series AS series"
            " WHERE series.id = series_id AND family = ANY(%s) AND fast IS NOT NULL",
            [names],
        )
