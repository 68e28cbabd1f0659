"""A message is processed with the rights of its key, or its sender learns why not."""

import gzip

from psycopg2.errorcodes import (
    DEADLOCK_DETECTED,
    DISK_FULL,
    RAISE_EXCEPTION,
    SERIALIZATION_FAILURE,
    UNIQUE_VIOLATION,
)

from odoo.exceptions import AccessError, UserError
from odoo.service import model as service_model
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.reliability_inbound.kinds import InvalidMessage

from .common import MAX_BYTES, InboundCase

INBOUND = "odoo.addons.reliability_inbound.models.reliability_inbound"


@tagged("-at_install", "post_install")
class TestRequests(InboundCase):
    """Only a JSON object, of a limited size, reaches the method of a kind."""

    def assert_refused(self, response, status, text):
        self.assert_problem(response, status, text)
        self.assertFalse(self.process.called)

    def test_only_post(self):
        for method in ("GET", "PUT", "DELETE", "PATCH", "OPTIONS"):
            response = self.send(method=method)
            self.assert_refused(response, 405, "Send messages with POST")
            self.assertEqual(response.headers["Allow"], "POST")
        self.assertEqual(self.send(method="HEAD").status_code, 405)

    def test_a_kind_that_does_not_exist(self):
        for kind in ("unknown", "Probe", "probe%00", "_kinds", "%F0%9F%98%80"):
            self.assert_refused(self.send(kind=kind), 404, "no such kind of message")

    def test_a_form_is_not_parsed(self):
        form = "application/x-www-form-urlencoded"
        self.assert_refused(self.send("a=1", Content_Type=form), 415, "as JSON")
        response = self.url_open(
            "/reliability/inbound/probe",
            files={"file": b"content"},
            headers={"Authorization": f"Bearer {self.key}"},
        )
        self.assert_refused(response, 415, "as JSON")

    def test_a_compressed_body(self):
        body = gzip.compress(b"{}")
        self.assert_refused(self.send(body, Content_Encoding="gzip"), 415, "as JSON")

    def test_a_body_at_the_limit_of_the_kind(self):
        self.assert_processed(self.send("{" + " " * (MAX_BYTES - 2) + "}"))

    def test_a_body_over_the_limit_of_the_kind(self):
        body = "{" + " " * (MAX_BYTES - 1) + "}"
        self.assert_refused(self.send(body), 413, "more than 1000 bytes")

    def test_a_body_of_unknown_length_over_the_limit(self):
        parts = (b"{" + b" " * 600 for _part in range(3))
        self.assert_refused(self.send(parts), 413, "more than 1000 bytes")

    def test_a_body_of_unknown_length(self):
        self.assert_processed(self.send(part for part in (b'{"a":', b"1}")))
        self.assertEqual(self.process.call_args.args[1], {"a": 1})

    def test_garbage(self):
        for body, text in (
            ("", "not JSON"),
            ('{"a":', "not JSON"),
            ("[1]", "must be a JSON object"),
            (b"\xff\xfe", "not UTF-8"),
            ('{"a": "\\u0000"}', "NUL"),
            ('{"a": "\\ud800"}', "surrogate"),
            (f'{{"a": {"[" * 40}{"]" * 40}}}', "nested"),
        ):
            self.assert_refused(self.send(body), 400, text)
        self.assertEqual(self.messages.search([], limit=1).status, 400)

    def test_no_cookie_is_set(self):
        self.opener.cookies.clear()
        self.assertNotIn("session_id", self.send(key="wrong-key").cookies)


@tagged("-at_install", "post_install")
class TestProcessing(InboundCase):
    """What a method does is committed before the answer, or nothing of it is."""

    def last(self):
        return self.messages.search([], limit=1)

    def test_a_method_gets_the_body_and_runs_as_the_user_of_the_key(self):
        found = {}

        def process(model, body):
            found.update(body=body, user=model.env.user.id, su=model.env.su)
            found["uid"] = model.env.transaction.default_env.uid
            return {"row": 7, "names": ["one"]}

        self.process.side_effect = process
        response = self.send({"a": [1]}, key=self.key)
        self.assertEqual(
            response.json(),
            {"status": "processed", "result": {"row": 7, "names": ["one"]}},
        )
        self.assertEqual(response.headers["Content-Type"], "application/json")
        user = self.user.id
        self.assertEqual(
            found, {"body": {"a": [1]}, "user": user, "su": False, "uid": user}
        )

    def test_a_message_is_listed_without_its_content(self):
        self.send({"phone": "+34 600 123 456"})
        self.assertRecordValues(
            self.last(),
            [
                {
                    "kind": "probe",
                    "user_id": self.user.id,
                    "key_name": "Probe",
                    "status": 200,
                    "answer": '{"done": 1}',
                    "is_repeated": False,
                    "size": 28,
                }
            ],
        )
        stored = str(self.last().read())
        for secret in ("600 123", self.key, self.key[:8]):
            self.assertNotIn(secret, stored)

    def test_its_kind_is_shown_as_people_call_it(self):
        self.send()
        kinds = self.last().fields_get(["kind"])["kind"]["selection"]
        self.assertEqual(dict(kinds)[self.last().kind], "Probe")

    def test_what_is_personal_in_a_result_is_masked(self):
        self.process.return_value = {"sent": ["to ana.perez@example.com"]}
        self.assertNotIn("ana", self.send().text)
        self.assertNotIn("ana", self.last().answer)

    def refuse(self, error):
        """Let the method write, and then raise an error."""

        def process(model, body):
            model.env["res.partner"].sudo().create({"name": "Written before an error"})
            raise error

        self.process.side_effect = process

    def assert_nothing_written(self):
        partners = self.env["res.partner"]
        self.assertFalse(partners.search([("name", "=", "Written before an error")]))

    def test_a_message_that_a_method_refuses(self):
        for error in (
            InvalidMessage("size is a number"),
            UserError("size is a number"),
        ):
            self.refuse(error)
            self.assert_problem(self.send(), 422, "size is a number")
            self.assert_nothing_written()
            self.assertRecordValues(
                self.last(), [{"status": 422, "answer": "size is a number"}]
            )

    def test_what_is_personal_in_a_refusal_is_masked(self):
        self.refuse(InvalidMessage("unknown: ana.perez@example.com"))
        self.assertNotIn("ana", self.send().text)
        self.assertNotIn("ana", self.last().answer)

    def test_a_right_that_the_user_lacks(self):
        self.refuse(AccessError("You may not do this"))
        self.assert_problem(self.send(), 403, "You may not do this")
        self.assert_nothing_written()

    def test_an_error_of_a_method_is_not_sent(self):
        self.refuse(ValueError("password = hunter22"))
        with self.assertLogs(INBOUND, "ERROR") as logs:
            self.assert_problem(self.send(), 500, "in the log of the server")
        self.assertIn("ValueError", logs.output[0])
        self.assertNotIn("hunter22", logs.output[0])
        self.assert_nothing_written()
        self.assertEqual(self.last().status, 500)

    def test_a_result_that_json_cannot_hold(self):
        self.process.return_value = {"user": self.user}
        with self.assertLogs(INBOUND, "ERROR"):
            self.assert_problem(self.send(), 500, "in the log of the server")

    def fail(self, code, attempts):
        """Let PostgreSQL raise an error, in so many attempts to process a message."""
        raised = f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$"

        def process(model, body):
            if self.process.call_count <= attempts:
                model.env.cr.execute(raised, log_exceptions=False)
            return {"done": self.process.call_count}

        self.process.reset_mock()
        self.process.side_effect = process
        self.patch(service_model.random, "uniform", lambda low, high: 0)  # at once

    def test_a_conflict_with_another_transaction_is_tried_again(self):
        for code in (SERIALIZATION_FAILURE, DEADLOCK_DETECTED, UNIQUE_VIOLATION):
            before = self.messages.search_count([])
            self.fail(code, attempts=1)
            self.assertEqual(self.send().json()["result"], {"done": 2})
            self.assertEqual(self.messages.search_count([]), before + 1)

    @mute_logger("odoo.http")
    def test_what_the_database_cannot_take_now_is_to_be_sent_again(self):
        for code in (
            SERIALIZATION_FAILURE,
            UNIQUE_VIOLATION,
            DISK_FULL,
            RAISE_EXCEPTION,
        ):
            self.fail(code, attempts=10)
            response = self.send()
            self.assert_problem(response, 503, "Send it again")
            self.assertEqual(response.headers["Retry-After"], "5")
