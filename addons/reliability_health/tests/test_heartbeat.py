"""An address outside Odoo gets a request after each evaluation that is committed."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import config

from odoo.addons.reliability.api import settings
from odoo.addons.reliability.tests.counting import NOON

from ..heartbeat import OPTION
from ..models import reliability_heartbeat
from .test_evaluator import EvaluatedCase

MINUTE = timedelta(minutes=1)
LOGGER = reliability_heartbeat.__name__


class HeartbeatCase(EvaluatedCase):
    """Requests are recorded, not sent."""

    ADDRESS = "https://monitor.example/a-secret/{db}"

    def setUp(self):
        super().setUp()
        self.sent = []
        sender = reliability_heartbeat._heartbeats
        self.patch(sender, "send", lambda db, url: self.sent.append((db, url)))
        self.configure(self.ADDRESS)
        reliability_heartbeat._log_once.cache_clear()
        self.addCleanup(reliability_heartbeat._log_once.cache_clear)

    def configure(self, address, databases=None):
        """Set the address in odoo.conf, and the databases that the server serves."""
        conf = replace(settings(), options={OPTION: address} if address else {})
        self.patch(reliability_heartbeat, "settings", lambda: conf)
        served = databases or [self.env.cr.dbname]
        patched = patch.dict(config.options, {"db_name": served})
        patched.start()
        self.addCleanup(patched.stop)

    def commit(self):
        """Do what Odoo does after COMMIT."""
        self.env.cr.postcommit.run()

    def problems(self):
        return self.env["reliability.self.check"]._addon_problems()


@tagged("-at_install", "post_install")
class TestHeartbeat(HeartbeatCase):
    def test_it_is_sent_when_an_evaluation_is_committed(self):
        self.evaluate_at(NOON)
        self.assertEqual(self.sent, [])
        self.commit()
        db = self.env.cr.dbname
        self.assertEqual(self.sent, [(db, f"https://monitor.example/a-secret/{db}")])

    def test_none_is_sent_when_an_evaluation_is_rolled_back(self):
        self.evaluate_at(NOON)
        self.env.cr.postcommit.clear()  # what Odoo does before ROLLBACK
        self.commit()
        self.assertEqual(self.sent, [])

    def test_none_is_sent_when_an_evaluation_raises(self):
        alerts = self.registry["reliability.alert"]
        with (
            patch.object(alerts, "_update", side_effect=ValueError),
            self.assertRaises(ValueError),
        ):
            self.evaluate_at(NOON)
        self.commit()
        self.assertEqual(self.sent, [])

    def test_at_most_one_is_sent_in_a_minute(self):
        for seconds in (0, 20, 59, 60, 70):
            self.evaluate_at(NOON + timedelta(seconds=seconds))
            self.commit()
        self.assertEqual(len(self.sent), 2)

    def test_a_clock_that_was_set_back_stops_none(self):
        self.evaluate_at(NOON)
        self.evaluate_at(NOON - timedelta(hours=1))
        self.commit()
        self.assertEqual(len(self.sent), 2)

    def test_a_neutralized_copy_sends_none(self):
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        self.evaluate_at(NOON)
        self.commit()
        self.assertEqual(self.sent, [])
        self.assertEqual(self.problems(), [])

    def test_none_is_sent_without_an_address(self):
        self.configure("")
        self.evaluate_at(NOON)
        self.commit()
        self.assertEqual(self.sent, [])
        self.assertEqual(self.problems(), [])


@tagged("-at_install", "post_install")
class TestAddressesThatAreNotUsed(HeartbeatCase):
    def assert_not_used(self, words):
        """Expect that nothing is sent, and that the log and Settings say why, without
        the address."""
        with self.assertLogs(LOGGER, "ERROR") as logs:
            for minutes in range(2):
                self.evaluate_at(NOON + minutes * MINUTE)
                self.commit()
        self.assertEqual(self.sent, [])
        (line,), (problem,) = logs.output, self.problems()
        self.assertIn(words, line)
        self.assertIn(words, problem)
        self.assertNotIn("a-secret", line + problem)

    def test_one_that_is_invalid(self):
        self.configure("ftp://monitor.example/a-secret/{db}")
        self.assert_not_used("is not a valid http or https address")

    def test_one_for_all_of_several_databases(self):
        for databases in (["north", self.env.cr.dbname], ["north"]):
            with self.subTest(databases):
                reliability_heartbeat._log_once.cache_clear()
                self.configure("https://monitor.example/a-secret", databases)
                self.assert_not_used("has no {db}")

    def test_one_for_all_databases_that_the_server_finds(self):
        self.configure("https://monitor.example/a-secret")
        with patch.dict(config.options, {"db_name": []}):
            self.assert_not_used("has no {db}")

    def test_one_without_a_name_is_used_for_the_only_database(self):
        self.configure("https://monitor.example/a-secret")
        self.evaluate_at(NOON)
        self.commit()
        urls = [url for _db, url in self.sent]
        self.assertEqual(urls, ["https://monitor.example/a-secret"])
        self.assertEqual(self.problems(), [])
