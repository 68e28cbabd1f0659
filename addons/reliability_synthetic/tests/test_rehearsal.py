"""A rehearsal executes each step, leaves nothing, and is in nobody's way."""

from contextlib import closing

from psycopg2.sql import SQL, Identifier

from odoo import http
from odoo.tests import tagged

from odoo.addons.reliability.api import is_unmeasured

from .. import rehearsal
from ..rehearsal import AlreadyRunning
from ..steps import FUNCTIONS
from .common import STEPS, CopiedRehearsalCase, RehearsalCase

_MILD_LOCKS = ("AccessShareLock", "RowShareLock", "RowExclusiveLock")
"""What each SELECT, INSERT and UPDATE takes; they wait for none of each other."""


class ConnectedCase(RehearsalCase):
    """With a connection of somebody else."""

    def setUp(self):
        super().setUp()
        self.other = self.enterContext(closing(self.registry.cursor()))

    def query(self, query, *values):
        self.other.execute(query, values or None)
        return self.other.fetchall()

    def tables(self):
        return [
            name
            for (name,) in self.query(
                "SELECT relname FROM pg_class WHERE relkind = 'r'"
                " AND relnamespace = 'public'::regnamespace ORDER BY 1"
            )
        ]

    def rows(self, condition=""):
        """Return the number of rows of each table."""
        count = SQL("SELECT count(*) FROM (SELECT FROM {} {}) AS rows")
        counts = {}
        for table in self.tables():
            self.other.execute(count.format(Identifier(table), SQL(condition)))
            counts[table] = self.other.fetchone()[0]
        return counts


@tagged("-at_install", "post_install")
class TestRehearsal(RehearsalCase):
    def test_all_steps_pass_between_the_preparation_and_the_commit(self):
        attempt = self.rehearse()
        self.assertPasses(attempt)
        executed = [step.step for step in attempt.steps]
        self.assertEqual(executed, ["prepare", *STEPS, "commit"])

    def test_the_seconds_of_the_attempt_are_those_of_its_steps(self):
        attempt = self.rehearse()
        self.assertGreaterEqual(
            attempt.seconds, sum(step.seconds for step in attempt.steps)
        )

    def test_a_step_over_its_threshold_is_slow_and_the_next_one_follows(self):
        self.journey.step_ids[0].slow_after = 1e-9
        self.journey.step_ids[1].slow_after = 0
        attempt = self.rehearse()
        self.assertEqual(attempt.result, "slow")
        results = {step.step: step.result for step in attempt.steps}
        self.assertEqual(results["quotation"], "slow")
        self.assertEqual(results["confirm"], "passed", "0 is never slow")
        self.assertIn("commit", results)

    def test_the_total_that_is_expected_passes(self):
        self.journey.step_ids[0].expected_total = self.total()
        self.assertPasses(self.rehearse())

    def total(self):
        found = []

        def quote(case, **_parameters):
            FUNCTIONS["quotation"](case)
            found.append(case.order.amount_total)

        self.assertPasses(self.rehearse(quotation=quote))
        return found[0]


@tagged("-at_install", "post_install")
class TestWarehousesWithSeveralSteps(CopiedRehearsalCase):
    def test_picking_packing_and_shipping_are_validated_one_after_the_other(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        validated = []

        def validate(case):
            FUNCTIONS["validate"](case)
            validated.extend(case.order.picking_ids.mapped("state"))

        self.assertPasses(self.rehearse(validate=validate))
        self.assertEqual(validated, ["done"] * 3)

    def test_a_warehouse_that_reserves_later_is_reserved_by_the_step(self):
        self.warehouse.out_type_id.reservation_method = "manual"
        self.assertPasses(self.rehearse())

    def test_a_new_warehouse_of_the_company_is_rehearsed(self):
        self.journey.warehouse_id = self.env["stock.warehouse"].create(
            {"name": "North", "code": "NORTH", "company_id": self.company.id}
        )
        self.assertPasses(self.rehearse())


@tagged("-at_install", "post_install")
class TestNothingRemains(ConnectedCase):
    def test_no_table_has_a_row_more(self):
        self.rehearse()  # what is made once in a process, such as caches
        before = self.rows()
        self.other.rollback()
        self.assertPasses(self.rehearse())
        self.assertEqual(self.rows(), before)

    def test_no_number_of_a_sequence_is_drawn(self):
        before = self.numbers()
        self.other.rollback()
        self.assertPasses(self.rehearse())
        self.assertEqual(self.numbers(), before)

    def numbers(self):
        """Return the next numbers of Odoo's sequences, and PostgreSQL's behind them."""
        return self.query("SELECT id, number_next FROM ir_sequence ORDER BY id") + [
            *self.query(
                "SELECT id, number_next FROM ir_sequence_date_range ORDER BY id"
            ),
            *self.query(
                "SELECT sequencename, last_value FROM pg_sequences"
                " WHERE sequencename LIKE 'ir_sequence%' ORDER BY 1"
            ),
        ]

    def test_documents_have_names_that_no_other_rehearsal_uses(self):
        names = []

        def validate(case):
            FUNCTIONS["validate"](case)
            names.extend([case.order.name, case.order.picking_ids.name])

        self.assertPasses(self.rehearse(validate=validate))
        prefix = f"REHEARSAL-{self.journey.id}/"
        self.assertEqual(len(set(names)), 2)
        self.assertTrue(all(name.startswith(prefix) for name in names), names)

    def test_nothing_that_waits_for_a_commit_is_done(self):
        done = []

        def validate(case):
            FUNCTIONS["validate"](case)
            case.env.user._bus_send("reliability/test", {})
            case.env.cr.postcommit.add(lambda: done.append("commit"))

        self.assertPasses(self.rehearse(validate=validate))
        self.assertFalse(done)

    def test_nothing_that_compensates_for_a_rollback_is_done(self):
        done = []

        def validate(case):
            FUNCTIONS["validate"](case)
            case.env.cr.prerollback.add(lambda: done.append("before"))
            case.env.cr.postrollback.add(lambda: done.append("after"))

        self.assertPasses(self.rehearse(validate=validate))
        self.assertFalse(done)

    def test_the_request_of_the_caller_is_not_there_for_the_steps(self):
        request = object()
        http._request_stack.push(request)
        self.addCleanup(http._request_stack.pop)
        found = []

        def validate(case):
            FUNCTIONS["validate"](case)
            found.append(http._request_stack.top)

        self.assertPasses(self.rehearse(validate=validate))
        self.assertEqual(found, [None])
        self.assertIs(http._request_stack.top, request)

    def test_a_webhook_calls_nobody(self):
        def validate(case):
            FUNCTIONS["validate"](case)
            webhook = {
                "name": "Carrier",
                "model_id": case.env["ir.model"]._get_id("sale.order"),
                "state": "webhook",
                "webhook_url": "http://carrier.example.com",
            }
            action = case.env["ir.actions.server"].sudo().create(webhook)
            order = {"active_model": "sale.order", "active_id": case.order.id}
            action.with_context(**order).run()

        self.assertPasses(self.rehearse(validate=validate))

    def test_what_a_step_has_cached_is_not_known_afterwards(self):
        parameters = self.env["ir.config_parameter"].sudo()

        def validate(case):
            rehearsed = case.env["ir.config_parameter"].sudo()
            rehearsed.set_param("reliability_synthetic.test", "rehearsed")
            rehearsed.get_param("reliability_synthetic.test")

        self.assertPasses(self.rehearse(validate=validate))
        self.assertFalse(parameters.get_param("reliability_synthetic.test"))

    def test_other_workers_are_told_nothing_of_its_caches(self):
        signals = set(self.registry.cache_invalidated)
        self.rehearse(validate=lambda case: case.env.registry.clear_cache("groups"))
        self.assertEqual(self.registry.cache_invalidated, signals)

    def test_nothing_of_it_is_measured(self):
        measured = []

        def validate(_case):
            measured.append(not is_unmeasured())

        self.rehearse(validate=validate)
        self.assertEqual(measured, [False])
        self.assertFalse(is_unmeasured())


@tagged("-at_install", "post_install")
class TestMessages(CopiedRehearsalCase):
    """E-mails and notifications of browsers leave no rehearsal."""

    def test_nobody_is_notified(self):
        partner = self.env["res.partner"].create(
            {"name": "Buyer", "email": "buyer@example.com"}
        )
        counts = []

        def validate(case):
            FUNCTIONS["validate"](case)
            case.order.message_post(
                body="Shipped",
                partner_ids=partner.ids,
                subtype_xmlid="mail.mt_comment",
            )
            case.env.flush_all()
            for model in ("mail.notification", "mail.mail"):
                found = case.env[model].sudo()
                posted = [("mail_message_id", "in", case.order.message_ids.ids)]
                counts.append(found.search_count(posted))

        self.assertPasses(self.rehearse(validate=validate))
        self.assertEqual(counts, [0, 0])

    def test_confirmations_of_deliveries_print_no_report(self):
        self.company.stock_move_email_validation = True
        printed, posted = [], []

        def print_report(_reports, report, *_args, **_options):
            printed.append(report)
            return b"", "pdf"

        reports = type(self.env["ir.actions.report"])
        self.patch(reports, "_render_qweb_pdf", print_report)

        def validate(case):
            FUNCTIONS["validate"](case)
            posted.extend(case.order.picking_ids.message_ids.mapped("subject"))

        self.assertPasses(self.rehearse(validate=validate))
        self.assertFalse(printed)
        self.assertTrue(any(posted), "the confirmation itself is made")


@tagged("-at_install", "post_install")
class TestNobodyWaits(ConnectedCase):
    """At its end, just before the rollback."""

    def setUp(self):
        super().setUp()
        self.counts = self.rows()
        self.other.rollback()

    def rehearse_and(self, check):
        def validate(case):
            FUNCTIONS["validate"](case)
            case.env.cr.flush()
            check(case)

        self.assertPasses(self.rehearse(validate=validate))

    def test_no_row_of_others_is_changed_or_locked_against_changes(self):
        free = {}
        self.rehearse_and(
            lambda _case: free.update(self.rows("FOR NO KEY UPDATE SKIP LOCKED"))
        )
        self.assertEqual(free, self.counts)

    def test_no_table_is_locked_against_changes(self):
        locks = []

        def check(case):
            locks.extend(
                self.query(
                    "SELECT relation::regclass::text, mode FROM pg_locks"
                    " WHERE relation IS NOT NULL AND pid = %s AND mode NOT IN %s",
                    case.env.cr._cnx.get_backend_pid(),
                    _MILD_LOCKS,
                )
            )

        self.rehearse_and(check)
        self.assertFalse(locks)


@tagged("-at_install", "post_install")
class TestOneAtATime(ConnectedCase):
    def test_a_journey_that_another_worker_runs_is_not_run(self):
        self.lock(self.journey.id)
        self.assertRaises(AlreadyRunning, self.rehearse)
        self.other.rollback()
        self.assertPasses(self.rehearse())

    def test_other_journeys_run_meanwhile(self):
        self.lock(self.journey.id + 1)
        self.assertPasses(self.rehearse())

    def lock(self, journey):
        lock = "SELECT pg_advisory_xact_lock(%s, %s)"
        self.query(lock, rehearsal._LOCK, journey)


@tagged("-at_install", "post_install")
class TestLocks(ConnectedCase):
    def setUp(self):
        super().setUp()
        self.patch(rehearsal, "_LOCK_TIMEOUT", 0.05)

    def test_a_locked_warehouse_is_found_by_the_first_step_that_uses_it(self):
        self.query(
            "SELECT id FROM stock_warehouse WHERE id = %s FOR UPDATE", self.warehouse.id
        )
        sentence = self.assertFails(self.rehearse(), "prepare", "locked")
        self.assertIn("Lock Waits", sentence)

    def test_a_locked_table_is_found_by_the_step_that_writes_to_it(self):
        self.other.execute("LOCK TABLE stock_picking IN EXCLUSIVE MODE")
        self.assertFails(self.rehearse(), "confirm", "locked")
