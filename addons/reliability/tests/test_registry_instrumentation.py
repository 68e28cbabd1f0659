"""Every registry measures the operations of its database, and no others."""

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
)
from .clocks import LIMIT, wait_until
from .common import RecordedCase


class InstrumentationCase(RecordedCase, TransactionCase):
    """Operations on partners, and the instrumentation of the registry."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.restore)
        self.partner_class = self.env.registry["res.partner"]
        self.partner = self.env["res.partner"].search([], limit=1)

    def restore(self):
        """Synchronize the registry with the operations that are committed."""
        with own_cursor(self.env.registry) as cr:
            instrumentation_of(self.env.registry).synchronize(cr)

    def synchronize(self):
        self.env.flush_all()
        instrumentation_of(self.env.registry).synchronize(self.env.cr)

    def measure(self, model="res.partner", method="address_get", **values):
        """Create an operation, and measure it in this process."""
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
class TestOperationIsMeasured(InstrumentationCase):
    def test_while_it_is_active(self):
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

    def test_by_its_new_code_without_another_layer(self):
        operation = self.measure()
        before = self.partner_class.address_get
        operation.write({"code": "renamed", "threshold": 0.5})
        self.synchronize()
        self.assertIs(self.partner_class.address_get, before)
        self.assertEqual(self.measured_calls(operation="renamed"), 1)

    def test_once_if_hooks_are_registered_again(self):
        self.measure()
        before = self.partner_class.address_get
        self.env["reliability.operation"]._register_hook()
        self.assertIs(self.partner_class.address_get, before)
        self.env["reliability.operation"]._unregister_hook()
        self.assertNotIn("address_get", vars(self.partner_class))
        self.env["reliability.operation"]._register_hook()
        self.assertEqual(self.measured_calls(), 1)

    def test_until_a_method_that_was_set_before_is_restored(self):
        self.partner_class.address_get = before = lambda _self: 2
        self.addCleanup(delattr, self.partner_class, "address_get")
        operation = self.measure()
        self.assertIsNot(self.partner_class.address_get, before)
        operation.active = False
        self.synchronize()
        self.assertIs(self.partner_class.address_get, before)


@tagged("-at_install", "post_install")
class TestInheritance(InstrumentationCase):
    """``mail.thread`` is abstract, and inherited by many models."""

    METHOD = "_message_compute_author"

    def call(self, records, operation="probe"):
        return self.measured_calls(records, self.METHOD, operation)

    def test_an_abstract_model_and_its_child_count_once(self):
        self.measure("mail.thread", self.METHOD)
        self.assertEqual(self.call(self.partner), 1)

    def test_a_child_is_measured_outside_of_its_override(self):
        self.measure("mail.thread", self.METHOD)
        self.assertIn(self.METHOD, vars(self.partner_class))

    def test_a_child_with_its_own_operation_counts_as_that_only(self):
        self.measure("mail.thread", self.METHOD)
        self.measure("res.partner", self.METHOD, code="probe_child")
        with self.env.cr.savepoint() as savepoint:
            getattr(self.partner, self.METHOD)()
            savepoint.rollback()
        self.assertEqual(len(self.recorded("probe")), 0)
        self.assertEqual(len(self.recorded("probe_child")), 1)

    def test_a_child_has_labels_from_its_own_fields(self):
        self.measure("mail.thread", self.METHOD)
        order = self.env["sale.order"].search([("warehouse_id", "!=", False)], limit=1)
        order.mapped("company_id")  # fills the cache
        self.call(order)
        ((labels, _event),) = self.recorded_with_labels("probe")
        self.assertEqual(labels["company"], str(order.company_id.id))
        self.assertEqual(labels["warehouse"], order.warehouse_id.code)

    def test_all_children_are_restored_when_the_operation_is_archived(self):
        self.measure("mail.thread", self.METHOD).active = False
        self.synchronize()
        measured = [
            model
            for model in self.env.registry.descendants(["mail.thread"], "_inherit")
            if self.METHOD in vars(self.env.registry[model])
        ]
        self.assertFalse(measured)


@tagged("-at_install", "post_install")
class TestMethodsThatOtherCodeReplaces(InstrumentationCase):
    def check(self):
        """Check the registry as at the start of a request, two seconds later."""
        instrumentation_of(self.env.registry)._next_check = 0.0
        with mute_logger("odoo.addons.reliability.instrumentation.registry"):
            instrumentation_of(self.env.registry).check()

    def test_a_deleted_method_is_measured_again_and_counted(self):
        self.measure()
        del self.partner_class.address_get
        self.assertEqual(self.measured_calls(), 0)
        self.check()
        self.assertEqual(self.measured_calls(), 1)
        self.assertEqual(recorder()._slot.drops()["removed"], 1)

    def test_a_replacement_is_measured(self):
        self.measure()
        ours = self.partner_class.address_get
        self.partner_class.address_get = lambda _self: {"replaced": 1}
        self.addCleanup(delattr, self.partner_class, "address_get")
        self.check()
        self.assertEqual(self.partner.address_get(), {"replaced": 1})
        self.assertEqual(self.measured_calls(), 1)
        self.assertIsNot(self.partner_class.address_get, ours)

    def test_a_replacement_in_a_parent_class_is_called(self):
        """Tests patch the class in which a method is defined."""
        replacement = lambda _self, *_args: {"replaced": 1}  # noqa: E731
        defining_class = next(
            cls for cls in self.partner_class.__mro__[1:] if "address_get" in vars(cls)
        )
        self.measure()
        with patch.object(defining_class, "address_get", replacement):
            self.assertEqual(self.partner.address_get(), {"replaced": 1})
            self.assertEqual(self.measured_calls(), 1)
        self.assertIn("contact", self.partner.address_get(["contact"]))

    def test_a_wrapper_of_other_code_stays_and_calls_count_once(self):
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

    def test_a_temporary_replacement_leaves_no_layer(self):
        operation = self.measure()
        with patch.object(self.partner_class, "address_get", lambda _self: {}):
            self.check()
        self.check()
        operation.active = False
        self.synchronize()
        self.assertNotIn("address_get", vars(self.partner_class))

    def test_repeated_replacements_add_a_limited_number_of_layers(self):
        self.measure()
        self.addCleanup(delattr, self.partner_class, "address_get")
        for _time in range(2 * method_module._MAX_RETURNS):
            ours = self.partner_class.address_get
            self.partner_class.address_get = lambda partner, ours=ours: ours(partner)
            self.check()
        returns = recorder()._slot.drops()["removed"]
        self.assertEqual(returns, method_module._MAX_RETURNS)
        self.assertEqual(self.measured_calls(), 1)


@tagged("-at_install", "post_install")
class TestOperationsThatAreNotEligibleAnyMore(InstrumentationCase):
    def break_operation(self, **values):
        """Change an operation by SQL, as if an upgrade had removed its method."""
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

    def test_are_skipped_shown_and_counted_once(self):
        for values in ({"model": "gone.model"}, {"method": "gone_method"}):
            with self.subTest(values), self.env.cr.savepoint() as savepoint:
                self.reset_recorder()
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
                operation.name = "A new name"  # other changes are allowed
                savepoint.rollback()
            self.env.invalidate_all()

    def test_are_measured_without_a_dimension_that_does_not_exist(self):
        operation = self.break_operation(dimension="gone_id")
        self.assertIn("gone_id", operation.problem)
        self.assertEqual(self.measured_calls(), 1)

    def test_do_not_prevent_the_measuring_of_others(self):
        self.break_operation(method="gone_method")
        order = self.env.registry["sale.order"]
        self.assertIn("action_confirm", vars(order))


@tagged("-at_install", "post_install")
class TestSignalsOfChanges(InstrumentationCase):
    """Each request starts with a check for stale caches."""

    def begin_request(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():  # uncommitted changes are visible
            instrumentation_of(self.env.registry).check()

    def signal(self):
        """Increment the sequence, as Odoo does in a worker whose cache is stale."""
        sequences = self.env.registry.cache_sequences
        sequences["stable"] = sequences["stable"] + 1

    def test_a_worker_applies_a_change_when_it_is_signalled(self):
        self.measure()
        operation = self.env["reliability.operation"].search([("code", "=", "probe")])
        operation.active = False
        self.begin_request()
        self.assertEqual(self.measured_calls(), 1, "not signalled yet")
        self.signal()
        self.begin_request()
        self.assertEqual(self.measured_calls(), 0)

    def test_only_changes_with_an_effect_are_signalled(self):
        operation = self.measure()
        invalidated = self.env.registry.cache_invalidated
        for record, values, is_signalled in (
            (operation, {"threshold": 7.0}, True),
            (operation, {"active": False}, True),
            (operation.service_id, {"code": "renamed"}, True),
            (operation, {"sequence": 7, "name": "Renamed"}, False),
            (operation.service_id, {"name": "Renamed"}, False),
        ):
            with self.subTest(values):
                invalidated.clear()
                record.write(values)
                self.assertEqual("stable" in invalidated, is_signalled)
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

    def test_requests_do_not_fail_without_a_free_connection(self):
        """A request has a connection, and the instrumentation needs another one."""
        self.measure()
        instrumentation = instrumentation_of(self.env.registry)

        def no_connection(*_arguments, **_named):
            raise PoolError("The Connection Pool Is Full")

        with patch.object(type(self.env.registry), "cursor", no_connection):
            self.signal()
            with self.assertLogs("odoo.addons.reliability", "WARNING") as logs:
                for _request in range(5):
                    instrumentation.check()
        self.assertEqual(len(logs.records), 1, "one attempt for all requests")
        self.assertEqual(self.measured_calls(), 1)
        instrumentation._next_attempt = 0.0

    def test_classes_are_not_instrumented_during_their_setup(self):
        self.measure()
        instrumentation_of(self.env.registry).stop()
        self.signal()
        self.begin_request()
        self.assertEqual(self.measured_calls(), 0)
        self.synchronize()
        self.assertEqual(self.measured_calls(), 1)


@tagged("-at_install", "post_install")
class TestRegistriesThatChangeUnderLoad(InstrumentationCase):
    def test_a_request_does_not_wait_for_a_thread_that_builds_a_registry(self):
        """That thread may wait for the request: a deadlock of the whole server."""
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
        instrumentation = instrumentation_of(registry)
        self.assertEqual(instrumentation._synchronized, instrumentation._signals())

    def test_requests_go_on_while_fields_are_added(self):
        registry = self.env.registry
        over, done, errors = threading.Event(), [], []

        def requests():
            while not over.is_set():
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
        over.set()
        thread.join(LIMIT)
        self.assertFalse(thread.is_alive() or errors)
        self.assertIn("action_confirm", vars(registry["sale.order"]))

    def set_up_models(self):
        """Set up the classes again, as Odoo does for a new field."""
        registry = self.env.registry
        with registry._lock, registry.cursor() as cr:
            registry._setup_models__(cr)
        registry.registry_invalidated = False

    def test_a_method_has_one_layer_after_the_setup_of_classes(self):
        self.set_up_models()
        self.synchronize()
        confirm = self.env.registry["sale.order"].action_confirm
        layers = [layer for layer in layers_of(confirm) if is_ours(layer)]
        self.assertEqual(len(layers), 1)


def is_ours(layer):
    return layer.__code__.co_name == "measured"


@tagged("-at_install", "post_install")
class TestDatabaseOfAnotherVersion(InstrumentationCase):
    """New code works with an old schema, and an old registry with a new schema."""

    def synchronize_after(self, change):
        instrumentation = RegistryInstrumentation(self.env.registry)
        with self.env.cr.savepoint() as savepoint:
            self.env.cr.execute(change)
            with self.assertLogs("odoo.addons.reliability", "WARNING"):
                instrumentation.synchronize(self.env.cr)
            self.env.cr.execute("SELECT 1")
            self.assertEqual(self.env.cr.rowcount, 1, "the transaction is aborted")
            savepoint.rollback()

    def test_without_the_table_of_operations(self):
        self.synchronize_after("ALTER TABLE reliability_operation RENAME TO gone")

    def test_without_a_column(self):
        self.synchronize_after(
            "ALTER TABLE reliability_operation RENAME dimension TO gone"
        )

    def test_measured_methods_stay_measured(self):
        self.measure()
        with self.env.cr.savepoint() as savepoint:
            self.env.cr.execute("ALTER TABLE reliability_service RENAME code TO gone")
            with mute_logger("odoo.addons.reliability.instrumentation.registry"):
                instrumentation_of(self.env.registry).synchronize(self.env.cr)
            savepoint.rollback()
        self.assertEqual(self.measured_calls(), 1)


@tagged("-at_install", "post_install")
class TestKillSwitches(InstrumentationCase):
    def test_the_switch_of_a_database_pauses_and_resumes(self):
        operation = self.measure()
        self.env["ir.config_parameter"].set_param(SWITCHED_OFF.key, True)
        self.synchronize()
        self.assertEqual(self.measured_calls(), 0)
        self.assertNotIn("action_confirm", vars(self.env.registry["sale.order"]))
        self.assertIn("Settings", operation.problem)
        self.env["ir.config_parameter"].set_param(SWITCHED_OFF.key, False)
        self.synchronize()
        self.assertEqual(self.measured_calls(), 1)
        self.assertFalse(operation.problem)

    def test_settings_store_the_switch_of_the_database(self):
        settings = self.env["res.config.settings"]
        self.assertFalse(settings.create({}).reliability_switched_off)
        settings.create({"reliability_switched_off": True}).execute()
        self.measure()
        self.assertEqual(self.measured_calls(), 0)
        settings.create({"reliability_switched_off": False}).execute()
        self.synchronize()
        self.assertEqual(self.measured_calls(), 1)

    def test_the_switch_of_the_database_removes_what_addons_put_around_methods(self):
        instrumentation = instrumentation_of(self.env.registry)
        original = self.partner_class.address_get
        self.addCleanup(instrumentation.unpatch, self.partner_class)

        def layer(_original):
            return lambda _records: "layer"

        for value, is_put in (("True", False), ("", True), ("True", False)):
            self.env["ir.config_parameter"].set_param(SWITCHED_OFF.key, value)
            self.synchronize()
            self.assertEqual(self.partner_class.address_get is not original, is_put)
            instrumentation.patch(self.partner_class, "address_get", layer)
            self.assertEqual(self.partner_class.address_get is not original, is_put)

    def test_the_switch_of_the_server_has_an_effect_during_a_long_job(self):
        self.measure()
        self.addCleanup(setattr, kill_switch, "on", True)
        kill_switch._next_check = float("inf")
        self.addCleanup(setattr, kill_switch, "_next_check", 0.0)
        kill_switch.on = False
        self.assertEqual(self.measured_calls(), 0)
        kill_switch.on = True
        self.assertEqual(self.measured_calls(), 1)
