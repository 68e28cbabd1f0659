"""A transaction listener is called once, when its transaction or savepoint ends."""

import contextlib

from odoo import SUPERUSER_ID, api
from odoo.service import model
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..instrumentation import external_time
from ..instrumentation.retry_scope import current_retry_scope
from ..instrumentation.transaction import listen, transaction_cache
from ..instrumentation.transaction_listener import TransactionListener
from .common import CommittedCase


class Listener(TransactionListener):
    def __init__(self):
        self.outcomes = []

    def on_end(self, outcome):
        self.outcomes.append(outcome)


@tagged("-at_install", "post_install")
class TestTransactionListener(CommittedCase):
    def listen(self, cr):
        listener = Listener()
        listen(cr, listener)
        return listener

    def test_a_commit_is_success(self):
        with self.cursor() as cr:
            listener = self.listen(cr)
            self.assertFalse(listener.outcomes)
        self.assertEqual(listener.outcomes, ["success"])

    def test_an_error_is_a_failure(self):
        with contextlib.suppress(KeyError), self.cursor() as cr:
            listener = self.listen(cr)
            raise KeyError
        self.assertEqual(listener.outcomes, ["failed"])

    def test_the_rollback_of_a_savepoint_ends_only_listeners_inside(self):
        with self.cursor() as cr:
            outside = self.listen(cr)
            with contextlib.suppress(KeyError), cr.savepoint():
                inside = self.listen(cr)
                raise KeyError
            self.assertEqual(inside.outcomes, ["failed"])
        self.assertEqual(outside.outcomes, ["success"])

    def test_a_savepoint_of_before_measuring_was_switched_on_ends_them_all(self):
        with self.cursor() as cr:
            savepoint = cr.savepoint(flush=False)
            del savepoint._reliability_order
            listener = self.listen(cr)
            savepoint.close(rollback=True)
            self.assertEqual(listener.outcomes, ["rolled_back"])

    def test_an_attempt_that_another_follows_is_retried(self):
        listeners, names = [], set()
        change = "UPDATE res_partner SET comment = %s WHERE id = 1"

        def business():
            names.add(current_retry_scope().name)
            env.cr.execute(change, ["nothing"]) if listeners else None
            listeners.append(self.listen(env.cr))
            if len(listeners) == 1:
                env.cr.execute("SELECT 1")
                with self.cursor() as other:
                    other.execute(change, ["first"])
                env.cr.execute(change, ["second"])

        with self.cursor() as cr, mute_logger("odoo.sql_db", "odoo.service.model"):
            env = api.Environment(cr, SUPERUSER_ID, {})
            model.retrying(business, env)
        outcomes = [listener.outcomes for listener in listeners]
        self.assertEqual(outcomes, [["retried"], ["success"]])
        self.assertEqual(len(names), 1, "the attempts share the name of their scope")
        self.assertIsNone(current_retry_scope())

    @mute_logger("odoo.addons.reliability.instrumentation.guard")
    def test_an_error_in_a_listener_does_not_affect_others(self):
        class Failing(TransactionListener):
            def on_end(self, outcome):
                raise RuntimeError(outcome)

        with self.cursor() as cr:
            listen(cr, Failing())
            listener = self.listen(cr)
        self.assertEqual(listener.outcomes, ["success"])


@tagged("-at_install", "post_install")
class TestTransactionCache(CommittedCase):
    def test_it_lasts_until_the_transaction_ends(self):
        with self.cursor() as cr:
            transaction_cache(cr)["number"] = 1
            with contextlib.suppress(KeyError), cr.savepoint():
                raise KeyError
            self.assertEqual(transaction_cache(cr), {"number": 1})

    def test_it_is_empty_after_commit_and_rollback(self):
        with self.cursor() as cr:
            for end in (cr.commit, cr.rollback):
                transaction_cache(cr)["number"] = 1
                end()
                self.assertEqual(transaction_cache(cr), {})

    def test_it_does_not_stay_on_the_connection(self):
        with self.cursor() as cr:
            transaction_cache(cr)["number"] = 1
            connection = cr._cnx
        self.assertNotIn("number", vars(connection).get("_reliability_cache", {}))


@tagged("-at_install", "post_install")
class TestExternalTime(CommittedCase):
    def test_it_is_the_time_added_since_the_beginning(self):
        before = external_time.seconds_so_far()
        external_time.add_seconds(0.5)
        self.assertAlmostEqual(external_time.seconds_since(before, 10.0), 0.5)

    def test_it_is_at_most_the_whole_duration(self):
        before = external_time.seconds_so_far()
        external_time.add_seconds(0.5)
        self.assertEqual(external_time.seconds_since(before, 0.25), 0.25)
