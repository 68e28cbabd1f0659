"""References that PostgreSQL does not check.

Telemetry is often committed beside the transaction of the business, and kept longer.  A
foreign key would wait for rows which that transaction has locked, or not find those it
has made.
"""

from odoo import fields


class NoForeignKeyMany2one(fields.Many2one):
    """A many2one without a foreign key; what it leads to may be gone."""

    def update_db_foreign_key(self, model, column):
        """Make none."""
