"""The calendar of 19.0.1.1.0 read a view; the calendar of this version does not."""


def migrate(cr, version):
    """Drop the view, which Odoo leaves when its model is gone."""
    cr.execute("DROP VIEW IF EXISTS reliability_edi_daily_status")
