"""A process stores what it runs when it loads a registry, if that is something new."""

from unittest.mock import patch

import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import fingerprint, process
from ..fingerprint import Fingerprint
from .common import FOLDER, NEW, OLD, DeploymentCase, after

LOGGER = "odoo.addons.reliability_change.models.reliability_fingerprint"


@tagged("-at_install", "post_install")
class TestStored(DeploymentCase):
    def setUp(self):
        super().setUp()
        self.fingerprints = self.env["reliability.fingerprint"]

    def load(self, minutes, code=OLD, serving=True):
        """Load the registry in a process; return all fingerprints.

        :param minutes: after noon, when the process has loaded its code
        """
        runs = process.Process(after(minutes), Fingerprint({}, {FOLDER: code}, {}, {}))
        with (
            patch.object(process, "this_process", lambda cr: runs),
            patch.object(process, "is_serving", lambda: serving),
        ):
            self.fingerprints._register_hook()
        return self.fingerprints.search([], order="id")

    def upgrade(self, version):
        self.env.cr.execute(
            "UPDATE ir_module_module SET latest_version = %s WHERE name = 'base'",
            [version],
        )

    def test_by_the_first_of_many_workers(self):
        for _worker in range(5):
            found = self.load(0)
        self.assertEqual(len(found), 1)
        self.assertIn("base", found._as_load().content.modules)

    def test_new_code(self):
        self.load(0)
        self.assertEqual(len(self.load(5, NEW)), 2)

    def test_an_old_worker_that_loads_again_tells_only_modules(self):
        self.load(0)
        self.load(5, NEW)
        self.assertEqual(len(self.load(0)), 2)
        self.upgrade("19.0.9")
        self.assertEqual(len(self.load(0)), 3)

    def test_a_command_tells_only_modules(self):
        self.load(0)
        self.assertEqual(len(self.load(5, NEW, serving=False)), 1)
        self.upgrade("19.0.9")
        self.assertEqual(len(self.load(5, NEW, serving=False)), 2)

    def test_modules_whose_code_is_newer(self):
        self.upgrade("19.0.0")
        (found,) = self.load(0)
        before, _after = found.not_upgraded["base"]
        self.assertEqual(before, "19.0.0")

    def test_the_registry_is_loaded_where_nothing_can_be_stored(self):
        with (
            patch.object(
                type(self.fingerprints), "_record", side_effect=psycopg2.Error("no")
            ),
            mute_logger(LOGGER),
        ):
            self.fingerprints._register_hook()
        self.assertFalse(self.fingerprints.search([]))


@tagged("-at_install", "post_install")
class TestThisProcess(DeploymentCase):
    def test_its_code_is_that_of_its_start(self):
        first = process.this_process(self.env.cr)
        with patch.object(fingerprint, "code_of", lambda folders: {"new": "code"}):
            self.assertEqual(process.this_process(self.env.cr), first)

    def test_settings_have_no_secrets(self):
        found = process.this_process(self.env.cr).content.settings
        self.assertIn("workers", found)
        self.assertFalse([name for name in found if "passw" in name])
