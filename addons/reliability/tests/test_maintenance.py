"""What a database does for itself at each visit."""

from odoo.tests import get_db_name, tagged
from odoo.tools import mute_logger

from ..collector import maintenance
from ..collector.connection import connected, transaction
from .common import CommittedCase

CHORE = "reliability_maintain_test_{}"


@tagged("-at_install", "post_install")
class TestChores(CommittedCase):
    def setUp(self):
        super().setUp()
        self.connection = self.enterContext(connected(get_db_name()))
        self.execute("CREATE TABLE reliability_test_done (what text)")
        self.addCleanup(self.tidy_up)
        maintenance._reported.clear()

    def tidy_up(self):
        with connected(get_db_name()) as self.connection:
            for name in ("one", "two"):
                self.execute(f"DROP FUNCTION IF EXISTS {CHORE.format(name)}()")
            self.execute("DROP TABLE reliability_test_done")

    def execute(self, query):
        with transaction(self.connection) as cr:
            cr.execute(query)

    def chore(self, name, does):
        self.execute(
            f"CREATE FUNCTION {CHORE.format(name)}() RETURNS void LANGUAGE sql"
            f" AS $$ INSERT INTO reliability_test_done SELECT {does} $$"
        )

    def done(self):
        with transaction(self.connection) as cr:
            cr.execute("SELECT what FROM reliability_test_done")
            return [what for (what,) in cr.fetchall()]

    def test_each_is_done(self):
        self.chore("one", "'one'")
        self.chore("two", "'two'")
        maintenance.run(self.connection)
        self.assertEqual(self.done(), ["one", "two"])

    def test_one_that_fails_does_not_stop_the_others(self):
        self.chore("one", "1 / (SELECT count(*) FROM reliability_test_done)")
        self.chore("two", "'two'")
        logger = "odoo.addons.reliability.collector.maintenance"
        with self.assertLogs(logger) as logs:
            maintenance.run(self.connection)
        self.assertEqual(self.done(), ["two"])
        self.assertEqual(len(logs.output), 1)

    @mute_logger("odoo.addons.reliability.collector.maintenance")
    def test_it_is_done_again_next_time(self):
        self.chore("one", "'one'")
        maintenance.run(self.connection)
        maintenance.run(self.connection)
        self.assertEqual(self.done(), ["one", "one"])
