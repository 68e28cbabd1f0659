"""Each step of a document is an exchange of the ledger, with its outcome."""

import requests
from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.edi_core_oca.exceptions import EDIValidationError
from odoo.addons.reliability.api import guarded, unmeasured
from odoo.addons.reliability.tests.clocks import LIMIT
from odoo.addons.reliability_integration.tests.common import PartnerSystem, refuse

from .. import step_tracing
from .common import GARBAGE, EdiCase, raises, returns


@tagged("post_install", "-at_install")
class TestSteps(EdiCase):
    """Successful steps have system, operation and duration."""

    def test_an_outgoing_document_is_generated_validated_and_sent(self):
        self.handle(
            generate=returns("UNB+"), output_validate=returns(None), send=returns("ok")
        )
        invoice = self.make_document(self.invoic_id)
        self.do("generate", invoice)
        self.do("send", invoice)
        self.assertEqual(
            self.on_record(),
            [
                ("generate", "out", "succeeded"),
                ("validate", "out", "succeeded"),
                ("send", "out", "succeeded"),
            ],
        )
        self.assertEqual(self.state_of(invoice), "output_sent")

    def test_steps_that_are_not_measured_are_not_recorded(self):
        self.handle(generate=returns("UNB+"), send=raises(ValueError("no")))
        invoice = self.make_document(self.invoic_id)
        with unmeasured():
            self.do("generate", invoice)
            self.do("send", invoice)
        self.assertEqual(self.on_record(), [])
        self.assertEqual(self.state_of(invoice), "output_error_on_send")

    def test_an_incoming_document_is_received_validated_and_processed(self):
        self.handle(
            receive=returns("UNB+"), input_validate=returns(None), process=returns("ok")
        )
        order = self.make_document(self.orders_id, "input_pending")
        self.do("receive", order)
        self.do("process", order)
        self.assertEqual(
            self.on_record(),
            [
                ("receive", "in", "succeeded"),
                ("validate", "in", "succeeded"),
                ("process", "in", "succeeded"),
            ],
        )

    def test_without_validator_there_is_no_validation(self):
        self.handle(generate=returns("UNB+"))
        with self.committed() as env:
            kind = self.make_type(
                env, "DESADV", "output", roles=("generate_model_id", "send_model_id")
            )
        self.do("generate", self.make_document(kind))
        self.assertEqual(
            [operation for operation, *_rest in self.on_record()], ["generate"]
        )

    def test_a_step_with_nothing_to_do_is_not_recorded(self):
        self.handle(process=returns("ok"))
        order = self.make_document(self.orders_id, "input_received", "UNB+")
        self.do("process", order)
        self.assertIn("Nothing to do", self.do("process", order))
        self.assertEqual(self.exchange()["attempt_count"], 1)

    def test_an_answer_to_another_document_is_an_acknowledgement(self):
        self.handle(send=returns("ok"), process=returns("ok"))
        with self.committed() as env:
            kind = self.make_type(env, "CONTRL", "input")
            invoic = env["edi.exchange.type"].browse(self.invoic_id)
            invoic.ack_type_id = kind
        invoice = self.make_document(self.invoic_id, "output_pending", "UNB+")
        self.do("send", invoice)
        answer = self.make_document(kind, "input_received", "UNB+", parent_id=invoice)
        self.do("process", answer)
        operations = [operation for operation, *_rest in self.on_record()]
        self.assertEqual(operations, ["send", "acknowledge"])

    def test_the_duration_is_measured(self):
        self.handle(process=returns("ok"))
        order = self.make_document(self.orders_id, "input_received", "UNB+")
        self.do("process", order)
        ((series, event),) = self.measured()
        self.assertEqual(series.labels[1:], ("acme", "edi", "process"))
        self.assertEqual(event.outcome, "success")


@tagged("post_install", "-at_install")
class TestOutcomes(EdiCase):
    """The ledger has the errors that the framework catches and turns into a state."""

    def process(self, handler):
        self.handle(process=handler)
        order = self.make_document(self.orders_id, "input_received", GARBAGE)
        self.do("process", order)
        self.assertEqual(self.state_of(order), "input_processed_error")
        return self.exchange()

    def test_garbage_fails_with_its_error(self):
        exchange = self.process(raises(ValueError("no UNB segment")))
        self.assertEqual(
            (exchange["state"], exchange["first_error"]), ("failed", "no UNB segment")
        )

    def test_a_document_that_odoo_refuses_fails(self):
        exchange = self.process(raises(UserError("There is no product 4711.")))
        self.assertEqual(exchange["state"], "failed")

    def test_an_invalid_document_is_generated(self):
        self.handle(
            generate=returns("UNB+"),
            output_validate=raises(EDIValidationError("no BGM")),
        )
        invoice = self.make_document(self.invoic_id)
        self.do("generate", invoice)
        self.assertEqual(
            self.on_record(),
            [("generate", "out", "succeeded"), ("validate", "out", "failed")],
        )

    def test_an_invalid_document_is_not_received(self):
        self.handle(
            receive=returns("UNB+"), input_validate=raises(EDIValidationError("no BGM"))
        )
        order = self.make_document(self.orders_id, "input_pending")
        self.do("receive", order)
        self.assertEqual(
            self.on_record(),
            [("receive", "in", "failed"), ("validate", "in", "failed")],
        )

    def test_an_uncaught_error_is_raised_unchanged(self):
        error = KeyError("BGM")
        self.handle(process=raises(error))
        order = self.make_document(self.orders_id, "input_received", GARBAGE)
        with self.assertRaises(KeyError) as raised:
            self.do("process", order)
        self.assertIs(raised.exception, error)
        self.assertEqual(self.exchange()["state"], "failed")
        self.assertEqual(self.state_of(order), "input_received")

    @mute_logger("odoo.sql_db")
    def test_contention_is_no_failure_of_the_partner(self):
        self.handle(process=raises(SerializationFailure()))
        order = self.make_document(self.orders_id, "input_received", "UNB+")
        with self.assertRaises(SerializationFailure):
            self.do("process", order)
        self.assertEqual(
            [attempt["outcome"] for attempt in self.attempts()], ["rejected"]
        )

    def test_measured_operations_have_the_same_outcomes(self):
        order = self.make_document(self.orders_id, "input_received", GARBAGE)
        self.handle(process=raises(ValueError("no UNB segment")))
        self.do("process", order)
        self.handle(process=returns("ok"))
        self.do("process", order)
        self.do("process", order)  # nothing to do: not counted
        self.assertEqual(self.outcomes_of("edi_processing"), ["failed", "success"])

    def test_the_first_error_stays_after_a_success(self):
        order = self.make_document(self.orders_id, "input_received", GARBAGE)
        self.handle(process=raises(ValueError("first")))
        self.do("process", order)
        self.handle(process=returns("ok"))
        self.do("process", order)
        exchange = self.exchange()
        self.assertEqual(
            (exchange["state"], exchange["attempt_count"]), ("succeeded", 2)
        )
        self.assertEqual(exchange["first_error"], "first")


@tagged("post_install", "-at_install")
class TestSending(EdiCase):
    """The outcome of sending over HTTP is what the partner can know."""

    test_tags = set()  # without "standard", Odoo allows requests

    def send(self, answer, error=UserError):
        def post(_handler, document):
            try:
                reply = requests.post(f"{partner.url}/as2", timeout=LIMIT)
            except requests.RequestException as failure:
                raise error(f"Not sent: {failure}") from None
            if reply.status_code >= 400:
                raise error(reply.text)

        self.handle(send=post)
        invoice = self.make_document(self.invoic_id, "output_pending", "UNB+")
        with PartnerSystem({"/as2": answer}) as partner:
            self.do("send", invoice)
        self.assertEqual(self.state_of(invoice), "output_error_on_send")
        return self.exchange()["state"]

    def test_a_refusal_fails(self):
        refuse = lambda request: request.answer(422, "unknown GLN")  # noqa: E731
        self.assertEqual(self.send(refuse), "failed")

    def test_a_cut_answer_is_unknown(self):
        def cut(request):
            request.send_response(200)
            request.send_header("Content-Length", "100")
            request.end_headers()
            request.close_connection = True

        self.assertEqual(self.send(cut), "unknown")

    def test_an_unknown_outcome_is_not_retried(self):
        def cut(request):
            request.close_connection = True

        self.send(cut)
        with self.committed() as env:
            exchange = env["reliability.exchange"].search([], limit=1)
            self.assertFalse(exchange.can_retry)

    def test_a_document_sent_and_rolled_back_is_an_orphan(self):
        self.handle(send=returns("ok"))
        invoice = self.make_document(
            self.invoic_id, "output_pending", "x", exchange_filename="INV-17.edi"
        )
        with self.assertRaises(UserError), self.committed() as env:
            document = env["edi.exchange.record"].browse(invoice)
            document.backend_id.exchange_send(document)
            refuse()
        self.assertEqual(self.references(), {"INV-17.edi": "orphaned"})
        with self.committed() as env:
            self.assertFalse(env["reliability.exchange"].search([], limit=1).can_retry)


@tagged("post_install", "-at_install")
class TestPartnerSystems(EdiCase):
    """Backends and partners are registered as partner systems at the first document."""

    def process(self, type_id):
        self.handle(process=returns("ok"))
        self.do("process", self.make_document(type_id, "input_received", "UNB+"))

    def systems(self):
        """Return name → (kind, code, service) of the partner systems."""
        with self.committed() as env:
            return {
                system.name: (system.kind, system.code, system.service_id.code)
                for system in env["reliability.integration"].search([])
            }

    def test_the_partner_of_the_document_type(self):
        self.process(self.orders_id)
        self.assertEqual(self.systems(), {"ACME": ("edi", "acme", "edi")})

    def test_a_backend_stands_for_unknown_partners(self):
        with self.committed() as env:
            env["edi.exchange.type"].browse(self.orders_id).partner_ids = False
        self.process(self.orders_id)
        hub = f"Hub {self.acme_id}"
        self.assertEqual(self.systems(), {hub: ("edi", f"hub_{self.acme_id}", "edi")})

    def test_the_partner_of_the_record_that_the_document_is_about(self):
        with self.committed() as env:
            other = env["res.partner"].create({"name": "Globex", "is_company": True})
            person = env["res.partner"].create({"name": "Ann", "parent_id": other.id})
        self.handle(send=returns("ok"))
        invoice = self.make_document(
            self.invoic_id, "output_pending", "x", model="res.partner", res_id=person.id
        )
        self.do("send", invoice)
        self.assertIn("Globex", self.systems())

    def test_two_partners_of_the_same_name_are_two_systems(self):
        with self.committed() as env:
            other = env["res.partner"].create({"name": "ACME", "is_company": True})
            kind = self.make_type(
                env, "ORDCHG", "input", partner_ids=[(6, 0, [other.id])]
            )
        self.process(self.orders_id)
        self.process(kind)
        rows = self.rows("SELECT code FROM reliability_integration ORDER BY id")
        codes = [row["code"] for row in rows]
        self.assertEqual(codes, ["acme", f"acme_partner_{other.id}"])

    def test_row_locks_of_the_business_do_not_block(self):
        self.handle(process=returns("ok"))
        order = self.make_document(self.orders_id, "input_received", "UNB+")
        with self.committed() as env:
            for table in ("res_partner", "edi_backend", "edi_exchange_type"):
                table = SQL.identifier(table)
                env.cr.execute(SQL("SELECT FROM %s FOR UPDATE", table))
            document = env["edi.exchange.record"].browse(order)
            document.backend_id.exchange_process(document)
        self.assertEqual(self.systems(), {"ACME": ("edi", "acme", "edi")})

    def test_workers_with_a_cache_see_a_new_system(self):
        with self.committed() as env:
            before = env["reliability.integration"]._named()
            self.assertFalse(before)
        self.process(self.orders_id)
        with self.committed() as env:
            env.registry.check_signaling()
            self.assertEqual(env["reliability.integration"]._named().code, "acme")


@tagged("post_install", "-at_install")
class TestRetry(EdiCase):
    """A manager retries from the ledger, and the step is done at once."""

    def retry(self):
        with self.committed() as env:
            exchange = env["reliability.exchange"].search([], limit=1)
            self.assertTrue(exchange.can_retry, exchange.no_retry_reason)
            exchange._schedule_retry()
        with self.committed() as env:
            env["reliability.exchange"]._cron_retry()

    def test_a_failed_document_is_processed_again(self):
        self.handle(process=raises(ValueError("no product")))
        order = self.make_document(self.orders_id, "input_received", GARBAGE)
        self.do("process", order)
        self.handle(process=returns("ok"))
        self.retry()
        self.assertEqual(self.state_of(order), "input_processed")
        self.assertEqual(self.exchange()["state"], "succeeded")

    def test_a_refused_document_is_sent_again(self):
        self.handle(send=raises(ValueError("unknown GLN")))
        invoice = self.make_document(self.invoic_id, "output_pending", "UNB+")
        self.do("send", invoice)
        self.handle(send=returns("ok"))
        self.retry()
        self.assertEqual(self.state_of(invoice), "output_sent")
        self.assertEqual(self.exchange()["attempt_count"], 2)

    def test_an_invalid_document_is_received_again(self):
        self.handle(receive=raises(EDIValidationError("no BGM")))
        order = self.make_document(self.orders_id, "input_pending")
        self.do("receive", order)
        self.handle(receive=returns("UNB+"))
        self.retry()
        self.assertEqual(self.state_of(order), "input_received")


@tagged("post_install", "-at_install")
class TestTransparency(EdiCase):
    """Documents are exchanged as they are without this addon."""

    def test_no_statement_is_added_to_the_transaction(self):
        self.handle(process=returns("ok"))
        counts = []
        for measured in (True, False):
            order = self.make_document(self.orders_id, "input_received", "UNB+")
            with self.committed() as env:
                document = env["edi.exchange.record"].browse(order)
                backend = document.backend_id
                if not measured:
                    self.remove_overrides(type(backend))
                before = env.cr.sql_log_count
                backend.exchange_process(document)
                env.flush_all()
                counts.append(env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def remove_overrides(self, backend):
        """Replace the overrides of this addon by the methods that they override."""
        ours = next(
            cls
            for cls in backend.__mro__
            if cls.__module__.startswith("odoo.addons.reliability_edi")
            and "exchange_process" in vars(cls)
        )
        for name in ("exchange_process", "_exchange_process"):
            theirs = next(
                vars(cls)[name]
                for cls in backend.__mro__[backend.__mro__.index(ours) + 1 :]
                if name in vars(cls)
            )
            self.patch(ours, name, theirs)

    @mute_logger("odoo.addons.reliability.instrumentation.guard")
    def test_errors_of_this_addon_do_not_stop_the_step(self):
        self.handle(process=returns("ok"))
        for function in ("_system_code", "_begin", "_classify"):
            order = self.make_document(self.orders_id, "input_received", "UNB+")
            with self.subTest(function):
                self.break_function(function)
                self.do("process", order)
                self.assertEqual(self.state_of(order), "input_processed")

    def break_function(self, function):
        def broken(*_arguments):
            raise RuntimeError("broken")

        self.patch(
            step_tracing,
            function,
            broken if function == "_system_code" else guarded(broken),
        )
