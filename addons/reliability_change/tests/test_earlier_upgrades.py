"""Upgrades that the cockpit has recorded are deployments."""

from odoo.tests import tagged

from .. import earlier_upgrades
from .common import DeploymentCase, after

_TABLE = """
    CREATE TABLE reliability_upgrade
           (id serial, name varchar, version varchar, upgraded timestamp)
"""


@tagged("-at_install", "post_install")
class TestTakenOver(DeploymentCase):
    def upgrade(self, minutes, name):
        self.env.cr.execute(
            "INSERT INTO reliability_upgrade (name, version, upgraded)"
            " VALUES (%s, '1.1', %s)",
            [name, after(minutes)],
        )

    def test_one_for_each_minute(self):
        self.env.cr.execute(_TABLE)
        for minutes, name in ((0, "sale"), (0.5, "crm"), (9, "stock")):
            self.upgrade(minutes, name)
        earlier_upgrades.take_over(self.env)
        first, second = self.deployments.search([], order="begin")
        self.assertEqual(set(first.change_ids.mapped("name")), {"crm", "sale"})
        self.assertEqual((first.begin, first.end), (after(0), after(0.5)))
        self.assertEqual((second.state, second.is_seen), ("done", True))

    def test_without_them_there_is_nothing_to_do(self):
        earlier_upgrades.take_over(self.env)
        self.assertFalse(self.deployments.search([]))
