"""What access points are asked is told from the address and the documents alone."""

from unittest.mock import MagicMock, Mock, call

from odoo.tests import BaseCase

from odoo.addons.reliability_integration import IDEMPOTENT, SAFE, UNSAFE

from ..provider_instrumentation import asked, operation_of, tell


class TestWhatAnAddressAsks(BaseCase):
    def assert_asks(self, path, operation, repeatable):
        url = f"https://point.example/api/{path}"
        self.assertEqual(operation_of(url), (operation, repeatable))

    def test_documents_may_be_sent_twice(self):
        self.assert_asks("peppol/1/send_document", "send_document", UNSAFE)
        self.assert_asks("l10n_it_edi/2/out/SdiRiceviFile", "sdi_ricevi_file", UNSAFE)

    def test_questions_may_be_asked_again(self):
        self.assert_asks("peppol/1/get_all_documents", "get_all_documents", SAFE)
        self.assert_asks("peppol/2/participant_status", "participant_status", SAFE)
        operation = "ricezione_invoice"
        self.assert_asks("l10n_it_edi/1/in/RicezioneInvoice", operation, SAFE)

    def test_what_is_said_twice_is_not_done_twice(self):
        self.assert_asks("l10n_it_edi/1/ack", "ack", IDEMPOTENT)
        self.assert_asks("account_edi/1/renew_token?x=1", "renew_token", IDEMPOTENT)

    def test_whatever_is_not_known_may_be_done_twice(self):
        self.assert_asks("peppol/2/connect/", "connect", UNSAFE)
        self.assert_asks("peppol/1", "ask", UNSAFE)
        self.assert_asks("peppol/\u00fc", "ask", UNSAFE)


class TestWhatTellsQuestionsApart(BaseCase):
    def key(self, params):
        user = MagicMock()
        user[:1].configure_mock(proxy_type="peppol", edi_identification="0208:1")
        return asked(user, "https://point.example/send_document", params).key

    def documents(self, *names):
        return {"documents": [{"filename": name, "ubl": "..."} for name in names]}

    def test_the_names_of_files(self):
        self.assertEqual(self.key(self.documents("A.xml")), "0208:1 A.xml")
        self.assertEqual(self.key({"file": {"filename": "B.xml"}}), "0208:1 B.xml")

    def test_of_many_the_first_ones_and_how_many_more(self):
        many = [f"{number}.xml" for number in range(80)]
        key = self.key(self.documents(*many))
        self.assertRegex(key, r"^0208:1 0.xml 1.xml 2.xml \+77 [0-9a-f]{8}$")
        self.assertNotEqual(key, self.key(self.documents(*many[:3], *many[2:])))

    def test_what_is_asked_where_there_are_no_names(self):
        self.assertRegex(self.key(None), r"^0208:1 [0-9a-f]{8}$")
        self.assertEqual(self.key({"a": 1}), self.key({"a": 1}))
        self.assertNotEqual(self.key({"a": 1}), self.key({"a": 2}))
        self.assertTrue(self.key(self.documents("")))


class TestWhatIsAnswered(BaseCase):
    def told(self, answer, repeatable=UNSAFE):
        attempt = Mock()
        tell(attempt, repeatable, answer)
        return attempt.mock_calls

    def test_numbers_of_what_was_taken(self):
        answer = {"messages": [{"message_uuid": "a"}, {}, {"message_uuid": "b"}]}
        made = [call.created("a", "message"), call.created("b", "message")]
        self.assertEqual(self.told(answer), made)
        self.assertEqual(
            self.told({"id_transaction": "c"}), [call.created("c", "message")]
        )

    def test_numbers_in_answers_to_questions_are_nothing_new(self):
        self.assertFalse(self.told({"messages": [{"message_uuid": "a"}]}, SAFE))

    def test_errors_in_each_wording(self):
        for answer, text in (
            ({"error": {"code": 1, "message": "Not on Peppol"}}, "Not on Peppol"),
            ({"error": {"code": 1}}, "{'code': 1}"),
            ({"error": "EI01", "error_description": "empty"}, "EI01: empty"),
            ({"error": "gone"}, "gone"),
        ):
            self.assertEqual(self.told(answer), [call.fail(text)])
            self.assertEqual(self.told(answer, IDEMPOTENT), [call.fail(text)])

    def test_what_is_no_answer_tells_nothing(self):
        for answer in (None, [], "ok", {}):
            self.assertFalse(self.told(answer))
