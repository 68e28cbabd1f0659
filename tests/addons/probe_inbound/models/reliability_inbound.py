import os
import signal
import time
from functools import partial
from pathlib import Path

from odoo import api, models

from odoo.addons.reliability_inbound.kinds import InboundKind


class ReliabilityInbound(models.AbstractModel):
    _inherit = "reliability.inbound"

    @api.model
    def _kinds(self):
        kinds = {
            "probe": InboundKind("Probe", "_receive_probe", max_bytes=64 * 1024),
            "other": InboundKind("Other Probe", "_receive_probe"),
        }
        return {**super()._kinds(), **kinds}

    @api.model
    def _process(self, spec, body):
        """Let a message of any kind kill its worker after COMMIT."""
        result = super()._process(spec, body)
        if body.get("killAfterCommit"):
            self.env.cr.postcommit.add(partial(os.kill, os.getpid(), signal.SIGKILL))
        return result

    @api.model
    def _receive_probe(self, body):
        """Store a name once, and count how often it was received.

        :param body: ``name``; with ``die``, the worker is killed after COMMIT of a new
            name; with ``wait``, it waits while a file with this name exists
        """
        rows = self.env["probe.inbound"]
        row = rows.search([("name", "=", body["name"])])
        if not row:
            row = rows.create({"name": body["name"]})
            if body.get("die"):
                kill = partial(os.kill, os.getpid(), signal.SIGKILL)
                self.env.cr.postcommit.add(kill)
        row.processed += 1
        while body.get("wait") and Path(body["wait"]).exists():
            time.sleep(0.05)
        return {"row": row.id, "processed": row.processed}
