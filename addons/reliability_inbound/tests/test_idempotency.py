"""With an Idempotency-Key, a message that was processed is not processed again."""

from odoo.tests import new_test_user, tagged

from odoo.addons.reliability_inbound.kinds import InvalidMessage, scope_of

from .common import MANAGER, InboundCase


@tagged("-at_install", "post_install")
class TestIdempotency(InboundCase):
    def setUp(self):
        super().setUp()
        self.process.side_effect = [{"done": number} for number in range(1, 5)]

    def last(self):
        return self.messages.search([], limit=1)

    def test_the_same_message_gets_the_same_answer(self):
        first = self.send({"a": 1}, Idempotency_Key="nightly")
        second = self.send({"a": 1}, Idempotency_Key="nightly")
        self.assert_processed(second)
        self.assertEqual(second.json(), first.json())
        self.assertRecordValues(
            self.last(),
            [{"is_repeated": True, "status": 200, "idempotency_key": "nightly"}],
        )

    def test_another_message_with_the_same_key_is_refused(self):
        self.send({"a": 1}, Idempotency_Key="nightly")
        response = self.send({"a": 2}, Idempotency_Key="nightly")
        self.assert_problem(response, 422, "Another message was received")
        self.assert_processed(self.send({"a": 1}, Idempotency_Key="nightly"))

    def test_a_message_that_was_refused_may_be_sent_again(self):
        self.process.side_effect = [InvalidMessage("not yet"), {"done": 2}]
        refused = self.send({"a": 1}, Idempotency_Key="nightly")
        self.assertEqual(refused.status_code, 422)
        self.assertEqual(
            self.send({"a": 1}, Idempotency_Key="nightly").json()["result"], {"done": 2}
        )

    def test_keys_of_another_kind_or_user_are_others(self):
        self.send(Idempotency_Key="1")
        other = new_test_user(self.env, "sends_too", MANAGER)
        for number, (kind, user) in enumerate(
            [("probe", other), ("other", self.user)], start=2
        ):
            key = self.make_key(scope_of(kind), user)
            self.assert_processed(
                self.send(kind=kind, key=key, Idempotency_Key="1"), number
            )

    def test_a_new_api_key_of_the_same_user_knows_what_was_sent(self):
        self.send(Idempotency_Key="1")
        key = self.make_key(scope_of("probe"))
        self.assert_processed(self.send(key=key, Idempotency_Key="1"))

    def test_without_a_key_each_message_is_processed(self):
        """Alertmanager sends the same again when a state has changed in between."""
        for times in (1, 2, 3):
            self.assert_processed(self.send({"a": 1}), times)
        digests = self.messages.search([], limit=3).mapped("body_digest")
        self.assertEqual(len(set(digests)), 1)

    def test_a_key_that_cannot_be_one_is_refused(self):
        response = self.send(Idempotency_Key="a" * 256)
        self.assert_problem(response, 400, "1 to 255 printable")
        self.assertFalse(self.process.called)

    def test_what_is_secret_in_a_key_is_not_stored(self):
        for body in ({"a": 1}, {"a": 2}):
            key = f"ana.perez@example.com {body['a']}"
            self.assertEqual(self.send(body, Idempotency_Key=key).status_code, 200)
            self.assertNotIn("perez", str(self.last().read()))
