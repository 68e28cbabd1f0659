"""Deployments are in ``reliability_change``: it is installed with this upgrade."""


def migrate(cr, version):
    """Mark the addon and what it needs: Odoo installs them before it ends the upgrade.

    It takes over the upgrades that were recorded here.
    """
    cr.execute(
        """
        UPDATE ir_module_module SET state = 'to install'
         WHERE name IN ('reliability_change', 'reliability_inbound',
                        'reliability_incident', 'resource')
           AND state = 'uninstalled'
        """
    )
