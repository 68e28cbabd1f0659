"""Measured calls: results, errors and queries do not change; labels and events."""

import contextlib
import inspect
from functools import partial
from unittest.mock import patch

from psycopg2 import OperationalError

from odoo import sql_db
from odoo.exceptions import UserError
from odoo.service.model import get_public_method
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ..instrumentation import operation as operation_module
from ..instrumentation.labels import sources
from ..instrumentation.measure import done_ids, mark_done
from ..instrumentation.operation import Operation
from ..instrumentation.own_cursor import own_cursor
from .common import PROBE, RecordedCase, measured


@tagged("-at_install", "post_install")
class TestMeasuredMethodBehavesAsBefore(RecordedCase, TransactionCase):
    def setUp(self):
        super().setUp()
        self.partners = self.env["res.partner"].browse()

    def test_the_same_object_is_returned(self):
        for result in (None, False, 0, "", [], {}, object()):
            returned = measured(lambda _self, result=result: result)(self.partners)
            self.assertIs(returned, result)

    def test_the_same_exception_is_raised(self):
        for error in (UserError("no"), KeyError(1), SystemExit(2), KeyboardInterrupt()):

            def fail(_self, error=error):
                raise error

            with self.assertRaises(type(error)) as raised:
                measured(fail)(self.partners)
            self.assertIs(raised.exception, error)

    def test_signature_name_and_api_attributes_stay(self):
        order = self.env.registry["sale.order"]
        method = order.action_confirm
        original = method.__wrapped__
        self.assertEqual(inspect.signature(method), inspect.signature(original))
        self.assertEqual(method.__name__, "action_confirm")
        self.assertEqual(method.__doc__, original.__doc__)
        get_public_method(self.env["sale.order"], "action_confirm")

    def test_a_method_marked_private_stays_private(self):
        def private(self):
            return True

        private._api_private = True
        self.assertTrue(measured(private)._api_private)


def operation_on(env, model, dimension=None, name="probe"):
    """Return an operation as the instrumentation of a registry makes it."""
    label_sources = sources(env, model, dimension)
    open_cursor = partial(own_cursor, env.registry)
    return Operation(env.cr.dbname, "sales", name, 1.0, label_sources, open_cursor)


@tagged("-at_install", "post_install")
class TestWhatACallHasDone(RecordedCase, TransactionCase):
    """Code inside a call marks the records on which it has done its work."""

    def marked_in_a_call(self, *inner):
        """Return the ids that a call knows of, after some functions ran inside it."""
        partners = self.env["res.partner"].browse([1, 2])

        def method(partners):
            for function in inner:
                function(partners)
            return set(done_ids(partners.env, PROBE.name))

        return measured(method)(partners)

    @staticmethod
    def mark(partners):
        mark_done(partners[0], PROBE.name)

    def test_the_call_knows_them(self):
        self.assertEqual(self.marked_in_a_call(self.mark), {1})

    def test_a_call_inside_it_marks_for_the_whole_call(self):
        self.assertEqual(self.marked_in_a_call(measured(self.mark)), {1})

    def test_marks_of_another_operation_are_not_its_own(self):
        self.assertEqual(
            self.marked_in_a_call(lambda partners: mark_done(partners, "other")), set()
        )

    def test_the_next_call_knows_none_of_them(self):
        self.mark(self.env["res.partner"].browse([1]))  # outside of any call
        self.marked_in_a_call(self.mark)
        self.assertEqual(self.marked_in_a_call(), set())


@tagged("-at_install", "post_install")
class TestLabelsDoNotTouchTheTransaction(RecordedCase, TransactionCase):
    DIMENSION = "picking_type_id.warehouse_id"

    def setUp(self):
        super().setUp()
        self.operation = operation_on(self.env, "stock.picking", self.DIMENSION)
        self.picking = self.env["stock.picking"].search([], limit=1)
        self.warehouse = self.picking.picking_type_id.warehouse_id
        self.expected = str(self.picking.company_id.id), self.warehouse.code, ""
        self.env.invalidate_all()

    def labels(self, records):
        series = self.operation.series(records)
        return series and series.labels[2:]

    def test_missing_values_are_not_read(self):
        with self.assertQueryCount(0):
            self.assertIsNone(self.labels(self.picking))

    def test_cached_values_need_no_query_of_the_transaction(self):
        self.picking.mapped("company_id")  # fills the cache
        with self.assertQueryCount(0):
            self.assertEqual(self.labels(self.picking), self.expected)

    def test_values_that_the_method_has_read_are_used_at_its_end(self):
        def fail(picking):
            picking.mapped("company_id")
            raise ValueError("no")

        for method in (lambda picking: picking.company_id.id, fail):
            self.env.invalidate_all()
            with contextlib.suppress(ValueError), self.env.cr.savepoint():
                measured(method, self.operation)(self.picking)
                raise ValueError("rolled back")
        (returned, _event), (failed, _event) = self.recorded_with_labels("probe")
        self.assertEqual(returned["warehouse"], self.warehouse.code)
        self.assertEqual(returned, failed)

    def test_labels_of_ids_are_read_once_a_minute(self):
        self.picking.mapped("company_id")  # fills the cache
        self.labels(self.picking)
        open_cursor, opened = self.operation._own_cursor, []

        def count_cursors():
            opened.append(True)
            return open_cursor()

        self.operation._own_cursor = count_cursors
        self.assertEqual(self.labels(self.picking), self.expected)
        self.assertFalse(opened)
        self.operation._expires = 0.0
        self.assertEqual(self.labels(self.picking), self.expected)
        self.assertTrue(opened)

    def test_reading_labels_is_attempted_again_later_after_an_error(self):
        def no_connection():
            raise OperationalError("too many clients")

        open_cursor = self.operation._own_cursor
        self.operation._own_cursor = no_connection
        self.picking.mapped("company_id")  # fills the cache
        with self.assertLogs("odoo.addons.reliability", "WARNING"):
            self.assertIsNone(self.labels(self.picking))
        self.operation._own_cursor = open_cursor
        self.assertIsNone(self.labels(self.picking), "not yet")
        self.operation._next_attempt = 0.0
        self.assertEqual(self.labels(self.picking), self.expected)

    def test_calls_succeed_if_the_schema_is_newer_than_the_registry(self):
        source = self.operation._sources[1]
        table, _column = source.steps[-1]
        gone = source._replace(steps=(*source.steps[:-1], (table, SQL("gone"))))
        self.operation._sources = (self.operation._sources[0], gone)
        self.picking.mapped("company_id")  # fills the cache
        with self.assertLogs("odoo.addons.reliability", "WARNING"):
            result = measured(lambda _self: 7, self.operation)(self.picking)
        self.assertEqual(result, 7)
        self.env.cr.execute("SELECT 1")  # the transaction is not aborted

    def test_the_cache_of_series_is_bounded(self):
        self.patch(operation_module, "_MAX_SERIES", 10)
        for number in range(25):
            self.operation._look_up((number, 0))
        self.assertLessEqual(len(self.operation._cache), 10)

    def test_records_of_several_warehouses_are_mixed(self):
        types = self.env["stock.picking.type"].search([("warehouse_id", "!=", False)])
        other = types.filtered(lambda t: t.warehouse_id != self.warehouse)[:1]
        self.assertTrue(other, "the demo has two warehouses")
        moved = self.picking.copy({"picking_type_id": other.id})
        both = self.picking | moved
        both.mapped("company_id")
        self.assertEqual(self.labels(both)[1], "mixed")
        same = self.warehouse.in_type_id | self.warehouse.out_type_id
        for picking_type in same:
            self.picking |= self.picking.copy({"picking_type_id": picking_type.id})
        self.picking.mapped("company_id")
        self.assertEqual(self.labels(self.picking)[1], self.warehouse.code)

    def test_labels_are_empty_without_records(self):
        self.assertEqual(self.labels(self.picking.browse()), ("", "", ""))

    def test_a_method_of_an_unsaved_record_is_measured(self):
        new = self.env["stock.picking"].new({})
        self.assertEqual(measured(lambda _self: 7, self.operation)(new), 7)

    def test_a_method_reads_values_that_it_has_changed_by_sql(self):
        def change(picking):
            picking.env.cr.execute(
                "UPDATE stock_picking SET origin = 'new' WHERE id = %s", [picking.id]
            )
            return picking.origin

        self.assertEqual(measured(change, self.operation)(self.picking), "new")


@tagged("-at_install", "post_install")
class TestDimensions(TransactionCase):
    def labels_of(self, record, dimension):
        record.mapped("company_id")
        operation = operation_on(self.env, record._name, dimension)
        return operation.series(record).labels[2:]

    def test_company_and_warehouse_by_default(self):
        order = self.env["sale.order"].search([("warehouse_id", "!=", False)], limit=1)
        company = str(order.company_id.id)
        expected = (company, order.warehouse_id.code, "")
        self.assertEqual(self.labels_of(order, None), expected)

    def test_a_selection(self):
        picking = self.env["stock.picking"].search([], limit=1)
        labels = self.labels_of(picking, "priority")
        self.assertEqual(labels, (str(picking.company_id.id), "", picking.priority))

    def test_a_selection_of_a_related_record(self):
        picking = self.env["stock.picking"].search([], limit=1)
        labels = self.labels_of(picking, "picking_type_id.code")
        self.assertEqual(labels[2], picking.picking_type_id.code)

    def test_a_carrier_by_its_source_name_in_each_language(self):
        carrier = self.env["delivery.carrier"].search([], limit=1)
        picking = self.env["stock.picking"].search([], limit=1)
        picking.carrier_id = carrier
        self.env["res.lang"]._activate_lang("fr_FR")
        name = carrier.name
        picking = picking.with_context(lang="fr_FR")
        self.assertEqual(self.labels_of(picking, "carrier_id")[2], name)

    def test_the_company_of_a_related_record(self):
        lines = self.env["stock.move.line"]
        line = lines.search([("picking_id", "!=", False)], limit=1)
        labels = self.labels_of(line, "picking_id.company_id")
        self.assertEqual(labels[0], str(line.picking_id.company_id.id))


@tagged("-at_install", "post_install")
class TestOneCallIsOneEvent(RecordedCase, TransactionCase):
    def call(self, method):
        partners = self.env["res.partner"].browse()
        with self.env.cr.savepoint() as savepoint:
            method(partners)
            savepoint.rollback()

    def test_a_recursive_call_is_part_of_the_outer_call(self):
        def recurse(partners, depth=100):
            return depth and method(partners, depth - 1)

        method = measured(recurse)
        self.call(method)
        self.assertEqual(len(self.recorded("probe")), 1)

    def test_nested_operations_have_an_event_each_with_its_depth(self):
        inner = measured(
            lambda _self: None, Operation(PROBE.key[0], "sales", "inner", 1.0)
        )
        outer = measured(lambda partners: inner(partners))
        self.call(outer)
        self.assertEqual(self.recorded("inner")[-1].depth, 1)
        self.assertEqual(self.recorded("probe")[-1].depth, 0)

    def test_an_operation_that_is_changed_during_a_call_is_still_the_same(self):
        changed = Operation(PROBE.key[0], "renamed", PROBE.name, threshold=7.0)
        inner = measured(lambda _self: None, changed)
        self.call(measured(lambda partners: inner(partners)))
        self.assertEqual(len(self.recorded("probe")), 1)

    def test_a_call_in_another_database_is_another_operation(self):
        elsewhere = Operation("another", "sales", PROBE.name, 1.0)
        inner = measured(lambda _self: None, elsewhere)
        self.call(measured(lambda partners: inner(partners)))
        self.assertEqual(len(self.recorded("probe")), 2)

    def test_an_event_has_the_costs_of_the_call(self):
        def work(partners):
            partners.env.cr.execute("SELECT pg_sleep(0.05)")
            return sum(range(200_000))

        self.call(measured(work))
        event = self.recorded("probe")[-1]
        self.assertEqual(event.queries, 1)
        self.assertGreaterEqual(event.sql, 0.05)
        self.assertGreater(event.cpu, 0)
        self.assertGreaterEqual(event.seconds, event.sql)

    def test_sql_time_is_part_of_the_duration_also_when_the_clock_is_set(self):
        """Odoo times statements by the wall clock."""

        def work(partners, jump):
            readings = iter([0.0, jump])
            with patch.object(sql_db, "real_time", lambda: next(readings)):
                partners.env.cr.execute("SELECT 1")

        for jump in (-3600.0, 3600.0):
            self.call(partial(measured(work), jump=jump))
            event = self.recorded("probe")[-1]
            self.assertGreaterEqual(event.sql, 0)
            self.assertLess(event.sql, 60)
