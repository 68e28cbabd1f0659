import sys

from odoo.cli import Command


class ReliabilityFailover(Command):
    """Send requests while a standby is promoted, and report what was interrupted.

    ``odoo reliability_failover --url https://odoo.example.com --key-file key``
    """

    name = "reliability_failover"

    def run(self, args):
        # Imported here: Odoo loads this file by its path, so a relative import has no
        # package.
        # pylint: disable-next=odoo-addons-relative-import
        from odoo.addons.reliability_recovery.failover import command

        sys.exit(command.main(args, self.prog))
