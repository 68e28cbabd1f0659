import signal
import threading

from odoo.cli import Command
from odoo.tools import config


class ReliabilityCollector(Command):
    """Collect the events of this host's workers, and serve /metrics.

    For a sidecar or a service of its own; it waits while another collector leads.
    """

    name = "reliability_collector"

    def run(self, args):
        config.parse_config(args, setup_logging=True)
        # Imported here, because the import instruments Odoo. Odoo loads this file by
        # its path, so a relative import has no package.
        # pylint: disable-next=odoo-addons-relative-import
        from odoo.addons.reliability.collector.service import run_until

        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        run_until(stop)
