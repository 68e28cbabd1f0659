"""What every ``/metrics`` does with the headers and the query of a request.

Plain Python: the collector's endpoint and that of Odoo pass the same tests.
"""

import gzip

from prometheus_client.parser import text_string_to_metric_families

from .tokens import AccessCase


class HttpByTheLetter(AccessCase):
    """A mixin for an endpoint: :meth:`app` returns its WSGI application."""

    def app(self):
        raise NotImplementedError

    def ask(self, query="", method="GET", token="of-all", **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.get(
            self.app(), token, f"/metrics{query}", method=method, headers=names
        )

    def families(self, query):
        """Return the names of the families of a page, without those that are empty."""
        found = text_string_to_metric_families(self.ask(query).text)
        return {family.name: family.samples for family in found if family.samples}

    def test_a_body_is_compressed_if_the_client_prefers_that(self):
        for accepted in (
            "gzip",
            "GZIP",
            "deflate, gzip;q=1.0",
            "*",
            "*;q=0.1",
            "identity;q=0.5, gzip",
            "br;q=1.0, gzip;q=0.8, *;q=0.1",
        ):
            answer = self.ask(Accept_Encoding=accepted)
            self.assertEqual(answer.headers.get("Content-Encoding"), "gzip", accepted)
            self.assertIn(b"odoo_operation_duration", gzip.decompress(answer.data))

    def test_a_body_is_not_compressed_otherwise(self):
        for accepted in (
            "",
            "identity",
            "gzip;q=0",
            "gzip;q=0, *;q=0.5",
            "gzip; q=0.000",
            "*;q=0",
            "gzip;q=0.2, identity;q=0.5",
            "deflate, br",
            "notgzip",
            ";;;,q=1",
        ):
            answer = self.ask(Accept_Encoding=accepted)
            self.assertNotIn("Content-Encoding", answer.headers, accepted)
            self.assertIn(b"odoo_operation_duration", answer.data)

    def test_a_malformed_header_gets_the_plain_text_format(self):
        for accepted in (
            "application/openmetrics-text;version=99.0.0",
            'application/openmetrics-text;version="',
            "application/openmetrics-text;version=one",
            "application/openmetrics-text;version=1.x",
            "text/plain;version=<script>",
            "text/plain;version=1.0.0;q=0",
            "application/json",
            ";;q=,=,;version",
            "/",
            "\xff\xfe",
        ):
            answer = self.ask(Accept=accepted)
            self.assertEqual(answer.status_code, 200, accepted)
            self.assertEqual(
                answer.headers["Content-Type"],
                "text/plain; version=0.0.4; charset=utf-8",
                accepted,
            )

    def test_the_answer_to_head_is_that_to_get_without_its_body(self):
        for token in ("of-all", "of-one", "wrong", ""):
            for query in ("", "?name[]=odoo_probe"):
                get, head = (
                    self.ask(query, method, token, Accept_Encoding="gzip;q=0")
                    for method in ("GET", "HEAD")
                )
                self.assertEqual(head.status_code, get.status_code)
                self.assertEqual(set(head.headers.keys()), set(get.headers.keys()))
                self.assertEqual(head.content_type, get.content_type)
                self.assertTrue(int(head.headers["Content-Length"]))
                self.assertEqual(head.data, b"")

    def test_nothing_but_reading_is_allowed(self):
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            answer = self.ask(method=method)
            self.assertEqual(answer.status_code, 405)
            self.assertEqual(answer.headers["Allow"], "GET, HEAD")
            self.assertEqual(self.ask(method=method, token="wrong").status_code, 401)

    def test_a_name_selects_a_family(self):
        self.assertEqual(set(self.families("?name[]=odoo_probe")), {"odoo_probe"})
        workers = self.families("?name[]=odoo_http_workers")
        self.assertEqual(set(workers), {"odoo_http_workers"})
        both = self.families(
            "?name[]=odoo_probe&name[]=odoo_operation_duration_seconds"
        )
        self.assertEqual(set(both), {"odoo_probe", "odoo_operation_duration_seconds"})

    def test_a_name_selects_a_sample_of_a_family(self):
        name = "odoo_operation_duration_seconds"
        samples = self.families(f"?name[]={name}_count")[name]
        self.assertEqual({sample.name for sample in samples}, {f"{name}_count"})

    def test_a_counter_is_selected_with_and_without_its_suffix(self):
        for name in ("odoo_reliability_events", "odoo_reliability_events_total"):
            self.assertEqual(
                set(self.families(f"?name[]={name}")), {"odoo_reliability_events"}
            )

    def test_an_unknown_name_selects_nothing(self):
        self.assertFalse(self.families("?name[]=odoo_nothing"))

    def test_a_query_without_names_selects_everything(self):
        for query in ("?", "?name[]=", "?x=1", "?%", "?name=odoo_probe"):
            self.assertIn("odoo_reliability_slots", self.families(query), query)

    def test_the_servers_token_selects_a_database(self):
        self.assert_only(self.ask("?db=one").text, 'db="one"', ['db="two"'])
        awkward = self.ask("?db=a%22b").text
        self.assert_only(awkward, 'db="a\\"b"', ['db="one"'])
        self.assertIn('db="two"', self.ask("?db=").text)

    def test_a_database_is_selected_with_a_family(self):
        samples = self.families("?db=one&name[]=odoo_probe")
        self.assertEqual(set(samples), {"odoo_probe"})
        (sample,) = samples["odoo_probe"]
        self.assertEqual(sample.labels, {"db": "one"})

    def test_an_idle_database_has_an_empty_page(self):
        answer = self.ask("?db=idle")
        self.assertEqual(answer.status_code, 200)
        self.assertNotIn("db=", answer.text)

    def test_an_unknown_database_is_not_found(self):
        answer = self.ask("?db=tow")
        self.assertEqual(answer.status_code, 404)
        self.assertEqual(answer.text, "This server has no database tow.\n")

    def test_the_token_of_a_database_selects_that_database_only(self):
        own = self.ask("?db=one", token="of-one")
        self.assert_only(own.text, 'db="one"', ['db="two"'])
        others = [self.ask(f"?db={db}", token="of-one") for db in ("two", "tow")]
        self.assertEqual({answer.status_code for answer in others}, {403})
        self.assertEqual(len({answer.text for answer in others}), 1)
        self.assertEqual(self.ask("?db=one", token="wrong").status_code, 401)

    def test_a_request_is_for_one_database(self):
        self.assertEqual(self.ask("?db=one&db=two").status_code, 400)
        self.assertEqual(self.ask("?db=one&db=one").status_code, 200)

    def test_caches_know_what_an_answer_depends_on(self):
        headers = self.ask().headers
        self.assertEqual(headers["Vary"], "Accept, Accept-Encoding, Authorization")
        self.assertEqual(headers["Cache-Control"], "no-store")
