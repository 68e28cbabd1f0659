"""Maintenance functions of a database are called at each poll."""

from odoo.tests import get_db_name, tagged
from odoo.tools import mute_logger

from ..collector import maintenance
from ..collector.connection import connected, transaction
from .common import CommittedCase

FUNCTION = "reliability_maintain_test_{}"


@tagged("-at_install", "post_install")
class TestMaintenance(CommittedCase):
    def setUp(self):
        super().setUp()
        self.connection = self.enterContext(connected(get_db_name()))
        self.execute("CREATE TABLE reliability_test_done (name text)")
        self.addCleanup(self.tidy_up)
        maintenance._reported.clear()

    def tidy_up(self):
        with connected(get_db_name()) as self.connection:
            for name in ("one", "two"):
                self.execute(f"DROP FUNCTION IF EXISTS {FUNCTION.format(name)}()")
            self.execute("DROP TABLE reliability_test_done")

    def execute(self, query):
        with transaction(self.connection) as cr:
            cr.execute("SET LOCAL search_path = public")
            cr.execute(query)

    def make_function(self, name, value):
        self.execute(
            f"CREATE FUNCTION {FUNCTION.format(name)}() RETURNS void LANGUAGE sql"
            f" AS $$ INSERT INTO public.reliability_test_done SELECT {value} $$"
        )

    def done(self):
        with transaction(self.connection) as cr:
            cr.execute("SELECT name FROM public.reliability_test_done")
            return [name for (name,) in cr.fetchall()]

    def test_every_function_is_called(self):
        self.make_function("one", "'one'")
        self.make_function("two", "'two'")
        maintenance.run(self.connection)
        self.assertEqual(self.done(), ["one", "two"])

    def test_a_function_that_fails_does_not_stop_the_others(self):
        self.make_function(
            "one", "1 / (SELECT count(*) FROM public.reliability_test_done)"
        )
        self.make_function("two", "'two'")
        logger = "odoo.addons.reliability.collector.maintenance"
        with self.assertLogs(logger) as logs:
            maintenance.run(self.connection)
        self.assertEqual(self.done(), ["two"])
        self.assertEqual(len(logs.output), 1)

    @mute_logger("odoo.addons.reliability.collector.maintenance")
    def test_functions_are_called_again_at_the_next_poll(self):
        self.make_function("one", "'one'")
        maintenance.run(self.connection)
        maintenance.run(self.connection)
        self.assertEqual(self.done(), ["one", "one"])
