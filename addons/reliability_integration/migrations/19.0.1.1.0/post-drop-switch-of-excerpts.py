"""Excerpts were on or off; now they are stored until a time."""


def migrate(cr, version):
    """Drop the former column: excerpts are off until they are turned on again."""
    cr.execute(
        "ALTER TABLE reliability_integration DROP COLUMN IF EXISTS stores_excerpts"
    )
