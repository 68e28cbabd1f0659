"""What is measured is what the database says, in every registry, whatever happens."""

import functools

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..runtime import place as placing
from ..runtime.measuring import SWITCHED_OFF, Measuring, measuring
from ..runtime.recording import recorder
from ..runtime.switch import switch
from .common import RecordedCase


class MeasuringCase(RecordedCase, TransactionCase):
    """Operations on partners, followed by the registry of the test."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.stop)
        self.partner_class = self.env.registry["res.partner"]
        self.partner = self.env["res.partner"].search([], limit=1)

    def stop(self):
        """Leave the registry to be followed anew by the next test."""
        measuring(self.env.registry).stop()

    def follow(self):
        self.env.flush_all()
        measuring(self.env.registry).follow(self.env.cr)

    def measure(self, model="res.partner", method="address_get", **values):
        """Measure a method, and let this worker know."""
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
        self.follow()
        return operation

    def measured_calls(self, records=None, method="address_get", operation="probe"):
        """Call a method, and return how many events that gave."""
        before = len(self.recorded(operation))
        with self.env.cr.savepoint() as savepoint:
            getattr(self.partner if records is None else records, method)()
            savepoint.rollback()
        return len(self.recorded(operation)) - before


@tagged("-at_install", "post_install")
class TestAnOperationIsMeasured(MeasuringCase):
    def test_from_when_it_is_there_until_it_is_archived_or_deleted(self):
        self.assertEqual(self.measured_calls(), 0)
        operation = self.measure()
        self.assertEqual(self.measured_calls(), 1)
        operation.active = False
        self.follow()
        self.assertEqual(self.measured_calls(), 0)
        self.assertNotIn("address_get", vars(self.partner_class))
        operation.active = True
        self.follow()
        self.assertEqual(self.measured_calls(), 1)
        operation.unlink()
        self.follow()
        self.assertEqual(self.measured_calls(), 0)

    def test_under_its_new_names_and_threshold(self):
        operation = self.measure()
        before = self.partner_class.address_get
        operation.write({"code": "renamed", "threshold": 0.5})
        self.follow()
        self.assertIs(self.partner_class.address_get, before)
        self.assertEqual(self.measured_calls(operation="renamed"), 1)

    def test_once_however_often_hooks_are_registered(self):
        self.measure()
        before = self.partner_class.address_get
        self.env["reliability.operation"]._register_hook()
        self.assertIs(self.partner_class.address_get, before)
        self.env["reliability.operation"]._unregister_hook()
        self.assertNotIn("address_get", vars(self.partner_class))
        self.env["reliability.operation"]._register_hook()
        self.assertEqual(self.measured_calls(), 1)

    def test_what_was_set_before_us_comes_back(self):
        self.partner_class.address_get = before = lambda _self: 2
        self.addCleanup(delattr, self.partner_class, "address_get")
        operation = self.measure()
        self.assertIsNot(self.partner_class.address_get, before)
        operation.active = False
        self.follow()
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

    def test_the_time_of_the_childs_override_is_inside(self):
        self.measure("mail.thread", self.METHOD)
        self.assertIn(self.METHOD, vars(self.partner_class))

    def test_a_child_with_an_operation_of_its_own_counts_as_that_alone(self):
        self.measure("mail.thread", self.METHOD)
        self.measure("res.partner", self.METHOD, code="probe_child")
        with self.env.cr.savepoint() as savepoint:
            getattr(self.partner, self.METHOD)()
            savepoint.rollback()
        self.assertEqual(len(self.recorded("probe")), 0)
        self.assertEqual(len(self.recorded("probe_child")), 1)
        channel = self.env["mail.message"].search([], limit=1)
        self.assertFalse(hasattr(channel, self.METHOD))

    def test_all_of_them_are_left_again(self):
        self.measure("mail.thread", self.METHOD).active = False
        self.follow()
        left = [
            model
            for model in self.env.registry.descendants(["mail.thread"], "_inherit")
            if self.METHOD in vars(self.env.registry[model])
        ]
        self.assertFalse(left)


@tagged("-at_install", "post_install")
class TestAMeasurementThatSomebodyRemoved(MeasuringCase):
    def look(self):
        """Do what each request begins with, two seconds later."""
        measuring(self.env.registry)._next_look = 0.0
        with mute_logger("odoo.addons.reliability.runtime.measuring"):
            measuring(self.env.registry).look()

    def test_is_put_back_and_counted(self):
        self.measure()
        del self.partner_class.address_get
        self.assertEqual(self.measured_calls(), 0)
        self.look()
        self.assertEqual(self.measured_calls(), 1)
        self.assertEqual(recorder()._slot.drops()["removed"], 1)

    def test_is_put_around_what_replaced_it(self):
        self.measure()
        ours = self.partner_class.address_get
        self.partner_class.address_get = lambda _self: {"replaced": 1}
        self.addCleanup(delattr, self.partner_class, "address_get")
        self.look()
        self.assertEqual(self.partner.address_get(), {"replaced": 1})
        self.assertEqual(self.measured_calls(), 1)
        self.assertIsNot(self.partner_class.address_get, ours)

    def test_a_wrapper_around_ours_is_left_alone_and_nothing_counts_twice(self):
        operation = self.measure()
        ours = self.partner_class.address_get
        theirs = functools.wraps(ours)(lambda partner: ours(partner))
        self.partner_class.address_get = theirs
        self.addCleanup(delattr, self.partner_class, "address_get")
        self.look()
        self.assertIs(self.partner_class.address_get, theirs)
        self.assertEqual(self.measured_calls(), 1)
        operation.active = False
        self.follow()
        self.assertIs(self.partner_class.address_get, theirs)
        self.assertEqual(self.measured_calls(), 0)

    def test_somebody_who_hides_ours_each_time_builds_no_tower(self):
        self.measure()
        self.addCleanup(delattr, self.partner_class, "address_get")
        for _time in range(2 * placing._MOST_RETURNS):
            ours = self.partner_class.address_get
            self.partner_class.address_get = lambda partner, ours=ours: ours(partner)
            self.look()
        self.assertEqual(recorder()._slot.drops()["removed"], placing._MOST_RETURNS)
        self.assertEqual(self.measured_calls(), 1)


@tagged("-at_install", "post_install")
class TestAnOperationThatCannotBeMeasuredAnyMore(MeasuringCase):
    def break_operation(self, **values):
        """Change an operation as an upgrade changes what it is about."""
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
        with mute_logger("odoo.addons.reliability.runtime.measuring"):
            self.follow()
        return operation

    def test_is_passed_over_shown_and_counted_once(self):
        for values in ({"model": "gone.model"}, {"method": "gone_method"}):
            with self.subTest(values), self.env.cr.savepoint() as savepoint:
                self.begin_anew()
                operation = self.break_operation(**values)
                self.assertIn(*values.values(), operation.problem)
                with mute_logger("odoo.addons.reliability.runtime.measuring"):
                    self.follow()
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

    def test_one_whose_field_is_gone_is_measured_without_it(self):
        operation = self.break_operation(dimension="gone_id")
        self.assertIn("gone_id", operation.problem)
        self.assertEqual(self.measured_calls(), 1)

    def test_the_others_are_measured(self):
        self.break_operation(method="gone_method")
        order = self.env.registry["sale.order"]
        self.assertIn("action_confirm", vars(order))


@tagged("-at_install", "post_install")
class TestADatabaseOfAnotherVersion(MeasuringCase):
    """New code on an old schema, and an old registry on a new one, must come up."""

    def come_up(self, change):
        fresh = Measuring(self.env.registry)
        with self.env.cr.savepoint() as savepoint:
            self.env.cr.execute(change)
            with self.assertLogs("odoo.addons.reliability", "WARNING"):
                fresh.follow(self.env.cr)
            self.env.cr.execute("SELECT 1")  # the transaction is sound
            savepoint.rollback()

    def test_without_our_table(self):
        self.come_up("ALTER TABLE reliability_operation RENAME TO gone")

    def test_without_a_column(self):
        self.come_up("ALTER TABLE reliability_operation RENAME dimension TO gone")

    def test_what_was_measured_stays(self):
        self.measure()
        with self.env.cr.savepoint() as savepoint:
            self.env.cr.execute("ALTER TABLE reliability_service RENAME code TO gone")
            with mute_logger("odoo.addons.reliability.runtime.measuring"):
                measuring(self.env.registry).follow(self.env.cr)
            savepoint.rollback()
        self.assertEqual(self.measured_calls(), 1)


@tagged("-at_install", "post_install")
class TestTheKillSwitch(MeasuringCase):
    def test_of_a_database_stops_all_and_lets_all_begin_again(self):
        operation = self.measure()
        self.env["ir.config_parameter"].set_param(SWITCHED_OFF, True)
        self.follow()
        self.assertEqual(self.measured_calls(), 0)
        self.assertNotIn("action_confirm", vars(self.env.registry["sale.order"]))
        self.assertIn("Settings", operation.problem)
        self.env["ir.config_parameter"].set_param(SWITCHED_OFF, False)
        self.follow()
        self.assertEqual(self.measured_calls(), 1)
        self.assertFalse(operation.problem)

    def test_in_settings_is_that_parameter(self):
        settings = self.env["res.config.settings"]
        self.assertFalse(settings.create({}).reliability_switched_off)
        settings.create({"reliability_switched_off": True}).execute()
        self.measure()
        self.assertEqual(self.measured_calls(), 0)
        settings.create({"reliability_switched_off": False}).execute()
        self.follow()
        self.assertEqual(self.measured_calls(), 1)

    def test_of_the_server_works_in_the_middle_of_a_long_job(self):
        self.measure()
        self.addCleanup(setattr, switch, "on", True)
        switch._next_look = float("inf")
        self.addCleanup(setattr, switch, "_next_look", 0.0)
        switch.on = False
        self.assertEqual(self.measured_calls(), 0)
        switch.on = True
        self.assertEqual(self.measured_calls(), 1)
