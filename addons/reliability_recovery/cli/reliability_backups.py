import sys

from odoo.cli import Command


class ReliabilityBackups(Command):
    """Report the backups on this host to Odoo.

    ``odoo reliability_backups --url https://odoo.example.com --key-file key
    --pgbackrest``
    """

    name = "reliability_backups"

    def run(self, args):
        # Imported here: Odoo loads this file by its path, so a relative import has no
        # package.
        # pylint: disable-next=odoo-addons-relative-import
        from odoo.addons.reliability_recovery import command

        sys.exit(command.main(args, self.prog))
