"""Administrators choose the measured methods; invalid choices are rejected."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger, ormcache


class OperationCase(TransactionCase):
    def values(self, **values):
        return {
            "name": "Probe",
            "code": "probe",
            "service_id": self.env.ref("reliability.service_platform").id,
            "model": "sale.order",
            "method": "action_draft",
            **values,
        }

    # No model, so there is nothing to call in super().
    # pylint: disable-next=method-required-super
    def create(self, **values):
        return self.env["reliability.operation"].create(self.values(**values))

    def assert_rejected(self, reason, **values):
        """Assert that an operation is rejected, and the reason in the message."""
        rejected = self.assertRaisesRegex(ValidationError, reason)
        with rejected, self.env.cr.savepoint():
            self.create(**values)


@tagged("-at_install", "post_install")
class TestIneligibleOperationsAreRejected(OperationCase):
    def test_unknown_models(self):
        self.assert_rejected("no model sale.odrer.*sale.order", model="sale.odrer")

    def test_models_of_reliability(self):
        values = {"model": "reliability.operation", "method": "_problem"}
        self.assert_rejected("belongs to Reliability itself", **values)

    def test_unknown_methods(self):
        self.assert_rejected(
            "no method action_confrim.*action_confirm", method="action_confrim"
        )

    def test_methods_of_every_model(self):
        for method in ("create", "write", "unlink", "read", "_compute_field_value"):
            self.assert_rejected("every model has it", method=method)

    def test_methods_that_automation_rules_delete(self):
        self.assert_rejected("automation rules", method="message_post")

    def test_computes_constraints_and_onchanges(self):
        self.assert_rejected("Odoo calls it when", method="_compute_amounts")
        self.assert_rejected("Odoo calls it when", method="_check_prepayment_percent")
        onchange = "_onchange_fpos_id_show_update_fpos"
        self.assert_rejected("Odoo calls it when", method=onchange)
        ondelete = "_unlink_except_draft_or_cancel"
        self.assert_rejected("Odoo calls it when", method=ondelete)
        search = "_search_invoice_ids"
        self.assert_rejected("a field uses it", method=search)

    def test_methods_that_are_not_called_on_records(self):
        order = self.env.registry["sale.order"]
        for kind in (classmethod, staticmethod):
            order.probe_of_a_class = kind(lambda *_self: None)
            self.assert_rejected("not called on records", method="probe_of_a_class")
        del order.probe_of_a_class

    def test_models_of_the_framework(self):
        for model, method in (
            ("ir.http", "_dispatch"),
            ("ir.model.access", "check"),
            ("ir.config_parameter", "get_param"),
            ("res.users", "has_group"),
            ("res.users", "_check_credentials"),
            ("res.users.apikeys", "_generate"),
            ("ir.qweb", "_render"),
        ):
            self.assert_rejected("framework", model=model, method=method)
        self.create(model="ir.actions.report", method="_render_qweb_pdf")

    def test_cached_methods(self):
        order = self.env.registry["sale.order"]
        order.probe_cached = ormcache()(lambda self: 1)
        self.addCleanup(delattr, order, "probe_cached")
        self.assert_rejected("cached", method="probe_cached")

    def test_attributes_that_are_not_methods(self):
        self.assert_rejected("every model has it", method="_order")
        self.assert_rejected("it is not a method", method="_mail_thread_customer")

    def test_generators(self):
        order = self.env.registry["sale.order"]

        def generator(_self):
            yield 1

        order.probe_generator = generator
        self.addCleanup(delattr, order, "probe_generator")
        self.assert_rejected("generator", method="probe_generator")

    def test_methods_that_authenticate_users(self):
        for method in ("change_password", "signup_authenticate"):
            order = self.env.registry["sale.order"]
            setattr(order, method, lambda _self: None)
            self.addCleanup(delattr, order, method)
            self.assert_rejected("authenticates users", method=method)

    def test_invalid_dimensions(self):
        usable = "cannot be split by partner_id.*warehouse_id"
        self.assert_rejected(usable, dimension="partner_id")
        for dimension in ("nothing", "warehouse_id.nothing", "name", "order_line", "."):
            self.assert_rejected("cannot be split by", dimension=dimension)

    def test_invalid_codes(self):
        for code in ("", "A", "two words", "größe", "mixed", "other", "x" * 64):
            self.assert_rejected("cannot be a code", code=code)

    @mute_logger("odoo.sql_db")
    def test_a_used_code_a_used_method_and_a_threshold_of_zero(self):
        self.create()
        for values in ({"method": "action_lock"}, {"code": "other_probe"}):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.create(**values)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.create(code="slow", method="action_lock", threshold=0)

    def test_invalid_changes(self):
        operation = self.create()
        rejected = self.assertRaisesRegex(ValidationError, "no method gone")
        with rejected, self.env.cr.savepoint():
            operation.method = "gone"


@tagged("-at_install", "post_install")
class TestSearchOfOperationsWithProblems(OperationCase):
    def test_archived_operations_can_be_searched(self):
        operation = self.create(active=False)
        with_problem = [("problem", "!=", False), ("active", "=", False)]
        operations = self.env["reliability.operation"]
        self.assertNotIn(operation, operations.search(with_problem))


@tagged("-at_install", "post_install")
class TestRightsOnOperations(OperationCase):
    def as_user(self, group):
        return new_test_user(self.env, "probe user", groups=group)

    def test_only_a_system_administrator_chooses_methods(self):
        admin = self.as_user("reliability.group_admin")
        operation = self.create().with_user(admin)
        with self.assertRaises(AccessError):
            self.env["reliability.operation"].with_user(admin).create(
                self.values(code="probe_two", method="action_lock")
            )
        values = self.values(code="probe_two")
        chosen = {f"default_{name}": values.pop(name) for name in ("model", "method")}
        with self.assertRaises(AccessError):
            operations = self.env["reliability.operation"].with_user(admin)
            operations.with_context(**chosen).create(values)
        for values in ({"method": "action_lock"}, {"dimension": "warehouse_id"}):
            with self.assertRaisesRegex(AccessError, "system administrator"):
                operation.write(values)

    def test_a_reliability_administrator_sets_thresholds_and_owners(self):
        admin = self.as_user("reliability.group_admin")
        operation = self.create().with_user(admin)
        values = {"threshold": 7.0, "name": "Another name", "active": False}
        operation.write(values)
        operation.service_id.write({"owner_id": admin.id, "criticality": "low"})
        self.env.invalidate_all()
        self.assertRecordValues(operation, [values])
        self.assertEqual(operation.service_id.owner_id, admin)

    def test_a_viewer_reads(self):
        viewer = self.as_user("reliability.group_viewer")
        operation = self.create().with_user(viewer)
        operation.read()
        operation.service_id.read()
        with self.assertRaises(AccessError):
            operation.threshold = 7.0

    def test_other_users_see_nothing(self):
        user = self.as_user("base.group_user")
        for model in ("reliability.operation", "reliability.service"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(user).search([])


@tagged("-at_install", "post_install")
class TestForm(OperationCase):
    def test_the_model_is_chosen_by_its_name(self):
        with Form(self.env["reliability.operation"]) as form:
            form.name = "Probe"
            form.code = "probe"
            form.service_id = self.env.ref("reliability.service_platform")
            form.model_id = self.env["ir.model"]._get("sale.order")
            form.method = "action_cancel"
        operation = form.record
        self.assertEqual(operation.model, "sale.order")
        operation.model_id = self.env["ir.model"]._get("stock.picking")
        self.assertEqual(operation.model, "stock.picking")


@tagged("-at_install", "post_install")
class TestServices(TransactionCase):
    def test_the_core_brings_those_that_it_measures(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "reliability"), ("model", "=", "reliability.service")]
        )
        self.assertEqual(
            set(data.mapped("name")),
            {
                f"service_{code}"
                for code in (
                    "background_work",
                    "customer_portal",
                    "integration_api",
                    "platform",
                )
            },
        )

    def test_a_service_cannot_depend_on_itself(self):
        platform = self.env.ref("reliability.service_platform")
        portal = self.env.ref("reliability.service_customer_portal")
        with self.assertRaisesRegex(ValidationError, "depend on itself"):
            platform.depends_on_ids = portal

    def test_a_service_opens_and_counts_its_operations(self):
        service = self.env.ref("reliability.service_customer_portal")
        action = service.action_open_operations()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(len(found), service.operation_count)


@tagged("-at_install", "post_install")
class TestPreviewOfLabels(TransactionCase):
    def preview(self, **values):
        service = self.env.ref("reliability.service_customer_portal")
        values = {"name": "X", "code": "x", "service_id": service.id, **values}
        return self.env["reliability.operation"].new(values).preview

    def test_shows_the_labels_of_a_call_on_the_newest_document(self):
        partner = self.env["res.partner"].create(
            {"name": "Newest", "company_id": self.env.company.id}
        )
        text = self.preview(model="res.partner", method="address_get")
        self.assertEqual(
            text.splitlines(),
            [
                "service: customer_portal",
                "operation: x",
                f"company: {self.env.company.id}",
                f"as for {partner.display_name}",
            ],
        )

    def test_shows_why_a_method_cannot_be_measured(self):
        for values, reason in (
            ({"method": "write"}, "write"),
            ({"method": "address_get", "dimension": "email"}, "email"),
        ):
            text = self.preview(model="res.partner", **values)
            self.assertIn(reason, text)
            self.assertNotIn("service:", text)

    def test_is_empty_without_a_method(self):
        self.assertFalse(self.preview(model="res.partner", method=False))
