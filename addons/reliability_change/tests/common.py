"""Fingerprints of processes, and the deployments that follow from them."""

from datetime import datetime, timedelta

from odoo.tests import TransactionCase

from ..fingerprint import Fingerprint

NOON = datetime(2026, 3, 2, 12)
FOLDER = "/opt/addons"
OLD, NEW = "a" * 40, "b" * 40


def after(minutes):
    return NOON + timedelta(minutes=minutes)


class DeploymentCase(TransactionCase):
    """A database in which nothing has been deployed yet, with hosts that live."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deployments = cls.env["reliability.deployment"]
        cls.deployments.search([]).unlink()
        cls.env["reliability.fingerprint"].search([]).unlink()

    def setUp(self):
        super().setUp()
        self.hosts = {}
        checkpoints = type(self.env["reliability.collector.checkpoint"])
        self.patch(checkpoints, "_last_polls", lambda _self: self.hosts)

    def runs(self, minutes, code=OLD, host="odoo-1", modules=None, **values):
        """Let a process load what a host runs from then on.

        :param minutes: after noon; it has loaded its code then, unless ``values`` say
            otherwise
        :param str code: the revision of the only folder of addons
        :param dict modules: module → version
        """
        content = Fingerprint(modules or {"sale": "1.0"}, {FOLDER: code}, {}, {})
        self.hosts[host] = after(24 * 60)
        return self.env["reliability.fingerprint"].create(
            {
                "host": host,
                "seen": after(minutes),
                "loaded": after(minutes),
                "is_serving": True,
                "digest": content.digest,
                "modules_digest": content.digest,
                "content": content.dumps(),
                **values,
            }
        )

    def follow(self, minutes):
        """Evaluate, and return all deployments, the oldest first."""
        self.deployments._follow(after(minutes))
        return self.deployments.search([], order="begin, id")

    def deploy(self, minutes=5, code=NEW, **values):
        """Let new code be deployed; return the deployment."""
        self.runs(0)
        self.runs(minutes, code, **values)
        return self.follow(minutes + 1)[-1]
