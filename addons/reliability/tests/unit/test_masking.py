"""Secrets and personal data are masked before text is stored, shown or logged."""

import logging
from unittest import TestCase
from unittest.mock import patch

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ...telemetry.masked_log import masked_logger
from ...telemetry.masking import (
    MASK,
    MAX_LENGTH,
    engine,
    masked,
    masked_name,
    prose,
    without_query,
)
from .masking_cases import HIDDEN, hidden_cases, shown_cases

FRAGMENTS = st.sampled_from(
    """
    a A 0 a1 aB1 - _ . / + = & % ? # \\ " ' : ; , { } [ ] ( ) < > @ | é \ud83d
    password= password: password=' name: key= api_key=" Bearer Key·(a)=( {'a': {"a":
    <a </a> <a> <a/> <password> <!-- <![CDATA[ <a·b=" <a·b=' &quot; %22 \\" ?a= &a=
    :// a://b:c@ a@b eyJ eyJa. sk- xoxb-1- AKIA 4111· +1· 0· ES91 ES91· 0049 AC IBAN·
    -----BEGIN·A----- VALUES·(' NAD+BY+ --p· token· tel· a·b· A·b: x[y] ["password",
    Failing·row·contains·( https://hooks.slack.com/services/T PuTTY-User-Key-File-
    name="a"\n\n ··File·"x",·line·1,·in·f\n····{"a":
    """.replace("\n    ", " ").split()
    + [" ", "\n", "\t", "a b "]
).map(lambda fragment: fragment.replace("·", " "))
"""What rules look for, and parts of it."""
LONG = 10_000
"""Many times the length of text that is masked by default."""


class TestSecretsAndPeople(TestCase):
    """Secrets and people are masked in every form in which they are written."""

    def test_what_is_a_secret_or_tells_who_is_masked(self):
        for kind, text, parts in hidden_cases():
            with self.subTest(kind, text=text):
                found = masked(text)
                self.assertEqual([part for part in parts if part in found], [])

    def test_a_secret_is_masked_in_a_sentence_and_in_a_line_of_a_log(self):
        for kind, text, parts in hidden_cases():
            for around in ("Error: {} (2 of 3)", "2026-11-28 09:47 WARNING\n{}\nEnd."):
                with self.subTest(kind, text=around.format(text)):
                    found = masked(around.format(text))
                    self.assertEqual([part for part in parts if part in found], [])

    def test_what_is_cut_off_is_masked(self):
        for kind in ("json", "xml", "json in json"):
            for text in HIDDEN[kind]:
                start, _, rest = text.partition("«")
                secret = rest.partition("»")[0]
                with self.subTest(kind, text=start + secret):
                    self.assertNotIn(secret, masked(f"{start}{secret}"))


class TestHelpfulText(TestCase):
    """What a reader needs stays as it is, to the character."""

    def test_numbers_of_orders_and_parcels_and_errors_are_unchanged(self):
        for kind, text in shown_cases():
            with self.subTest(kind, text=text):
                self.assertEqual(masked(text, 2000), text)

    def test_text_without_anything_to_mask_keeps_its_quoting(self):
        for text in ("100%25 of 3", "a &amp; b", r"C:\new\x41", r'"\"a\""'):
            self.assertEqual(masked(text), text)

    def test_a_structure_keeps_what_is_around_a_masked_value(self):
        self.assertEqual(
            masked('400: {"code": 5, "name": "Ana", "message": "pwd=x1"} for S00042'),
            '400: {"code": 5, "name": "***", "message": "pwd=***"} for S00042',
        )
        self.assertEqual(
            masked("<r><Code>5</Code><Name>Ana</Name></r>"),
            "<r><Code>5</Code><Name>***</Name></r>",
        )
        self.assertEqual(
            masked("GET https://h.example.com/v1?page=2&key=x1 took 3 s"),
            "GET https://h.example.com/v1?page=2&key=*** took 3 s",
        )


class TestNames(TestCase):
    """Names of documents, parcels and requests are shown whatever they look like."""

    def test_numbers_are_not_taken_for_those_of_cards_accounts_and_phones(self):
        for name in (
            "4111111111111111",
            "ES9121000418450200051332",
            "0034 600 123 456",
            "kX9pQ2vR7mZ4tL8wB3nY6cH1",
            "9f2c4d1eaaaabbbbccccdddddddddddd",
        ):
            self.assertEqual(masked_name(name), name)

    def test_secrets_in_names_are_masked(self):
        self.assertNotIn("x1y2", masked_name("https://h.example.com/label?token=x1y2"))
        self.assertNotIn("sk_live", masked_name("sk_live_4eC39HqLyjWDarjtT1zdp7dc"))

    def test_a_url_loses_credentials_and_parameters(self):
        url = "https://u:s3cr3t@api.dhl.com/label?key=s3cr3t"
        self.assertEqual(without_query(url), "https://***@api.dhl.com/label")


class TestAnyText(TestCase):
    """Whatever the text is, nothing fails."""

    @given(st.text(max_size=2000))
    def test_any_text_is_shortened_to_the_maximum(self, text):
        found = masked(text)
        self.assertLessEqual(len(found), MAX_LENGTH)
        self.assertNotIn("\x00", found)

    @given(st.lists(FRAGMENTS, max_size=60).map("".join))
    def test_no_text_fails(self, text):
        # The text that stands for one that cannot be masked is not what comes out.
        self.assertNotEqual(masked(f"status 5 {text}"), MASK)

    def test_what_is_shown_can_be_stored(self):
        for quoted in ("\ud83d", "\x00", r"\ud83d", r"\u0000", "%00"):
            for secret in ("password%3Dx1y2", r"{\"password\": \"x1y2\"}"):
                with self.subTest(quoted=quoted, secret=secret):
                    shown = masked(f"{quoted} {secret}")
                    self.assertNotIn("x1y2", shown)
                    self.assertNotIn("\x00", shown)
                    shown.encode()  # UTF-8 has no half of a surrogate pair

    def test_a_quoted_surrogate_pair_is_its_character(self):
        shown = masked(r"\ud83d\ude00 {\"password\": \"x1y2\"}")
        self.assertEqual(shown, '\U0001f600 {"password": "***"}')

    def test_an_error_without_a_text_is_masked(self):
        self.assertEqual(masked(Broken()), MASK)


class Broken(Exception):
    """An error that cannot be shown."""

    def __str__(self):
        raise ValueError


class TestEffort(TestCase):
    """A text of twice the length takes twice the time, not four times."""

    @settings(max_examples=60, deadline=None)
    @given(st.lists(FRAGMENTS, min_size=1, max_size=4).map("".join))
    @example("%:+1 name:")
    def test_no_rule_reads_more_than_a_block(self, fragment):
        blocks, _ = _read(_repeated(fragment, LONG))
        self.assertLessEqual(max(map(len, blocks), default=0), prose.MAX_BLOCK)

    @settings(max_examples=60, deadline=None)
    @given(st.lists(FRAGMENTS, min_size=1, max_size=4).map("".join))
    @example('{"a":')
    @example("a%22b &quot; \\n")
    @example("?a=%25&")
    @example("\ud83d?a=")
    def test_what_is_read_grows_with_the_text(self, fragment):
        short, long = (
            sum(
                len(text)
                for texts in _read(_repeated(fragment, length))
                for text in texts
            )
            for length in (LONG // 4, LONG)
        )
        self.assertLessEqual(long, 4.5 * short)

    def test_of_a_long_line_the_start_is_shown(self):
        text = "a b " * LONG
        shown = masked(f"{text}\nlast line", LONG * 5)
        self.assertEqual(shown, f"{text[: prose.MAX_BLOCK - 1]}…\nlast line")

    def test_structures_and_tracebacks_may_be_long(self):
        for text in (f'{{"ids": [{"1, " * LONG}1]}}', "  in action_confirm\n" * LONG):
            self.assertEqual(masked(text, len(text)), text)


class TestLog(TestCase):
    """Log lines are masked, their tracebacks too."""

    def setUp(self):
        super().setUp()
        self.logger = masked_logger("odoo.addons.reliability.test_masking")

    def test_a_line_is_masked(self):
        with self.assertLogs(self.logger) as logs:
            self.logger.warning("Refused by %s: %s", "db", "password=x1y2 100%")
        self.assertEqual(
            logs.records[0].getMessage(), "Refused by db: password=*** 100%"
        )

    def test_a_traceback_is_masked(self):
        with self.assertLogs(self.logger) as logs:
            try:
                raise ValueError("password=x1y2")
            except ValueError:
                self.logger.exception("Not recorded")
        text = logging.Formatter().format(logs.records[0])
        self.assertIn("ValueError: password=***", text)
        self.assertNotIn("password=x1y2", text)

    def test_a_line_whose_arguments_do_not_fit_is_logged(self):
        with self.assertLogs(self.logger) as logs:
            self.logger.warning("%d calls", "many")
        self.assertEqual(logs.records[0].getMessage(), "%d calls")

    def test_an_error_without_a_text_is_logged(self):
        with self.assertLogs(self.logger) as logs:
            self.logger.warning(Broken())
            self.logger.warning("Refused: %s", Broken())
        lines = [record.getMessage() for record in logs.records]
        self.assertEqual(lines, [MASK, "Refused: %s"])


def _repeated(fragment: str, length: int) -> str:
    return (fragment * (length // len(fragment) + 1))[:length]


def _read(text: str) -> tuple[list[str], list[str]]:
    """Mask a text; return what the rules of prose read, and what is masked in it."""
    with (
        patch.object(prose, "mask_block", wraps=prose.mask_block) as mask_block,
        patch.object(engine, "mask", wraps=engine.mask) as mask,
    ):
        engine.mask(text)
    return tuple(
        [call.args[0] for call in f.call_args_list] for f in (mask_block, mask)
    )
