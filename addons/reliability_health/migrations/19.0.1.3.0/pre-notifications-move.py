"""Notifications are in ``reliability_incident``: it is installed with this upgrade."""


def migrate(cr, version):
    """Mark the addon to be installed: Odoo does so before it ends the upgrade."""
    cr.execute(
        """
        UPDATE ir_module_module SET state = 'to install'
         WHERE name IN ('reliability_incident', 'resource') AND state = 'uninstalled'
        """
    )
