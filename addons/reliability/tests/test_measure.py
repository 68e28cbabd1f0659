import functools
import inspect

from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.service.model import get_public_method
from odoo.tests import BaseCase, TransactionCase, tagged

from ..runtime import call, guard, measure, transaction
from ..runtime.labels import read_labels
from ..runtime.recording import recorder
from .common import RecordedCase

OPERATION = measure.Operation("sales", "probe", 1.0, lambda _records, _id: "WH")


@tagged("-at_install", "post_install")
class TestAMeasurementChangesNothing(TransactionCase):
    def setUp(self):
        super().setUp()
        self.partners = self.env["res.partner"].browse()

    def measured(self, method):
        return measure.measure(method, OPERATION)

    def test_the_same_object_is_returned(self):
        for result in (None, False, 0, "", [], {}, object()):
            returned = self.measured(lambda _self, result=result: result)(self.partners)
            self.assertIs(returned, result)

    def test_the_same_exception_is_raised(self):
        for error in (UserError("no"), KeyError(1), SystemExit(2), KeyboardInterrupt()):

            def refuse(_self, error=error):
                raise error

            with self.assertRaises(type(error)) as raised:
                self.measured(refuse)(self.partners)
            self.assertIs(raised.exception, error)

    def test_no_query_is_added(self):
        order = self.env["sale.order"].search([("state", "=", "draft")], limit=1)
        self.assertTrue(order)
        confirm = type(order).action_confirm
        self.assertIs(vars(type(order))["action_confirm"], confirm)
        queries = []
        for method in (confirm, confirm.__wrapped__, confirm):
            with self.env.cr.savepoint() as savepoint:
                before = self.env.cr.sql_log_count
                method(order.with_env(self.env))
                self.env.flush_all()
                queries.append(self.env.cr.sql_log_count - before)
                savepoint.rollback()
            self.env.invalidate_all()
        # The first fills caches that live longer than a transaction.
        self.assertEqual(queries[1], queries[2])

    def test_signature_name_and_api_attributes_stay(self):
        order = self.env.registry["sale.order"]
        measured = order.action_confirm
        original = measured.__wrapped__
        self.assertEqual(inspect.signature(measured), inspect.signature(original))
        self.assertEqual(measured.__name__, "action_confirm")
        self.assertEqual(measured.__doc__, original.__doc__)
        get_public_method(self.env["sale.order"], "action_confirm")

    def test_a_method_marked_private_stays_private(self):
        def private(self):
            return True

        private._api_private = True
        self.assertTrue(self.measured(private)._api_private)

    def test_what_waits_to_be_written_is_not_flushed_by_us(self):
        """Else a conflict of that flush would be ours, and swallowed."""
        order = self.env["sale.order"].search([], limit=1)
        partner = self.env["res.partner"].search([], limit=1)
        self.env.invalidate_all()
        partner.comment = "waits to be written"
        before = self.env.cr.sql_log_count
        labels = read_labels(order, lambda _id: self.fail("nothing may be read"))
        self.assertIsNone(labels)
        self.assertEqual(self.env.cr.sql_log_count, before)

    def test_an_error_of_postgresql_is_not_swallowed(self):
        """The transaction is aborted: the method must fail for that reason."""

        def conflict(_records, _id):
            raise SerializationFailure("late")

        order = self.env["sale.order"].search([], limit=1)
        operation = OPERATION._replace(code_of=conflict)
        method = measure.measure(lambda _self: True, operation)
        with self.assertRaises(SerializationFailure):
            method(order)


@tagged("-at_install", "post_install")
class TestWrapping(BaseCase):
    def setUp(self):
        super().setUp()
        self.model = type("Model", (type("Base", (), {"act": lambda self: 1}),), {})

    def test_once_however_often_it_is_asked_for(self):
        measure.wrap(self.model, "act", OPERATION)
        wrapped = self.model.act
        measure.wrap(self.model, "act", OPERATION)
        self.assertIs(self.model.act, wrapped)
        measure.unwrap(self.model, "act")
        self.assertNotIn("act", vars(self.model))

    def test_what_was_set_before_us_comes_back(self):
        self.model.act = before = lambda self: 2
        measure.wrap(self.model, "act", OPERATION)
        measure.unwrap(self.model, "act")
        self.assertIs(self.model.act, before)

    def test_what_was_set_after_us_stays_and_is_not_measured_twice(self):
        measure.wrap(self.model, "act", OPERATION)
        ours = self.model.act
        self.model.act = after = functools.wraps(ours)(lambda self: ours(self))
        measure.wrap(self.model, "act", OPERATION)
        self.assertIs(self.model.act, after)
        measure.unwrap(self.model, "act")
        self.assertIs(self.model.act, after)


@tagged("-at_install", "post_install")
class TestOneCallIsOneEvent(RecordedCase, TransactionCase):
    def call(self, method):
        partners = self.env["res.partner"].browse()
        with self.env.cr.savepoint() as savepoint:
            method(partners)
            savepoint.rollback()

    def test_a_call_inside_a_call_of_the_same_operation_is_part_of_it(self):
        def recurse(partners, depth=100):
            return depth and measured(partners, depth - 1)

        measured = measure.measure(recurse, OPERATION)
        self.call(measured)
        self.assertEqual(len(self.recorded("probe")), 1)

    def test_nested_operations_count_each_with_their_depth(self):
        inner = measure.measure(lambda _self: None, OPERATION._replace(name="inner"))
        outer = measure.measure(lambda partners: inner(partners), OPERATION)
        self.call(outer)
        self.assertEqual(self.recorded("inner")[-1].depth, 1)
        self.assertEqual(self.recorded("probe")[-1].depth, 0)

    def test_costs_are_seen(self):
        def work(partners):
            partners.env.cr.execute("SELECT pg_sleep(0.05)")
            return sum(range(200_000))

        self.call(measure.measure(work, OPERATION))
        event = self.recorded("probe")[-1]
        self.assertEqual(event.queries, 1)
        self.assertGreaterEqual(event.sql, 0.05)
        self.assertGreater(event.cpu, 0)
        self.assertGreaterEqual(event.seconds, event.sql)


@tagged("-at_install", "post_install")
class TestOurFailureIsNotTheirs(RecordedCase, TransactionCase):
    def test_a_call_that_could_not_be_kept_leaves_nothing_in_flight(self):
        def broken(*_arguments):
            raise RuntimeError("broken on purpose")

        self.patch(guard, "_next_report", float("inf"))
        self.patch(measure, "hold", broken)
        partners = self.env["res.partner"].browse()
        self.assertEqual(measure.measure(lambda _self: 7, OPERATION)(partners), 7)
        self.assertFalse(list(recorder()._slot.in_flight()))
        self.assertEqual(recorder()._slot.drops()["error"], 1)

    def test_the_sale_stands_whatever_of_ours_raises(self):
        def broken(*_arguments, **_named):
            raise RuntimeError("broken on purpose")

        places = [
            (call, "recorder"),
            (call, "_sql_so_far"),
            (call.Call, "end"),
            (call.Call, "settle"),
            (call.Call, "committing"),
            (measure, "hold"),
            (transaction, "_take_ended"),
            (transaction, "_undone_by"),
            (transaction, "_KEY"),
            (measure, "Series"),
        ]
        orders = self.env["sale.order"].search([("state", "=", "draft")], limit=1)
        for owner, name in places:
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.patch(guard, "_next_report", float("inf"))
                whole = getattr(owner, name)
                setattr(owner, name, broken)
                try:
                    orders.action_confirm()
                    self.assertEqual(orders.state, "sale")
                finally:
                    savepoint.rollback()
                    setattr(owner, name, whole)
            self.env.invalidate_all()
