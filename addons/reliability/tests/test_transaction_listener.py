"""Who follows a transaction is told how it ends, once."""

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
        self.heard = []

    def on_end(self, outcome):
        self.heard.append(outcome)


@tagged("-at_install", "post_install")
class TestFollowing(CommittedCase):
    def listen(self, cr):
        listener = Listener()
        listen(cr, listener)
        return listener

    def test_a_commit_is_success(self):
        with self.cursor() as cr:
            listener = self.listen(cr)
            self.assertFalse(listener.heard)
        self.assertEqual(listener.heard, ["success"])

    def test_an_error_undoes(self):
        with contextlib.suppress(KeyError), self.cursor() as cr:
            listener = self.listen(cr)
            raise KeyError
        self.assertEqual(listener.heard, ["failed"])

    def test_a_savepoint_undoes_what_is_in_it_only(self):
        with self.cursor() as cr:
            outside_of_it = self.listen(cr)
            with contextlib.suppress(KeyError), cr.savepoint():
                inside = self.listen(cr)
                raise KeyError
            self.assertEqual(inside.heard, ["failed"])
        self.assertEqual(outside_of_it.heard, ["success"])

    def test_a_try_that_is_followed_by_another_is_retried(self):
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
        self.assertEqual([of.heard for of in listeners], [["retried"], ["success"]])
        self.assertEqual(len(names), 1, "the tries have a name in common")
        self.assertIsNone(current_retry_scope())

    @mute_logger("odoo.addons.reliability.instrumentation.guard")
    def test_who_stumbles_does_not_disturb(self):
        class Stumbling(TransactionListener):
            def on_end(self, outcome):
                raise RuntimeError(outcome)

        with self.cursor() as cr:
            listen(cr, Stumbling())
            listener = self.listen(cr)
        self.assertEqual(listener.heard, ["success"])


@tagged("-at_install", "post_install")
class TestRemembered(CommittedCase):
    """What is remembered of a transaction lasts as long as it does."""

    def test_it_is_the_same_until_the_transaction_ends(self):
        with self.cursor() as cr:
            transaction_cache(cr)["number"] = 1
            with contextlib.suppress(KeyError), cr.savepoint():
                raise KeyError
            self.assertEqual(transaction_cache(cr), {"number": 1})

    def test_it_is_forgotten_however_the_transaction_ends(self):
        with self.cursor() as cr:
            for end in (cr.commit, cr.rollback):
                transaction_cache(cr)["number"] = 1
                end()
                self.assertEqual(transaction_cache(cr), {})

    def test_it_is_not_known_to_who_uses_the_connection_next(self):
        with self.cursor() as cr:
            transaction_cache(cr)["number"] = 1
            connection = cr._cnx
        self.assertNotIn("number", vars(connection).get("_reliability_remembered", {}))


@tagged("-at_install", "post_install")
class TestOutside(CommittedCase):
    def test_the_time_of_counterparts_is_taken_by_what_is_around(self):
        before = external_time.seconds_so_far()
        external_time.add_seconds(0.5)
        self.assertAlmostEqual(external_time.seconds_since(before, 10.0), 0.5)

    def test_it_is_never_more_than_all_the_time_there_was(self):
        before = external_time.seconds_so_far()
        external_time.add_seconds(0.5)
        self.assertEqual(external_time.seconds_since(before, 0.25), 0.25)
