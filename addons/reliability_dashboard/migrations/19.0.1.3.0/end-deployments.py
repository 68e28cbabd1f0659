"""The table of upgrades is dropped, once ``reliability_change`` has taken them over."""


def migrate(cr, version):
    """Drop it: Odoo leaves tables of models that are gone."""
    cr.execute("DROP TABLE IF EXISTS reliability_upgrade")
