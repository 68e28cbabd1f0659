"""Secrets and personal data are masked before text is stored."""

from unittest import TestCase
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from ...telemetry import masking
from ...telemetry.masking import MAX_LENGTH, masked, without_query

SECRET = "s3cr3tV4lue"
MASKED = (
    f"https://user:{SECRET}@api.example.com/label",
    f"Authorization: Bearer {SECRET}abc",
    f"Authorization: Basic {SECRET}abc",
    f"{{'Authorization': 'Token {SECRET}'}}",
    f"Cookie: session_id={SECRET}; lang=en",
    f"GET /label?api_key={SECRET}&x=1",
    f"GET /label?access_token={SECRET}",
    f'{{"password": "{SECRET}"}}',
    f"{{'client_secret': '{SECRET}', 'x': 1}}",
    f"<soap:Password>{SECRET}</soap:Password>",
    f"<password>{SECRET}",
    f"token={SECRET}",
    f"eyJhbGciOiJ.{SECRET}.{SECRET}",
    f"write to {SECRET}@example.com",
    f'{{"consignee": "{SECRET}"}}',
    f"<ns:phone>{SECRET}</ns:phone>",
    f'{{"street": "{SECRET} 5"}}',
)
UNCHANGED = (
    "HTTPSConnectionPool(host='api.dhl.com', port=443): Read timed out.",
    "422: postcode 1234 does not exist in BE",
    "Transfer WH/OUT/00042 has no carrier",
    "tracking 1Z999AA10123456784",
)


class TestMasking(TestCase):
    def test_secrets_and_personal_data_are_masked(self):
        for text in MASKED:
            with self.subTest(text):
                self.assertNotIn(SECRET, masked(text))

    def test_helpful_text_is_unchanged(self):
        for text in UNCHANGED:
            with self.subTest(text):
                self.assertEqual(masked(text), text)

    def test_phone_numbers_are_masked(self):
        for number in ("+34 600 123 456", "+49 (0)30 123456", "030 / 123 45 67"):
            self.assertNotIn("12", masked(f"call {number}"))

    def test_a_url_loses_credentials_and_parameters(self):
        url = f"https://u:{SECRET}@api.dhl.com/label?key={SECRET}"
        self.assertEqual(without_query(url), "https://***@api.dhl.com/label")

    @given(st.text(max_size=2000))
    def test_any_text_is_shortened_to_the_maximum(self, text):
        found = masked(text)
        self.assertLessEqual(len(found), MAX_LENGTH)
        self.assertNotIn("\x00", found)

    @given(st.text(alphabet="abcxyz019 ", max_size=60), st.sampled_from(MASKED))
    def test_a_secret_is_masked_in_any_context(self, around, text):
        self.assertNotIn(SECRET, masked(f"{around} {text} {around}"))

    def test_only_the_beginning_of_a_long_text_is_searched(self):
        searched = []

        class Rule:
            def sub(self, _replacement, text):
                searched.append(len(text))
                return text

        with patch.object(masking, "_RULES", [(Rule(), "")] * 3):
            masked("a" * 100_000)
        self.assertEqual(searched, [4 * MAX_LENGTH] * 3)
