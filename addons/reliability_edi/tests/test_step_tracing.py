"""Each step of a document is on record, and says what has become of it."""

import requests
from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.edi_core_oca.exceptions import EDIValidationError
from odoo.addons.reliability.api import guarded
from odoo.addons.reliability.tests.clocks import LIMIT
from odoo.addons.reliability_integration.tests.common import PartnerSystem, refuse

from .. import step_tracing
from .common import EdiCase

GARBAGE = "%PDF-1.4 this is no order"


def say(text):
    """Return a handler that answers with a text."""
    return lambda _handler, _document, **_more: text


def fail(error):
    """Return a handler that raises an error."""

    def handle(_handler, _document, **_more):
        raise error

    return handle


@tagged("post_install", "-at_install")
class TestSteps(EdiCase):
    """What goes well is on record with whom, what and how long."""

    def test_a_document_that_goes_out_is_generated_validated_and_sent(self):
        self.handle(generate=say("UNB+"), output_validate=say(None), send=say("ok"))
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

    def test_a_document_that_comes_is_received_validated_and_processed(self):
        self.handle(receive=say("UNB+"), input_validate=say(None), process=say("ok"))
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

    def test_what_nobody_validates_is_not_validated(self):
        self.handle(generate=say("UNB+"))
        with self.committed() as env:
            kind = self.make_type(
                env, "DESADV", "output", roles=("generate_model_id", "send_model_id")
            )
        self.do("generate", self.make_document(kind))
        self.assertEqual([of[0] for of in self.on_record()], ["generate"])

    def test_what_was_done_already_is_not_on_record_again(self):
        self.handle(process=say("ok"))
        order = self.make_document(self.orders_id, "input_received", "UNB+")
        self.do("process", order)
        self.assertIn("Nothing to do", self.do("process", order))
        (found,) = self.exchanges()
        self.assertEqual(found["attempt_count"], 1)

    def test_an_answer_to_another_document_acknowledges(self):
        self.handle(send=say("ok"), process=say("ok"))
        with self.committed() as env:
            kind = self.make_type(env, "CONTRL", "input")
            invoic = env["edi.exchange.type"].browse(self.invoic_id)
            invoic.ack_type_id = kind
        invoice = self.make_document(self.invoic_id, "output_pending", "UNB+")
        self.do("send", invoice)
        answer = self.make_document(kind, "input_received", "UNB+", parent_id=invoice)
        self.do("process", answer)
        self.assertEqual([of[0] for of in self.on_record()], ["send", "acknowledge"])

    def test_the_time_inside_is_measured(self):
        self.handle(process=say("ok"))
        order = self.make_document(self.orders_id, "input_received", "UNB+")
        self.do("process", order)
        ((of, event),) = self.measured()
        self.assertEqual(of.labels[1:], ("acme", "edi", "process"))
        self.assertEqual(event.outcome, "success")


@tagged("post_install", "-at_install")
class TestJudging(EdiCase):
    """Most errors are caught and become a state: the ledger knows them all the same."""

    def process(self, handler):
        self.handle(process=handler)
        order = self.make_document(self.orders_id, "input_received", GARBAGE)
        self.do("process", order)
        self.assertEqual(self.state_of(order), "input_processed_error")
        return self.exchange()

    def test_garbage_is_a_failure_with_its_error(self):
        found = self.process(fail(ValueError("no UNB segment")))
        self.assertEqual(
            (found["state"], found["first_error"]), ("failed", "no UNB segment")
        )

    def test_what_odoo_refuses_of_a_document_is_a_failure_too(self):
        found = self.process(fail(UserError("There is no product 4711.")))
        self.assertEqual(found["state"], "failed")

    def test_a_document_that_is_not_valid_was_generated_all_the_same(self):
        self.handle(
            generate=say("UNB+"), output_validate=fail(EDIValidationError("no BGM"))
        )
        invoice = self.make_document(self.invoic_id)
        self.do("generate", invoice)
        self.assertEqual(
            self.on_record(),
            [("generate", "out", "succeeded"), ("validate", "out", "failed")],
        )

    def test_a_document_that_is_not_valid_was_not_received(self):
        self.handle(
            receive=say("UNB+"), input_validate=fail(EDIValidationError("no BGM"))
        )
        order = self.make_document(self.orders_id, "input_pending")
        self.do("receive", order)
        self.assertEqual(
            self.on_record(),
            [("receive", "in", "failed"), ("validate", "in", "failed")],
        )

    def test_an_error_that_is_not_caught_passes_as_it_is(self):
        error = KeyError("BGM")
        self.handle(process=fail(error))
        order = self.make_document(self.orders_id, "input_received", GARBAGE)
        with self.assertRaises(KeyError) as raised:
            self.do("process", order)
        self.assertIs(raised.exception, error)
        self.assertEqual(self.exchange()["state"], "failed")
        self.assertEqual(self.state_of(order), "input_received")

    @mute_logger("odoo.sql_db")
    def test_contention_is_no_failure_of_theirs(self):
        self.handle(process=fail(SerializationFailure()))
        order = self.make_document(self.orders_id, "input_received", "UNB+")
        with self.assertRaises(SerializationFailure):
            self.do("process", order)
        self.assertEqual([of["outcome"] for of in self.attempts()], ["rejected"])

    def test_operations_of_the_service_are_judged_so_too(self):
        order = self.make_document(self.orders_id, "input_received", GARBAGE)
        self.handle(process=fail(ValueError("no UNB segment")))
        self.do("process", order)
        self.handle(process=say("ok"))
        self.do("process", order)
        self.do("process", order)  # nothing is left to do: not counted
        self.assertEqual(self.outcomes_of("edi_processing"), ["failed", "success"])

    def test_the_first_error_stays_when_it_has_gone_well(self):
        order = self.make_document(self.orders_id, "input_received", GARBAGE)
        self.handle(process=fail(ValueError("first")))
        self.do("process", order)
        self.handle(process=say("ok"))
        self.do("process", order)
        found = self.exchange()
        self.assertEqual((found["state"], found["attempt_count"]), ("succeeded", 2))
        self.assertEqual(found["first_error"], "first")


@tagged("post_install", "-at_install")
class TestSending(EdiCase):
    """What is sent over HTTP ends as the partner can know it."""

    test_tags = set()  # it asks itself

    def send(self, answer, error=UserError):
        def post(_handler, document):
            try:
                reply = requests.post(f"{partner.url}/as2", timeout=LIMIT)
            except requests.RequestException as trouble:
                raise error(f"Not sent: {trouble}") from None
            if reply.status_code >= 400:
                raise error(reply.text)

        self.handle(send=post)
        invoice = self.make_document(self.invoic_id, "output_pending", "UNB+")
        with PartnerSystem({"/as2": answer}) as partner:
            self.do("send", invoice)
        self.assertEqual(self.state_of(invoice), "output_error_on_send")
        return self.exchange()["state"]

    def test_a_refusal_is_a_failure(self):
        refuse = lambda of: of.answer(422, "unknown GLN")  # noqa: E731
        self.assertEqual(self.send(refuse), "failed")

    def test_nobody_knows_what_became_of_a_cut_answer(self):
        def cut(of):
            of.send_response(200)
            of.send_header("Content-Length", "100")
            of.end_headers()
            of.close_connection = True

        self.assertEqual(self.send(cut), "unknown")

    def test_what_nobody_knows_is_not_sent_again_blindly(self):
        def cut(of):
            of.close_connection = True

        self.send(cut)
        with self.committed() as env:
            found = env["reliability.exchange"].search([], limit=1)
            self.assertFalse(found.can_retry)

    def test_what_was_sent_and_undone_is_an_orphan_at_the_partner(self):
        self.handle(send=say("ok"))
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
class TestWhom(EdiCase):
    """Backends and partners become counterparts by themselves."""

    def process(self, type_id):
        self.handle(process=say("ok"))
        self.do("process", self.make_document(type_id, "input_received", "UNB+"))

    def known(self):
        with self.committed() as env:
            found = env["reliability.integration"].search([])
            return {of.name: (of.kind, of.code, of.service_id.code) for of in found}

    def test_a_partner_is_known_by_its_type_of_documents(self):
        self.process(self.orders_id)
        self.assertEqual(self.known(), {"ACME": ("edi", "acme", "edi")})

    def test_a_backend_stands_for_partners_who_are_not_known(self):
        with self.committed() as env:
            env["edi.exchange.type"].browse(self.orders_id).partner_ids = False
        self.process(self.orders_id)
        hub = f"Hub {self.acme_id}"
        self.assertEqual(self.known(), {hub: ("edi", f"hub_{self.acme_id}", "edi")})

    def test_a_document_about_something_is_of_its_partner(self):
        with self.committed() as env:
            other = env["res.partner"].create({"name": "Globex", "is_company": True})
            person = env["res.partner"].create({"name": "Ann", "parent_id": other.id})
        self.handle(send=say("ok"))
        invoice = self.make_document(
            self.invoic_id, "output_pending", "x", model="res.partner", res_id=person.id
        )
        self.do("send", invoice)
        self.assertIn("Globex", self.known())

    def test_two_partners_of_one_name_are_two(self):
        with self.committed() as env:
            other = env["res.partner"].create({"name": "ACME", "is_company": True})
            kind = self.make_type(
                env, "ORDCHG", "input", partner_ids=[(6, 0, [other.id])]
            )
        self.process(self.orders_id)
        self.process(kind)
        codes = [
            of["code"]
            for of in self.rows("SELECT code FROM reliability_integration ORDER BY id")
        ]
        self.assertEqual(codes, ["acme", f"acme_partner_{other.id}"])

    def test_rows_that_the_business_has_locked_are_not_waited_for(self):
        self.handle(process=say("ok"))
        order = self.make_document(self.orders_id, "input_received", "UNB+")
        with self.committed() as env:
            for table in ("res_partner", "edi_backend", "edi_exchange_type"):
                table = SQL.identifier(table)
                env.cr.execute(SQL("SELECT FROM %s FOR UPDATE", table))
            document = env["edi.exchange.record"].browse(order)
            document.backend_id.exchange_process(document)
        self.assertEqual(self.known(), {"ACME": ("edi", "acme", "edi")})

    def test_it_is_shown_by_workers_that_have_looked_before(self):
        with self.committed() as env:
            before = env["reliability.integration"]._named()
            self.assertFalse(before)
        self.process(self.orders_id)
        with self.committed() as env:
            env.registry.check_signaling()
            self.assertEqual(env["reliability.integration"]._named().code, "acme")


@tagged("post_install", "-at_install")
class TestAskingAgain(EdiCase):
    """A manager asks again from the ledger, and it is done at once."""

    def again(self):
        with self.committed() as env:
            found = env["reliability.exchange"].search([], limit=1)
            self.assertTrue(found.can_retry, found.why_not)
            found._ask_again()
        with self.committed() as env:
            env["reliability.exchange"]._cron_retry()

    def test_a_document_is_processed_again(self):
        self.handle(process=fail(ValueError("no product")))
        order = self.make_document(self.orders_id, "input_received", GARBAGE)
        self.do("process", order)
        self.handle(process=say("ok"))
        self.again()
        self.assertEqual(self.state_of(order), "input_processed")
        self.assertEqual(self.exchange()["state"], "succeeded")

    def test_a_document_that_was_refused_is_sent_again(self):
        self.handle(send=fail(ValueError("unknown GLN")))
        invoice = self.make_document(self.invoic_id, "output_pending", "UNB+")
        self.do("send", invoice)
        self.handle(send=say("ok"))
        self.again()
        self.assertEqual(self.state_of(invoice), "output_sent")
        self.assertEqual(self.exchange()["attempt_count"], 2)

    def test_what_was_not_valid_is_received_again(self):
        self.handle(receive=fail(EDIValidationError("no BGM")))
        order = self.make_document(self.orders_id, "input_pending")
        self.do("receive", order)
        self.handle(receive=say("UNB+"))
        self.again()
        self.assertEqual(self.state_of(order), "input_received")


@tagged("post_install", "-at_install")
class TestNothingOfOursInTheWay(EdiCase):
    """Documents are exchanged as they would be without us."""

    def test_no_statement_is_added_to_the_transaction(self):
        self.handle(process=say("ok"))
        counts = []
        for measured in (True, False):
            order = self.make_document(self.orders_id, "input_received", "UNB+")
            with self.committed() as env:
                document = env["edi.exchange.record"].browse(order)
                backend = document.backend_id
                if not measured:
                    self.without_us(type(backend))
                before = env.cr.sql_log_count
                backend.exchange_process(document)
                env.flush_all()
                counts.append(env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def without_us(self, backend):
        """Take our overrides out of the way."""
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
    def test_a_failure_of_ours_is_not_the_business_s(self):
        self.handle(process=say("ok"))
        for function in ("_counterpart", "_begin", "_judge"):
            order = self.make_document(self.orders_id, "input_received", "UNB+")
            with self.subTest(function):
                self.break_ours(function)
                self.do("process", order)
                self.assertEqual(self.state_of(order), "input_processed")

    def break_ours(self, function):
        def broken(*_arguments):
            raise RuntimeError("ours")

        self.patch(
            step_tracing,
            function,
            broken if function == "_counterpart" else guarded(broken),
        )
