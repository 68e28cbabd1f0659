"""How often the server of each host was started during a deployment."""

from unittest.mock import patch

from odoo.tests import tagged

from .. import process
from .common import NEW, DeploymentCase, after


@tagged("-at_install", "post_install")
class TestRestarts(DeploymentCase):
    def restarts(self, deployment):
        return {
            one.host: one.restarts for one in deployment.target_ids if one.is_counted
        }

    def test_each_start_counts_once_however_many_workers(self):
        self.runs(0, server="first")
        deployment = self.deploy(5, server="second")
        for _worker in range(3):
            self.runs(6, NEW, server="second")
        self.runs(8, NEW, server="third")
        self.follow(20)
        self.assertEqual(self.restarts(deployment), {"odoo-1": 2})

    def test_none_where_the_server_has_only_loaded_again(self):
        self.runs(0, server="first")
        deployment = self.deploy(5, server="first")
        self.follow(20)
        self.assertEqual(self.restarts(deployment), {"odoo-1": 0})

    def test_of_each_host(self):
        self.runs(0, host="odoo-2", server="of the second")
        self.runs(0, server="first")
        deployment = self.deploy(5, server="second")
        self.runs(10, NEW, "odoo-2", server="of the second")
        self.follow(20)
        self.assertEqual(self.restarts(deployment), {"odoo-1": 1, "odoo-2": 0})

    def test_unknown_where_nobody_has_counted(self):
        deployment = self.deploy()
        self.follow(20)
        self.assertEqual(self.restarts(deployment), {})

    def test_not_those_of_later(self):
        self.runs(0, server="first")
        deployment = self.deploy(5, server="first")
        self.runs(15, NEW, server="second")
        self.follow(20)
        self.assertEqual(self.restarts(deployment), {"odoo-1": 0})


@tagged("-at_install", "post_install")
class TestStored(DeploymentCase):
    def load(self, server, serving=True):
        """Load the registry in a process of a server; return what is stored."""
        runs = process.Process(after(0), process.this_process(self.env.cr).content)
        with (
            patch.object(process, "this_process", lambda _cr: runs),
            patch.object(process, "is_serving", lambda: serving),
            patch.object(process, "server_start", lambda: server),
        ):
            self.env["reliability.fingerprint"]._register_hook()
        return self.env["reliability.fingerprint"].search([], order="id")

    def test_once_for_each_start(self):
        for server in ("first", "first", "second", "first", "second"):
            found = self.load(server)
        self.assertEqual(found.mapped("server"), ["first", "second"])

    def test_a_command_starts_no_server(self):
        self.load("first")
        self.assertEqual(len(self.load("second", serving=False)), 1)

    def test_where_it_is_unknown_nothing_is_stored_for_it(self):
        self.load(None)
        self.assertEqual(len(self.load(None)), 1)
