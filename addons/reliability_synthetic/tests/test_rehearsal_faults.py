"""Each fault is found by the step where it is, in words that say what to do."""

import errno
from unittest.mock import patch

import psycopg2
from psycopg2.pool import PoolError

from odoo.exceptions import LockError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..steps import FUNCTIONS
from .common import CopiedRehearsalCase, RehearsalCase


def raising(error):
    def step(_case, **_parameters):
        raise error

    return step


@tagged("-at_install", "post_install")
class TestPreparation(CopiedRehearsalCase):
    def test_an_archived_user(self):
        self.user.active = False
        sentence = self.assertFails(self.rehearse(), "prepare", "user_archived")
        self.assertIn("runs as rehearsing", sentence)
        self.assertIn("choose another user", sentence)

    def test_no_user(self):
        self.journey.is_scheduled = True
        self.user.unlink()
        self.journey.invalidate_recordset()
        for user in ("base.user_root", "base.user_admin"):
            self.journey = self.journey.with_user(self.env.ref(user))
            sentence = self.assertFails(self.rehearse(), "prepare", "no_user")
            self.assertIn("has no user: choose the one that it runs as", sentence)

    def test_a_user_without_the_company(self):
        company = self.env["res.company"].create({"name": "North"})
        self.user.company_ids += company
        self.journey.company_id = company
        self.user.company_ids -= company
        sentence = self.assertFails(self.rehearse(), "prepare", "other_company")
        self.assertIn("may not work in North", sentence)

    def test_an_archived_company(self):
        company = self.env["res.company"].create({"name": "North"})
        self.user.company_ids += company
        self.journey.company_id = company
        company.active = False
        sentence = self.assertFails(self.rehearse(), "prepare", "company_archived")
        self.assertIn("North is archived", sentence)

    def test_an_archived_warehouse(self):
        warehouse = self.env["stock.warehouse"].create({"name": "Old", "code": "OLD"})
        self.journey.warehouse_id = warehouse
        warehouse.active = False
        sentence = self.assertFails(self.rehearse(), "prepare", "warehouse_archived")
        self.assertIn("Old is archived", sentence)

    def test_a_company_without_a_warehouse(self):
        company = self.env["res.company"].create({"name": "North"})
        warehouses = self.env["stock.warehouse"]
        warehouses.search([("company_id", "=", company.id)]).active = False
        self.user.company_ids += company
        self.journey.company_id = company
        sentence = self.assertFails(self.rehearse(), "prepare", "no_warehouse")
        self.assertIn("North has no warehouse", sentence)

    def test_an_archived_stock_location(self):
        self.env.cr.execute(
            "UPDATE stock_location SET active = false WHERE id = %s",
            [self.warehouse.lot_stock_id.id],
        )
        self.warehouse.lot_stock_id.invalidate_recordset()
        self.journey.warehouse_id = self.warehouse
        self.assertFails(self.rehearse(), "prepare", "no_stock_location")


@tagged("-at_install", "post_install")
class TestRights(CopiedRehearsalCase):
    def test_who_may_not_sell_is_found_by_the_quotation(self):
        self.journey.user_id = new_test_user(self.env, "reader", "base.group_user")
        sentence = self.assertFails(self.rehearse(), "quotation", "missing_right")
        self.assertIn("runs as reader", sentence)
        self.assertIn("(sale.order) records", sentence)

    def test_who_may_not_ship_is_found_by_the_validation(self):
        self.env["ir.rule"].create(
            {
                "name": "Nobody ships",
                "model_id": self.env.ref("stock.model_stock_picking").id,
                "domain_force": "[(0, '=', 1)]",
                "perm_read": False,
                "perm_create": False,
                "perm_unlink": False,
            }
        )
        sentence = self.assertFails(self.rehearse(), "validate", "missing_right")
        self.assertIn("lacks a right", sentence)
        self.assertIn("(stock.picking)", sentence)


@tagged("-at_install", "post_install")
class TestBusiness(CopiedRehearsalCase):
    def test_a_wrong_tax(self):
        self.company.account_sale_tax_id = self.env["account.tax"].create(
            {"name": "19 % of something", "amount": 19, "company_id": self.company.id}
        )
        step = self.journey.step_ids[0]
        step.expected_total = 119
        self.assertPasses(self.rehearse())
        step.expected_total = 107
        sentence = self.assertFails(self.rehearse(), "quotation", "wrong_total")
        for part in ("119.00", "107.00", "19 % of something"):
            self.assertIn(part, sentence)

    def test_no_tax_at_all(self):
        self.company.account_sale_tax_id = False
        self.journey.step_ids[0].expected_total = 119
        sentence = self.assertFails(self.rehearse(), "quotation", "wrong_total")
        self.assertIn("without any tax", sentence)

    def test_a_warehouse_without_a_route_to_customers(self):
        rules = self.env["stock.rule"].search(
            [("location_dest_id.usage", "=", "customer")]
        )
        rules.active = False
        sentence = self.assertFails(self.rehearse(), "confirm", "refused")
        self.assertIn("No rule has been found", sentence)

    def test_an_order_without_a_delivery(self):
        def confirm(case):
            case.product.sudo().type = "service"
            FUNCTIONS["confirm"](case)

        sentence = self.assertFails(
            self.rehearse(confirm=confirm), "confirm", "no_delivery"
        )
        self.assertIn(self.warehouse.display_name, sentence)

    def test_an_order_that_must_be_approved(self):
        def confirm(case):
            self.patch(type(case.env["sale.order"]), "action_confirm", lambda _order: 1)
            FUNCTIONS["confirm"](case)

        sentence = self.assertFails(
            self.rehearse(confirm=confirm), "confirm", "not_confirmed"
        )
        self.assertIn("is in the state Quotation", sentence)

    def test_a_product_that_cannot_be_reserved(self):
        self.warehouse.out_type_id.reservation_method = "manual"

        def reserve(case):
            quants = case.env["stock.quant"].sudo()
            quants.search([("location_id", "=", case.location.id)]).unlink()
            FUNCTIONS["reserve"](case)

        sentence = self.assertFails(
            self.rehearse(reserve=reserve), "reserve", "not_reserved"
        )
        self.assertIn("is in the state Waiting", sentence)

    def test_a_dialog_that_the_validation_opens(self):
        def validate(case):
            dialog = {"type": "ir.actions.act_window", "name": "Weigh the Parcel"}
            transfers = type(case.env["stock.picking"])
            self.patch(transfers, "button_validate", lambda _transfer: dialog)
            FUNCTIONS["validate"](case)

        sentence = self.assertFails(
            self.rehearse(validate=validate), "validate", "dialog"
        )
        self.assertIn("Weigh the Parcel", sentence)

    def test_a_quantity_that_does_not_leave_its_location(self):
        def validate(case):
            FUNCTIONS["reserve"](case)
            transfers = case.open_transfers()
            transfers.button_validate()
            case.env["stock.quant"].sudo()._update_available_quantity(
                case.product, case.location, 1.0
            )
            FUNCTIONS["validate"](case)

        self.assertFails(self.rehearse(validate=validate), "validate", "quantity_left")

    def test_an_override_that_refuses(self):
        refused = raising(UserError("Closed for stocktaking"))
        sentence = self.assertFails(
            self.rehearse(confirm=refused), "confirm", "refused"
        )
        self.assertEqual(sentence, "Odoo refuses it: Closed for stocktaking")
        invalid = raising(ValidationError("No carrier"))
        self.assertFails(self.rehearse(reserve=invalid), "reserve", "refused")

    def test_steps_in_the_wrong_sequence(self):
        self.journey.step_ids = self.make_journey(
            ["confirm"], code="other_order"
        ).step_ids
        sentence = self.assertFails(self.rehearse(), "confirm", "no_quotation")
        self.assertIn("add the step Quotation before it", sentence)

    def test_an_error_is_masked(self):
        leaking = raising(ValueError("password=hunter22 is wrong"))
        sentence = self.assertFails(self.rehearse(confirm=leaking), "confirm", "error")
        self.assertIn("ValueError", sentence)
        self.assertNotIn("hunter22", sentence)
        attempt = self.rehearse(confirm=leaking)
        self.assertNotIn("hunter22", repr(attempt))


@tagged("-at_install", "post_install")
class TestDatabase(RehearsalCase):
    """Faults of PostgreSQL, on a connection of its own."""

    def rehearse(self, **functions):
        with mute_logger("odoo.sql_db"):
            return super().rehearse(**functions)

    def executing(self, query):
        return lambda case, **_parameters: case.env.cr.execute(query)

    def test_a_read_only_database(self):
        def quote(case, **parameters):
            case.env.cr.execute("SET TRANSACTION READ ONLY")
            FUNCTIONS["quotation"](case, **parameters)

        sentence = self.assertFails(
            self.rehearse(quotation=quote), "quotation", "read_only"
        )
        self.assertIn("primary server", sentence)

    def test_a_full_disk_of_postgresql_or_of_odoo(self):
        for error in (
            psycopg2.errors.DiskFull("could not extend file"),
            OSError(errno.ENOSPC, "No space left on device"),
        ):
            attempt = self.rehearse(confirm=raising(error))
            self.assertFails(attempt, "confirm", "disk_full")

    def test_a_deferred_constraint_is_found_by_what_a_commit_would_check(self):
        def validate(case):
            FUNCTIONS["validate"](case)
            case.env.cr.execute(
                "CREATE TEMP TABLE deferred (code integer CONSTRAINT one_of_each"
                " UNIQUE DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP;"
                "INSERT INTO deferred VALUES (1), (1)"
            )

        sentence = self.assertFails(
            self.rehearse(validate=validate), "commit", "constraint"
        )
        self.assertIn("one_of_each", sentence)

    def test_a_failing_precommit_is_found_by_what_a_commit_would_check(self):
        def validate(case):
            FUNCTIONS["validate"](case)
            case.env.cr.precommit.add(lambda: raising(UserError("Not balanced"))(case))

        sentence = self.assertFails(
            self.rehearse(validate=validate), "commit", "refused"
        )
        self.assertIn("Not balanced", sentence)

    def test_what_the_orm_writes_at_the_end_belongs_to_the_step(self):
        def reserve(case):
            FUNCTIONS["reserve"](case)
            case.product.sudo().default_code = "x" * 10**6  # too long for its index

        self.assertFails(self.rehearse(reserve=reserve), "reserve", "error")

    def test_a_lost_connection(self):
        lost = self.executing("SELECT pg_terminate_backend(pg_backend_pid())")
        self.assertFails(self.rehearse(confirm=lost), "confirm", "connection_lost")
        self.assertPasses(self.rehearse())

    def test_a_query_that_an_administrator_cancels(self):
        cancelled = self.executing("SELECT pg_cancel_backend(pg_backend_pid())")
        self.assertFails(self.rehearse(confirm=cancelled), "confirm", "cancelled")

    def test_a_conflict_with_another_transaction(self):
        conflict = raising(psycopg2.errors.SerializationFailure("could not serialize"))
        self.assertFails(self.rehearse(confirm=conflict), "confirm", "serialization")
        self.assertFails(
            self.rehearse(reserve=raising(LockError("Locked"))), "reserve", "locked"
        )

    def test_no_connection_at_all(self):
        for error, cause in (
            (psycopg2.OperationalError("Connection refused"), "connection_lost"),
            (PoolError("The Connection Pool Is Full"), "no_connection"),
        ):
            with patch.object(self.registry, "cursor", side_effect=error):
                self.assertFails(self.rehearse(), "prepare", cause)
