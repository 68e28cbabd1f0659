"""Many2one fields without a foreign key.

Telemetry is often committed outside of the business transaction, and stored longer than
its records.  A foreign key would wait for rows which that transaction has locked, and
would not find those that it has created.
"""

from odoo import fields


class NoForeignKeyMany2one(fields.Many2one):
    """A many2one without a foreign key in PostgreSQL; its record may not exist."""

    def update_db_foreign_key(self, model, column):
        """Create no foreign key."""
