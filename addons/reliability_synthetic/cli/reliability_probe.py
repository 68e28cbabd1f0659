import sys

from odoo.cli import Command


class ReliabilityProbe(Command):
    """Check the public address of Odoo from this host, again and again, and report.

    ``odoo reliability_probe --place frankfurt --address https://odoo.example.com
    --url https://odoo.example.com --key-file key --folder /var/lib/reliability-probe``
    """

    name = "reliability_probe"

    def run(self, args):
        # Imported here: Odoo loads this file by its path, so a relative import has no
        # package.
        # pylint: disable-next=odoo-addons-relative-import
        from odoo.addons.reliability_synthetic.probe import command

        sys.exit(command.main(args, self.prog))
