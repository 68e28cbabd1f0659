"""Connections to PostgreSQL have the pid of their process in their name."""

import os

from odoo.orm.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged

from .recordings import run_in_child


@tagged("-at_install", "post_install")
class TestConnectionNames(BaseCase):
    def test_a_worker_forked_with_a_registry_uses_its_own_pid(self):
        """A prefork server loads the registry before it forks."""

        def check_name():
            registry = Registry(get_db_name())
            name = registry._db.dsn["application_name"]
            assert name == f"odoo-{os.getpid()}", name

        self.assertEqual(run_in_child(check_name), 0)
