import sys

from odoo.cli import Command


class ReliabilityDeployment(Command):
    """Report to Odoo that a deployment begins, ends or fails, from its pipeline.

    ``odoo reliability_deployment begin --url https://odoo.example.com --id 17``
    """

    name = "reliability_deployment"

    def run(self, args):
        # Imported here: Odoo loads this file by its path, so a relative import has no
        # package.
        # pylint: disable-next=odoo-addons-relative-import
        from odoo.addons.reliability_change import deployment_command

        sys.exit(deployment_command.main(args, self.prog))
