"""A token opens the metrics of the whole server, or those of one database."""

from unittest import TestCase

from ...telemetry.access import EVERYTHING, digest_of
from ...telemetry.metrics_app import make_app
from ..tokens import AccessCase


class TestDatabaseToken(AccessCase, TestCase):
    def endpoint(self, token, path="/metrics"):
        return self.get(make_app(self.collector, self.access), token, path)

    def test_it_shows_its_database_and_neither_other_databases_nor_the_host(self):
        text = self.endpoint("of-one").text
        self.assert_only(text, 'db="one"', ['"two"', 'a\\"b'])
        self.assertNotIn("odoo_reliability_slots", text)
        self.assertNotIn("odoo_http_workers", text)

    def test_the_servers_token_shows_everything(self):
        text = self.endpoint("of-all").text
        for shown in ('db="one"', 'db="two"', "odoo_reliability_slots"):
            self.assertIn(shown, text)

    def test_a_revoked_token_opens_nothing(self):
        self.access.databases = {"two": digest_of("of-two")}
        self.assertEqual(self.endpoint("of-one").status_code, 401)
        self.assertEqual(self.endpoint("of-two").status_code, 200)

    def test_the_hash_of_a_token_opens_nothing(self):
        for wrong in (digest_of("of-one"), "", "of-", "of-one2", "one"):
            self.assertEqual(self.endpoint(wrong).status_code, 401)

    def test_it_works_without_a_token_of_the_server(self):
        self.token_file.unlink()
        self.assertEqual(self.endpoint("of-one").status_code, 200)
        self.assertEqual(self.endpoint("of-all").status_code, 401)

    def test_each_page_that_is_served_is_reported_with_its_scope(self):
        read = []
        app = make_app(self.collector, self.access, read.append)
        for token in ("of-one", "of-all", "wrong"):
            self.get(app, token, "/metrics")
        self.get(app, "of-one", "/")
        self.assertEqual(read, ["one", EVERYTHING])

    def test_the_page_of_one_database_is_reported_with_its_name(self):
        scopes = []
        app = make_app(self.collector, self.access, scopes.append)
        self.get(app, "of-all", "/metrics?db=two")
        self.assertEqual(scopes, ["two"])

    def test_there_is_no_other_page(self):
        self.assertEqual(self.endpoint("of-one", "/").status_code, 404)
