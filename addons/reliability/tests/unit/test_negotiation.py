"""A client gets the format that it likes best, of those that ``/metrics`` speaks."""

from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from ...telemetry.negotiation import Wanted

PLAIN = "text/plain; version=0.0.4; charset=utf-8"
PLAIN_1 = "text/plain; version=1.0.0; charset=utf-8; escaping="
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping="

OF_PROMETHEUS_2 = (
    "application/openmetrics-text;version=1.0.0;q=0.5,"
    "application/openmetrics-text;version=0.0.1;q=0.4,"
    "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)
OF_PROMETHEUS_3 = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,"
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
    "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)


def format_for(accept):
    """Return the content type of the answer to a header ``Accept``."""
    return Wanted.from_environ({"HTTP_ACCEPT": accept}).format().content_type


class TestFormat(TestCase):
    def assert_formats(self, expected):
        for accept, content_type in expected.items():
            self.assertEqual(format_for(accept), content_type, accept)

    def test_a_client_without_a_preference_gets_the_oldest_format(self):
        self.assert_formats(
            dict.fromkeys(("", "*/*", "text/*", "text/plain", "text/html, */*"), PLAIN)
        )

    def test_each_version_of_prometheus_gets_its_first_choice(self):
        self.assert_formats(
            {
                OF_PROMETHEUS_2: f"{OPENMETRICS}underscores",
                OF_PROMETHEUS_3: f"{OPENMETRICS}allow-utf-8",
            }
        )

    def test_a_version_may_be_quoted_or_left_out(self):
        self.assert_formats(
            dict.fromkeys(
                (
                    'application/openmetrics-text;version="1.0.0"',
                    "application/openmetrics-text ; version=1.0.0 ; q=1",
                    "APPLICATION/OpenMetrics-Text",
                    "application/*",
                ),
                f"{OPENMETRICS}underscores",
            )
        )

    def test_the_quality_decides_and_not_the_order(self):
        openmetrics = "application/openmetrics-text;version=1.0.0"
        self.assert_formats(
            {
                f"{openmetrics};q=0.1,text/plain;version=0.0.4;q=0.9": PLAIN,
                f"text/plain;q=0.1,{openmetrics};q=0.9": f"{OPENMETRICS}underscores",
                f"{openmetrics};q=0,*/*;q=0.1": PLAIN,
                "text/plain;q=0,*/*;q=0.1": f"{OPENMETRICS}underscores",
                "text/plain;version=0.0.4;q=0.1,text/plain;version=1.0.0": (
                    f"{PLAIN_1}underscores"
                ),
            }
        )

    def test_a_version_that_we_do_not_speak_is_never_promised(self):
        for version in ("2.0.0", "99.0.0", "0.0.1", "1", "1.0.0.0", "one"):
            for media_type in ("application/openmetrics-text", "text/plain"):
                self.assertEqual(format_for(f"{media_type};version={version}"), PLAIN)

    def test_an_unknown_escaping_is_not_used(self):
        self.assert_formats(
            {
                "text/plain;version=1.0.0;escaping=dots": f"{PLAIN_1}dots",
                "text/plain;version=1.0.0;escaping=x;q=1": f"{PLAIN_1}underscores",
            }
        )

    @given(
        st.text() | st.text(alphabet='aeglmnopstx-/*;,=q.10" \t\\'),
        st.text(),
        st.text(),
    )
    def test_no_header_makes_a_scrape_fail(self, accept, encoding, query):
        wanted = Wanted.from_environ(
            {
                "HTTP_ACCEPT": accept,
                "HTTP_ACCEPT_ENCODING": encoding,
                "QUERY_STRING": query,
            }
        )
        self.assertIn(
            wanted.format().content_type.split(";")[0],
            ("text/plain", "application/openmetrics-text"),
        )
