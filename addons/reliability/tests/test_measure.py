import contextlib
import inspect

from psycopg2 import extensions
from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.service.model import get_public_method
from odoo.tests import TransactionCase, tagged

from ..runtime.labels import Source, sources
from ..runtime.operation import Operation
from .common import PROBE, RecordedCase, measured


@tagged("-at_install", "post_install")
class TestAMeasurementChangesNothing(RecordedCase, TransactionCase):
    def setUp(self):
        super().setUp()
        self.partners = self.env["res.partner"].browse()

    def test_the_same_object_is_returned(self):
        for result in (None, False, 0, "", [], {}, object()):
            returned = measured(lambda _self, result=result: result)(self.partners)
            self.assertIs(returned, result)

    def test_the_same_exception_is_raised(self):
        for error in (UserError("no"), KeyError(1), SystemExit(2), KeyboardInterrupt()):

            def refuse(_self, error=error):
                raise error

            with self.assertRaises(type(error)) as raised:
                measured(refuse)(self.partners)
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


@tagged("-at_install", "post_install")
class TestLabelsDoNotTouchTheTransaction(RecordedCase, TransactionCase):
    def setUp(self):
        super().setUp()
        found = sources(self.env, "stock.picking", "picking_type_id.warehouse_id")
        self.operation = Operation("warehouse", "probe", 1.0, found)
        self.picking = self.env["stock.picking"].search([], limit=1)
        self.warehouse = self.picking.picking_type_id.warehouse_id
        self.env.invalidate_all()

    def series(self, records, fetch=True):
        series = self.operation.series(records, fetch)
        return series and series.labels[2:]

    def test_they_are_read_once(self):
        expected = (str(self.picking.company_id.id), self.warehouse.code, "")
        self.assertEqual(self.series(self.picking), expected)
        with self.assertQueryCount(0):
            self.assertEqual(self.series(self.picking), expected)

    def test_an_id_that_is_known_leads_to_a_label_without_a_query(self):
        self.series(self.picking)
        other = self.picking.search(
            [
                ("picking_type_id", "=", self.picking.picking_type_id.id),
                ("id", "!=", self.picking.id),
            ],
            limit=1,
        )
        self.assertTrue(other.company_id)  # read, as it is to be shown
        with self.assertQueryCount(0):
            self.assertTrue(self.series(other))

    def test_records_of_several_warehouses_are_mixed(self):
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTH"})
        moved = self.picking.copy({"picking_type_id": other.out_type_id.id})
        self.env.flush_all()
        self.assertEqual(self.series(self.picking | moved)[1], "mixed")
        same = self.warehouse.in_type_id | self.warehouse.out_type_id
        for picking_type in same:
            self.picking |= self.picking.copy({"picking_type_id": picking_type.id})
        self.env.flush_all()
        self.assertEqual(self.series(self.picking)[1], self.warehouse.code)

    def test_without_records_they_are_empty(self):
        self.assertEqual(self.series(self.picking.browse()), ("", "", ""))

    def test_what_waits_to_be_written_is_not_flushed_by_us(self):
        """Else a conflict of that flush would be ours, and swallowed."""
        self.env["res.partner"].search([], limit=1).comment = "waits to be written"
        before = self.env.cr.sql_log_count
        self.assertIsNone(self.series(self.picking))
        self.assertEqual(self.env.cr.sql_log_count, before)

    def test_what_the_method_read_is_known_when_it_has_returned(self):
        self.env["res.partner"].search([], limit=1).comment = "waits to be written"
        method = measured(lambda picking: picking.company_id.id, self.operation)
        with self.env.cr.savepoint() as savepoint:
            method(self.picking)
            savepoint.rollback()
        ((labels, _event),) = self.recorded_with_labels("probe")
        self.assertEqual(labels["warehouse"], self.warehouse.code)

    def test_an_aborted_transaction_is_left_alone(self):
        cr = self.env.cr
        with contextlib.closing(cr.savepoint(flush=False)):
            with contextlib.suppress(Exception):
                cr.execute("SELECT nothing", log_exceptions=False)
            status = cr.connection.get_transaction_status()
            self.assertEqual(status, extensions.TRANSACTION_STATUS_INERROR)
            self.assertEqual(measured(lambda _self: 7, self.operation)(self.picking), 7)

    def test_an_error_of_postgresql_is_not_swallowed(self):
        """The transaction is aborted: the method must fail for that reason."""

        def conflict(*_arguments):
            raise SerializationFailure("late")

        self.patch(Source, "_text", conflict)
        with self.assertRaises(SerializationFailure):
            measured(lambda _self: True, self.operation)(self.picking)

    def test_a_record_that_the_user_may_not_read_is_for_the_method_to_refuse(self):
        portal = self.env.ref("base.public_user")
        picking = self.picking.with_user(portal)
        self.assertEqual(measured(lambda _self: 7, self.operation)(picking), 7)

    def test_a_new_record_has_no_labels(self):
        new = self.env["stock.picking"].new({})
        self.assertEqual(measured(lambda _self: 7, self.operation)(new), 7)


@tagged("-at_install", "post_install")
class TestWhatACallCanBeCountedBy(TransactionCase):
    def labels_of(self, record, dimension):
        operation = Operation(
            "sales", "probe", 1.0, sources(self.env, record._name, dimension)
        )
        return operation.series(record, fetch=True).labels[2:]

    def test_its_company_and_warehouse_where_nothing_is_said(self):
        order = self.env["sale.order"].search([("warehouse_id", "!=", False)], limit=1)
        company = str(order.company_id.id)
        expected = (company, order.warehouse_id.code, "")
        self.assertEqual(self.labels_of(order, None), expected)

    def test_a_selection(self):
        picking = self.env["stock.picking"].search([], limit=1)
        labels = self.labels_of(picking, "priority")
        self.assertEqual(labels, (str(picking.company_id.id), "", picking.priority))

    def test_a_selection_of_a_record_that_it_leads_to(self):
        picking = self.env["stock.picking"].search([], limit=1)
        labels = self.labels_of(picking, "picking_type_id.code")
        self.assertEqual(labels[2], picking.picking_type_id.code)

    def test_a_carrier_by_the_name_that_all_users_share(self):
        carrier = self.env["delivery.carrier"].search([], limit=1)
        picking = self.env["stock.picking"].search([], limit=1)
        picking.carrier_id = carrier
        self.env.flush_all()
        self.env["res.lang"]._activate_lang("fr_FR")
        carrier.with_context(lang="fr_FR").name = "Transporteur"
        self.env.flush_all()
        self.assertEqual(self.labels_of(picking, "carrier_id")[2], carrier.name)

    def test_a_company_that_it_leads_to(self):
        line = self.env["stock.move.line"].search(
            [("picking_id", "!=", False)], limit=1
        )
        labels = self.labels_of(line, "picking_id.company_id")
        self.assertEqual(labels[0], str(line.picking_id.company_id.id))


@tagged("-at_install", "post_install")
class TestOneCallIsOneEvent(RecordedCase, TransactionCase):
    def call(self, method):
        partners = self.env["res.partner"].browse()
        with self.env.cr.savepoint() as savepoint:
            method(partners)
            savepoint.rollback()

    def test_a_call_inside_a_call_of_the_same_operation_is_part_of_it(self):
        def recurse(partners, depth=100):
            return depth and method(partners, depth - 1)

        method = measured(recurse)
        self.call(method)
        self.assertEqual(len(self.recorded("probe")), 1)

    def test_nested_operations_count_each_with_their_depth(self):
        inner = measured(lambda _self: None, Operation("sales", "inner", 1.0))
        outer = measured(lambda partners: inner(partners))
        self.call(outer)
        self.assertEqual(self.recorded("inner")[-1].depth, 1)
        self.assertEqual(self.recorded("probe")[-1].depth, 0)

    def test_an_operation_that_was_changed_meanwhile_is_still_the_same(self):
        changed = Operation(*PROBE.key, threshold=7.0)
        inner = measured(lambda _self: None, changed)
        self.call(measured(lambda partners: inner(partners)))
        self.assertEqual(len(self.recorded("probe")), 1)

    def test_costs_are_seen(self):
        def work(partners):
            partners.env.cr.execute("SELECT pg_sleep(0.05)")
            return sum(range(200_000))

        self.call(measured(work))
        event = self.recorded("probe")[-1]
        self.assertEqual(event.queries, 1)
        self.assertGreaterEqual(event.sql, 0.05)
        self.assertGreater(event.cpu, 0)
        self.assertGreaterEqual(event.seconds, event.sql)
