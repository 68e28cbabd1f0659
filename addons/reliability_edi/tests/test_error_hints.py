"""Errors are explained in plain language, with who has to do what."""

import json

import requests

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.reliability_integration.tests.common import PartnerSystem

from ..models.error_hints import ERROR_CLASSES
from .common import DocumentCase

PAGE = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
CLASSES = [
    # A page in the place of a document, or of an answer, is a fault of the sender.
    (0, f"No UNB segment. It begins: {PAGE[:40]}", "partner_fault"),
    (0, "XML syntax error, line 1: <html>", "partner_fault"),
    (0, "502 Server Error: Bad Gateway for url: https://b2b/xml", "partner_fault"),
    (0, "HTTP 503: Service Unavailable", "partner_fault"),
    (0, "500 Internal Server Error", "partner_fault"),
    # What the ledger knows of the answer is more certain than any text.
    (502, "Expecting value: line 1 column 1 (char 0)", "partner_fault"),
    (504, "'NoneType' object has no attribute 'find'", "partner_fault"),
    (401, "invalid XML", "access_denied"),
    (404, "product", "not_found"),
    (422, "unknown product 4711", "refused"),
    (429, "slow down", "too_many_requests"),
    (200, "Product 4711 not found", "unknown_product"),
    (0, "403 Forbidden", "access_denied"),
    (0, "HTTP 404", "not_found"),
    (0, "400 the postal code is missing", "refused"),
    # Numbers in a text are no status.
    (0, "Product 502 not found", "unknown_product"),
    (0, "The quantity 500 is too large", "other"),
    # Faults of our side.
    (0, "process() got an unexpected keyword argument 'x'", "odoo_fault"),
    (0, "'NoneType' object is not subscriptable", "odoo_fault"),
    (0, "could not serialize access due to concurrent update", "conflict"),
    (0, "You are not allowed to create 'Sales Order'", "no_right"),
    # Faults of the document.
    (0, "'utf-8' codec can't decode byte 0xe4", "unreadable"),
    (0, "Expecting value: line 1 column 1 (char 0)", "unreadable"),
    (0, "There is no product NO_1.", "unknown_product"),
    (0, 'duplicate key value violates "product_code_unique"', "exists_already"),
    (0, "Unknown unit of measure XYZ", "unknown_unit"),
    (0, "GLN 4012345000009 is unknown", "unknown_party"),
    (0, "The field Delivery Date is mandatory", "incomplete"),
    # Connections.
    (0, "HTTPSConnectionPool(host='b2b'): Max retries exceeded", "no_answer"),
    (0, "certificate verify failed: certificate has expired", "certificate"),
    (0, "[Errno 2] No such file: /in/orders.csv", "not_found"),
    (0, "login failed", "access_denied"),
    (0, "Zonk", "other"),
    (0, "", "other"),
]


@tagged("post_install", "-at_install")
class TestErrorClasses(DocumentCase):
    """An error has a class: a stable code."""

    def classify(self, status, error):
        with self.cursor() as cr:
            cr.execute(SQL("SELECT reliability_edi_error_class(%s, %s)", error, status))
            return cr.fetchone()[0]

    def test_classes_of_usual_errors(self):
        for status, error, error_class in CLASSES:
            with self.subTest(error, status=status):
                self.assertEqual(self.classify(status, error), error_class)

    def test_each_class_is_tested(self):
        tested = {error_class for _status, _error, error_class in CLASSES}
        self.assertEqual(tested, dict(ERROR_CLASSES).keys())

    def test_a_document_without_error_has_none(self):
        self.make_document(self.orders_id, "input_processed", "UNB+")
        self.maintain()
        self.assertIsNone(self.document()["error_class"])


@tagged("post_install", "-at_install")
class TestErrorPages(DocumentCase):
    """An error page of a partner's web server is no fault of the document."""

    test_tags = set()  # without "standard", Odoo allows requests

    def test_the_status_in_the_ledger_is_more_certain_than_the_error(self):
        """Its error says that JSON cannot be parsed; the ledger knows the status."""

        def fetch(_handler, _document, **_more):
            answer = requests.get(f"{system.url}/orders", timeout=20)
            return json.loads(answer.text)["order"]

        self.handle(receive=fetch)
        order = self.make_document(self.orders_id, "input_pending")
        answers = {"/orders": lambda handler: handler.answer(502, PAGE)}
        with PartnerSystem(answers) as system:
            self.do("receive", order)
        self.maintain()
        document = self.document()
        self.assertIn("Expecting value", document["error"])
        self.assertEqual(document["error_class"], "partner_fault")


@tagged("post_install", "-at_install")
class TestErrorHints(DocumentCase):
    """What is wrong and what to do are whole sentences that name the partner."""

    def hint(self, error):
        order = self.make_failed_document(error)
        with self.committed() as env:
            document = self.records(env).filtered(lambda one: one.record_id == order)
            return document.what_is_wrong, document.what_to_do

    def test_every_class_has_a_hint(self):
        self.make_failed_document()
        with self.committed() as env:
            document = self.records(env)
            for error_class, _name in ERROR_CLASSES:
                with self.subTest(error_class):
                    document.sudo().error_class = error_class
                    for sentence in (document.what_is_wrong, document.what_to_do):
                        self.assertRegex(sentence, r"^[A-Z].*\.$")
                        self.assertNotIn("%", sentence)
            env.cr.rollback()

    def test_an_unreadable_file_goes_back_to_the_partner(self):
        wrong, to_do = self.hint("'utf-8' codec can't decode byte 0xe4")
        self.assertIn("cannot be read", wrong)
        self.assertIn("Send the file back to ACME", to_do)

    def test_an_error_page_does_not(self):
        wrong, to_do = self.hint(f"no UNB segment. It begins: {PAGE}")
        self.assertIn("The system of ACME has a fault", wrong)
        self.assertIn("call ACME", to_do)
        self.assertNotIn("back", to_do)

    def test_an_unknown_error_is_shown_as_it_is(self):
        self.assertIn("not among the usual ones", self.hint("Zonk")[0])

    def test_secrets_in_messages_are_masked(self):
        self.hint("login failed: password=tr0ub4dor for ann@acme.example")
        with self.committed() as env:
            message = self.records(env).message
            self.assertNotIn("tr0ub4dor", message)
            self.assertNotIn("ann@", message)


@tagged("post_install", "-at_install")
class TestSummaries(DocumentCase):
    """Documents of one partner with the same problem are one sentence."""

    def summary(self, env):
        return self.records(env)._summarize()

    def fail(self, *numbers, error="There is no product NO_1."):
        for number in numbers:
            self.make_failed_document(error, external_identifier=number)

    def test_one_failed_document_is_named_with_its_product(self):
        self.fail("PO-1")
        with self.committed() as env:
            self.assertEqual(
                self.summary(env),
                "ACME: PO-1 is not imported. Product NO_1 is not known in Odoo.",
            )

    def test_several_are_counted_and_named(self):
        self.fail("PO-1", "PO-2", "PO-3", "PO-4")
        with self.committed() as env:
            self.assertEqual(
                self.summary(env),
                "ACME: 4 ORDERS are not imported (PO-1, PO-2, PO-3, …)."
                " Product NO_1 is not known in Odoo.",
            )

    def test_different_products_are_not_named(self):
        self.fail("PO-1")
        self.fail("PO-2", error="There is no product NO_2.")
        with self.committed() as env:
            self.assertIn("A product in the document", self.summary(env))

    def test_a_duplicate_names_both_orders(self):
        with self.committed() as env:
            company = env["res.partner"].create({"name": "ACME", "is_company": True})
            values = [{"name": name, "ref": "PO-1"} for name in ("S1", "S2")]
            made = env["res.partner"].create(values)
            made.parent_id = company
        for one in made.ids:
            self.make_document(
                self.orders_id,
                "input_processed",
                str(one),
                model="res.partner",
                res_id=one,
            )
        self.maintain()
        with self.committed() as env:
            duplicate = self.records(env)[1]
            self.assertEqual(
                duplicate.what_is_wrong, "ACME sent PO-1 twice: S1 and S2."
            )
            self.assertEqual(
                duplicate._summarize(),
                "ACME sent PO-1 twice: S1 and S2. Cancel one of the two in Odoo.",
            )

    def test_documents_of_several_partners_are_only_counted(self):
        self.fail("PO-1")
        with self.committed() as env:
            globex = env["res.partner"].create({"name": "Globex"}).id
        self.make_failed_document(
            external_identifier="PO-2", model="res.partner", res_id=globex
        )
        with self.committed() as env:
            self.assertEqual(self.summary(env), "2 EDI documents to fix")
