"""A many2one without a foreign key.

Telemetry is often committed outside of the business transaction, and has a longer
retention.  A foreign key would wait for rows that the business transaction has locked,
and would not find rows that it has created.
"""

from odoo import fields


class NoForeignKeyMany2one(fields.Many2one):
    """A many2one without a foreign key; its record may not exist any more."""

    def update_db_foreign_key(self, model, column):
        """Create no foreign key."""
