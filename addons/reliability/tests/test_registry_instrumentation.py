"""Registries are instrumented as the operations of their database require."""

import functools
import threading
from unittest.mock import patch

from psycopg2.pool import PoolError

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..instrumentation import method as method_module
from ..instrumentation.eligibility import layers_of
from ..instrumentation.kill_switch import kill_switch
from ..instrumentation.own_cursor import own_cursor
from ..instrumentation.recording import recorder
from ..instrumentation.registry import (
    SWITCHED_OFF,
    RegistryInstrumentation,
    instrumentation_of,
    is_switched_off,
)
from .clocks import LIMIT, wait_until
from .common import RecordedCase


class MeasuringCase(RecordedCase, TransactionCase):
    """Operations on partners, in the registry of the test."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.leave)
        self.partner_class = self.env.registry["res.partner"]
        self.partner = self.env["res.partner"].search([], limit=1)

    def leave(self):
        """Synchronize the registry with the committed operations."""
        with own_cursor(self.env.registry) as cr:
            instrumentation_of(self.env.registry).synchronize(cr)

    def synchronize(self):
        self.env.flush_all()
        instrumentation_of(self.env.registry).synchronize(self.env.cr)

    def measure(self, model="res.partner", method="address_get", **values):
        """Create an operation, and synchronize the registry."""
        operation = self.env["reliability.operation"].create(
            {
                "name": "Probe",
                "code": "probe",
                "service_id": self.env.ref("reliability.service_platform").id,
                "model": model,
                "method": method,
                **values,
            }
        )
        self.synchronize()
        return operation

    def measured_calls(self, records=None, method="address_get", operation="probe"):
        """Call a method, and return the number of its events."""
        before = len(self.recorded(operation))
        with self.env.cr.savepoint() as savepoint:
            getattr(self.partner if records is None else records, method)()
            savepoint.rollback()
        return len(self.recorded(operation)) - before


@tagged("-at_install", "post_install")
class TestAnOperationIsMeasured(MeasuringCase):
    def test_from_its_creation_until_it_is_archived_or_deleted(self):
        self.assertEqual(self.measured_calls(), 0)
        operation = self.measure()
        self.assertEqual(self.measured_calls(), 1)
        operation.active = False
        self.synchronize()
        self.assertEqual(self.measured_calls(), 0)
        self.assertNotIn("address_get", vars(self.partner_class))
        operation.active = True
        self.synchronize()
        self.assertEqual(self.measured_calls(), 1)
        operation.unlink()
        self.synchronize()
        self.assertEqual(self.measured_calls(), 0)

    def test_with_its_new_code_and_threshold(self):
        operation = self.measure()
        before = self.partner_class.address_get
        operation.write({"code": "renamed", "threshold": 0.5})
        self.synchronize()
        self.assertIs(self.partner_class.address_get, before)
        self.assertEqual(self.measured_calls(operation="renamed"), 1)

    def test_once_when_hooks_are_registered_again(self):
        self.measure()
        before = self.partner_class.address_get
        self.env["reliability.operation"]._register_hook()
        self.assertIs(self.partner_class.address_get, before)
        self.env["reliability.operation"]._unregister_hook()
        self.assertNotIn("address_get", vars(self.partner_class))
        self.env["reliability.operation"]._register_hook()
        self.assertEqual(self.measured_calls(), 1)

    def test_an_earlier_patch_is_restored(self):
        self.partner_class.address_get = before = lambda _self: 2
        self.addCleanup(delattr, self.partner_class, "address_get")
        operation = self.measure()
        self.assertIsNot(self.partner_class.address_get, before)
        operation.active = False
        self.synchronize()
        self.assertIs(self.partner_class.address_get, before)


@tagged("-at_install", "post_install")
class TestInheritance(MeasuringCase):
    """``mail.thread`` is abstract; ``res.partner`` is one of many that inherit it."""

    METHOD = "_message_compute_author"

    def call(self, records, operation="probe"):
        return self.measured_calls(records, self.METHOD, operation)

    def test_an_abstract_model_and_its_child_count_once(self):
        self.measure("mail.thread", self.METHOD)
        self.assertEqual(self.call(self.partner), 1)

    def test_an_override_of_a_child_is_measured_with_it(self):
        self.measure("mail.thread", self.METHOD)
        self.assertIn(self.METHOD, vars(self.partner_class))

    def test_a_child_with_its_own_operation_counts_only_for_that(self):
        self.measure("mail.thread", self.METHOD)
        self.measure("res.partner", self.METHOD, code="probe_child")
        with self.env.cr.savepoint() as savepoint:
            getattr(self.partner, self.METHOD)()
            savepoint.rollback()
        self.assertEqual(len(self.recorded("probe")), 0)
        self.assertEqual(len(self.recorded("probe_child")), 1)

    def test_a_child_is_labelled_by_its_own_fields(self):
        self.measure("mail.thread", self.METHOD)
        order = self.env["sale.order"].search([("warehouse_id", "!=", False)], limit=1)
        order.mapped("company_id")  # fill the cache
        self.call(order)
        ((labels, _event),) = self.recorded_with_labels("probe")
        self.assertEqual(labels["company"], str(order.company_id.id))
        self.assertEqual(labels["warehouse"], order.warehouse_id.code)

    def test_all_children_are_restored(self):
        self.measure("mail.thread", self.METHOD).active = False
        self.synchronize()
        left = [
            model
            for model in self.env.registry.descendants(["mail.thread"], "_inherit")
            if self.METHOD in vars(self.env.registry[model])
        ]
        self.assertFalse(left)


@tagged("-at_install", "post_install")
class TestInstrumentationThatOtherCodeRemoved(MeasuringCase):
    def check(self):
        """Do the check that starts each request, two seconds later."""
        instrumentation_of(self.env.registry)._next_check = 0.0
        with mute_logger("odoo.addons.reliability.instrumentation.registry"):
            instrumentation_of(self.env.registry).check()

    def test_is_put_back_and_counted(self):
        self.measure()
        del self.partner_class.address_get
        self.assertEqual(self.measured_calls(), 0)
        self.check()
        self.assertEqual(self.measured_calls(), 1)
        self.assertEqual(recorder()._slot.drops()["removed"], 1)

    def test_is_put_around_the_replacement(self):
        self.measure()
        ours = self.partner_class.address_get
        self.partner_class.address_get = lambda _self: {"replaced": 1}
        self.addCleanup(delattr, self.partner_class, "address_get")
        self.check()
        self.assertEqual(self.partner.address_get(), {"replaced": 1})
        self.assertEqual(self.measured_calls(), 1)
        self.assertIsNot(self.partner_class.address_get, ours)

    def test_a_method_replaced_in_a_base_class_is_called(self):
        """Tests patch the class that defines the method."""
        replaced = lambda _self, *_args: {"behind": 1}  # noqa: E731
        written_in = next(
            cls for cls in self.partner_class.__mro__[1:] if "address_get" in vars(cls)
        )
        self.measure()
        with patch.object(written_in, "address_get", replaced):
            self.assertEqual(self.partner.address_get(), {"behind": 1})
            self.assertEqual(self.measured_calls(), 1)
        self.assertIn("contact", self.partner.address_get(["contact"]))

    def test_a_wrapper_around_ours_stays_and_calls_count_once(self):
        operation = self.measure()
        ours = self.partner_class.address_get
        theirs = functools.wraps(ours)(lambda partner: ours(partner))
        self.partner_class.address_get = theirs
        self.addCleanup(delattr, self.partner_class, "address_get")
        self.check()
        self.assertIs(self.partner_class.address_get, theirs)
        self.assertEqual(self.measured_calls(), 1)
        operation.active = False
        self.synchronize()
        self.assertIs(self.partner_class.address_get, theirs)
        self.assertEqual(self.measured_calls(), 0)

    def test_a_temporary_patch_leaves_no_wrapper(self):
        operation = self.measure()
        with patch.object(self.partner_class, "address_get", lambda _self: {}):
            self.check()
        self.check()
        operation.active = False
        self.synchronize()
        self.assertNotIn("address_get", vars(self.partner_class))

    def test_repeated_wrapping_does_not_add_layers_without_limit(self):
        self.measure()
        self.addCleanup(delattr, self.partner_class, "address_get")
        for _time in range(2 * method_module._MAX_RETURNS):
            ours = self.partner_class.address_get
            self.partner_class.address_get = lambda partner, ours=ours: ours(partner)
            self.check()
        self.assertEqual(
            recorder()._slot.drops()["removed"], method_module._MAX_RETURNS
        )
        self.assertEqual(self.measured_calls(), 1)


@tagged("-at_install", "post_install")
class TestAnOperationThatCannotBeMeasuredAnyMore(MeasuringCase):
    def break_operation(self, **values):
        """Change an operation as an upgrade of its model does."""
        operation = self.measure()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE reliability_operation SET model = %(model)s, method = %(method)s,"
            " dimension = %(dimension)s WHERE id = %(id)s",
            {
                "model": "res.partner",
                "method": "address_get",
                "dimension": None,
                **values,
                "id": operation.id,
            },
        )
        self.env.invalidate_all()
        with mute_logger("odoo.addons.reliability.instrumentation.registry"):
            self.synchronize()
        return operation

    def test_is_skipped_shown_and_counted_once(self):
        for values in ({"model": "gone.model"}, {"method": "gone_method"}):
            with self.subTest(values), self.env.cr.savepoint() as savepoint:
                self.begin_anew()
                operation = self.break_operation(**values)
                self.assertIn(*values.values(), operation.problem)
                with mute_logger("odoo.addons.reliability.instrumentation.registry"):
                    self.synchronize()
                drops = recorder()._slot.drops()
                self.assertEqual(drops["not_measurable"], 1)
                operations = self.env["reliability.operation"]
                found = operations.search([("problem", "!=", False)])
                self.assertIn(operation, found)
                self.assertNotIn(
                    operation, operations.search([("problem", "=", False)])
                )
                operation.name = "Still mine to change"
                savepoint.rollback()
            self.env.invalidate_all()

    def test_with_a_missing_dimension_is_measured_without_it(self):
        operation = self.break_operation(dimension="gone_id")
        self.assertIn("gone_id", operation.problem)
        self.assertEqual(self.measured_calls(), 1)

    def test_does_not_affect_other_operations(self):
        self.break_operation(method="gone_method")
        order = self.env.registry["sale.order"]
        self.assertIn("action_confirm", vars(order))


@tagged("-at_install", "post_install")
class TestSignalsOfChanges(MeasuringCase):
    """Each request starts with a check of the cache signals."""

    def begin_request(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():  # the cursor of the test is used
            instrumentation_of(self.env.registry).check()

    def signal(self):
        """Do what Odoo does in a worker that receives a cache signal."""
        sequences = self.env.registry.cache_sequences
        sequences["stable"] = sequences["stable"] + 1

    def test_a_change_takes_effect_after_the_signal(self):
        self.measure()
        operation = self.env["reliability.operation"].search([("code", "=", "probe")])
        operation.active = False
        self.begin_request()
        self.assertEqual(self.measured_calls(), 1, "no signal was received")
        self.signal()
        self.begin_request()
        self.assertEqual(self.measured_calls(), 0)

    def test_only_relevant_changes_are_signalled(self):
        operation = self.measure()
        invalidated = self.env.registry.cache_invalidated
        for record, values, matters in (
            (operation, {"threshold": 7.0}, True),
            (operation, {"active": False}, True),
            (operation.service_id, {"code": "renamed"}, True),
            (operation, {"sequence": 7, "name": "Renamed"}, False),
            (operation.service_id, {"name": "Renamed"}, False),
        ):
            with self.subTest(values):
                invalidated.clear()
                record.write(values)
                self.assertEqual("stable" in invalidated, matters)
        invalidated.clear()

    def test_a_change_in_a_shell_is_signalled_too(self):
        self.is_signalled = False
        self.patch(self.env.registry, "signal_changes", self.signal_changes)
        self.measure()
        self.assertFalse(self.is_signalled, "not before it is committed")
        self.env.cr.postcommit.run()
        self.assertTrue(self.is_signalled)

    def signal_changes(self, *_registry):
        self.is_signalled = True

    def test_without_a_connection_requests_do_not_fail(self):
        """The cursor of the request has taken the last connection."""
        self.measure()
        instrumentation = instrumentation_of(self.env.registry)

        def no_connection(*_arguments, **_named):
            raise PoolError("The Connection Pool Is Full")

        with patch.object(type(self.env.registry), "cursor", no_connection):
            self.signal()
            with self.assertLogs("odoo.addons.reliability", "WARNING") as logs:
                for _request in range(5):
                    instrumentation.check()
        self.assertEqual(len(logs.records), 1, "a query for each request")
        self.assertEqual(self.measured_calls(), 1)
        instrumentation._next_attempt = 0.0

    def test_nothing_is_instrumented_while_classes_are_being_built(self):
        self.measure()
        instrumentation = instrumentation_of(self.env.registry)
        instrumentation.stop()
        self.signal()
        self.begin_request()
        self.assertEqual(self.measured_calls(), 0)
        self.synchronize()
        self.assertEqual(self.measured_calls(), 1)


@tagged("-at_install", "post_install")
class TestRegistriesThatChangeUnderLoad(MeasuringCase):
    def test_a_request_does_not_wait_for_the_lock_of_the_registry(self):
        """The thread that builds it would wait for the request: a deadlock."""
        registry = self.env.registry
        self.assertTrue(hasattr(registry._lock, "acquire"))
        sequences = registry.cache_sequences
        sequences["stable"] = sequences["stable"] + 1
        with registry._lock:
            request = threading.Thread(
                target=instrumentation_of(registry).check, daemon=True
            )
            request.start()
            request.join(LIMIT)
            self.assertFalse(request.is_alive(), "it waits for the registry")
        self.assertEqual(
            instrumentation_of(registry)._synchronized,
            instrumentation_of(registry)._signals(),
        )

    def test_requests_go_on_while_fields_are_added(self):
        registry = self.env.registry
        stopped, done, errors = threading.Event(), [], []

        def requests():
            while not stopped.is_set():
                try:
                    registry.check_signaling()
                    done.append(True)
                except Exception as error:
                    errors.append(error)

        thread = threading.Thread(target=requests, daemon=True)
        thread.start()
        for _field in range(3):
            done.clear()
            self.set_up_models()
            wait_until(lambda: done or errors, "requests to go on")
        stopped.set()
        thread.join(LIMIT)
        self.assertFalse(thread.is_alive() or errors)
        self.assertIn("action_confirm", vars(registry["sale.order"]))

    def set_up_models(self):
        """Set the models up again, as Odoo does for a new field."""
        registry = self.env.registry
        with registry._lock, registry.cursor() as cr:
            registry._setup_models__(cr)
        registry.registry_invalidated = False

    def test_two_layers_are_never_put_on_one_class(self):
        self.set_up_models()
        self.synchronize()
        confirm = self.env.registry["sale.order"].action_confirm
        layers = [layer for layer in layers_of(confirm) if is_ours(layer)]
        self.assertEqual(len(layers), 1)


def is_ours(layer):
    return layer.__code__.co_name == "measured"


@tagged("-at_install", "post_install")
class TestADatabaseOfAnotherVersion(MeasuringCase):
    """New code on an old schema, and an old registry on a new schema, must load."""

    def assert_loads(self, change):
        fresh = RegistryInstrumentation(self.env.registry)
        with self.env.cr.savepoint() as savepoint:
            self.env.cr.execute(change)
            with self.assertLogs("odoo.addons.reliability", "WARNING"):
                fresh.synchronize(self.env.cr)
            self.env.cr.execute("SELECT 1")
            self.assertEqual(self.env.cr.rowcount, 1, "the transaction is aborted")
            savepoint.rollback()

    def test_without_our_table(self):
        self.assert_loads("ALTER TABLE reliability_operation RENAME TO gone")

    def test_without_a_column(self):
        self.assert_loads("ALTER TABLE reliability_operation RENAME dimension TO gone")

    def test_existing_instrumentation_stays(self):
        self.measure()
        with self.env.cr.savepoint() as savepoint:
            self.env.cr.execute("ALTER TABLE reliability_service RENAME code TO gone")
            with mute_logger("odoo.addons.reliability.instrumentation.registry"):
                instrumentation_of(self.env.registry).synchronize(self.env.cr)
            savepoint.rollback()
        self.assertEqual(self.measured_calls(), 1)


@tagged("-at_install", "post_install")
class TestTheKillSwitch(MeasuringCase):
    def test_of_a_database_pauses_and_resumes_all_operations(self):
        operation = self.measure()
        self.env["ir.config_parameter"].set_param(SWITCHED_OFF, True)
        self.synchronize()
        self.assertEqual(self.measured_calls(), 0)
        self.assertNotIn("action_confirm", vars(self.env.registry["sale.order"]))
        self.assertIn("Settings", operation.problem)
        self.env["ir.config_parameter"].set_param(SWITCHED_OFF, False)
        self.synchronize()
        self.assertEqual(self.measured_calls(), 1)
        self.assertFalse(operation.problem)

    def test_of_a_database_is_on_for_all_values_except_no(self):
        for value in ("True", "true", "1", "yes", "on", "off, please"):
            self.assertTrue(is_switched_off(value), value)
        for value in ("", None, False, "False", "false", "0", "no"):
            self.assertFalse(is_switched_off(value), value)

    def test_in_settings_sets_the_parameter(self):
        settings = self.env["res.config.settings"]
        self.assertFalse(settings.create({}).reliability_switched_off)
        settings.create({"reliability_switched_off": True}).execute()
        self.measure()
        self.assertEqual(self.measured_calls(), 0)
        settings.create({"reliability_switched_off": False}).execute()
        self.synchronize()
        self.assertEqual(self.measured_calls(), 1)

    def test_of_the_server_takes_effect_during_a_long_job(self):
        self.measure()
        self.addCleanup(setattr, kill_switch, "on", True)
        kill_switch._next_check = float("inf")
        self.addCleanup(setattr, kill_switch, "_next_check", 0.0)
        kill_switch.on = False
        self.assertEqual(self.measured_calls(), 0)
        kill_switch.on = True
        self.assertEqual(self.measured_calls(), 1)
