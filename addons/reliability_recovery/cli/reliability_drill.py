import sys

from odoo.cli import Command
from odoo.tools import config


class ReliabilityDrill(Command):
    """Restore a backup without network, work with it, delete it, and report.

    ``odoo reliability_drill --folder /srv/drills --pgbackrest main
    --url https://odoo.example.com --key-file key``
    """

    name = "reliability_drill"

    def run(self, args):
        # Imported here: Odoo loads this file by its path, so a relative import has no
        # package.
        # pylint: disable-next=odoo-addons-relative-import
        from odoo.addons.reliability_recovery.drill import command

        sys.exit(command.main(args, self.prog, ",".join(config["addons_path"])))
