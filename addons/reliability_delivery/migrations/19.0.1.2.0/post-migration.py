"""A function of 19.0.1.1.0 that ``reliability_unsettled_label`` replaces."""


def migrate(cr, version):
    """Drop it."""
    cr.execute("DROP FUNCTION IF EXISTS reliability_label_unconfirmed(integer)")
