"""Operation, key and outcome of a request to an access point."""

from unittest.mock import MagicMock, Mock, call

from odoo.tests import BaseCase

from odoo.addons.reliability_integration import IDEMPOTENT, SAFE, UNSAFE

from ..provider_instrumentation import operation_of, proxy_request, record_response


class TestOperation(BaseCase):
    def assert_operation(self, path, operation, repeatable):
        url = f"https://point.example/api/{path}"
        self.assertEqual(operation_of(url), (operation, repeatable))

    def test_sending_documents_is_unsafe(self):
        self.assert_operation("peppol/1/send_document", "send_document", UNSAFE)
        self.assert_operation(
            "l10n_it_edi/2/out/SdiRiceviFile", "sdi_ricevi_file", UNSAFE
        )

    def test_queries_are_safe(self):
        self.assert_operation("peppol/1/get_all_documents", "get_all_documents", SAFE)
        self.assert_operation("peppol/2/participant_status", "participant_status", SAFE)
        operation = "ricezione_invoice"
        self.assert_operation("l10n_it_edi/1/in/RicezioneInvoice", operation, SAFE)

    def test_changes_of_state_are_idempotent(self):
        self.assert_operation("l10n_it_edi/1/ack", "ack", IDEMPOTENT)
        self.assert_operation(
            "account_edi/1/renew_token?x=1", "renew_token", IDEMPOTENT
        )

    def test_unknown_operations_are_unsafe(self):
        self.assert_operation("peppol/2/connect/", "connect", UNSAFE)
        self.assert_operation("peppol/1", "ask", UNSAFE)
        self.assert_operation("peppol/\u00fc", "ask", UNSAFE)


class TestKey(BaseCase):
    def key(self, params):
        user = MagicMock()
        user[:1].configure_mock(proxy_type="peppol", edi_identification="0208:1")
        return proxy_request(user, "https://point.example/send_document", params).key

    def documents(self, *names):
        return {"documents": [{"filename": name, "ubl": "..."} for name in names]}

    def test_one_file_has_its_name(self):
        self.assertEqual(self.key(self.documents("A.xml")), "0208:1 A.xml")
        self.assertEqual(self.key({"file": {"filename": "B.xml"}}), "0208:1 B.xml")

    def test_many_files_have_the_first_names_and_a_count(self):
        many = [f"{number}.xml" for number in range(80)]
        key = self.key(self.documents(*many))
        self.assertRegex(key, r"^0208:1 0.xml 1.xml 2.xml \+77 [0-9a-f]{8}$")
        self.assertNotEqual(key, self.key(self.documents(*many[:3], *many[2:])))

    def test_without_names_it_is_a_hash_of_the_parameters(self):
        self.assertRegex(self.key(None), r"^0208:1 [0-9a-f]{8}$")
        self.assertEqual(self.key({"a": 1}), self.key({"a": 1}))
        self.assertNotEqual(self.key({"a": 1}), self.key({"a": 2}))
        self.assertTrue(self.key(self.documents("")))


class TestResponse(BaseCase):
    def recorded(self, response, repeatable=UNSAFE):
        attempt = Mock()
        record_response(attempt, repeatable, response)
        return attempt.mock_calls

    def test_numbers_of_taken_messages_are_references(self):
        response = {"messages": [{"message_uuid": "a"}, {}, {"message_uuid": "b"}]}
        references = [call.created("a", "message"), call.created("b", "message")]
        self.assertEqual(self.recorded(response), references)
        self.assertEqual(
            self.recorded({"id_transaction": "c"}), [call.created("c", "message")]
        )

    def test_numbers_in_responses_to_queries_are_no_references(self):
        self.assertFalse(self.recorded({"messages": [{"message_uuid": "a"}]}, SAFE))

    def test_errors_of_each_format_fail_the_attempt(self):
        for response, text in (
            ({"error": {"code": 1, "message": "Not on Peppol"}}, "Not on Peppol"),
            ({"error": {"code": 1}}, "{'code': 1}"),
            ({"error": "EI01", "error_description": "empty"}, "EI01: empty"),
            ({"error": "gone"}, "gone"),
        ):
            self.assertEqual(self.recorded(response), [call.fail(text)])
            self.assertEqual(self.recorded(response, IDEMPOTENT), [call.fail(text)])

    def test_other_responses_record_nothing(self):
        for response in (None, [], "ok", {}):
            self.assertFalse(self.recorded(response))
