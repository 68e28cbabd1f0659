"""The options of each ingress in odoo.conf."""

from unittest import TestCase

from ...watch.ingress.addresses import Ingress, PublicAddress, ingresses
from ...watch.ingress.endpoint import Endpoint


class TestAddresses(TestCase):
    def test_an_ingress_has_up_to_three_options(self):
        options = {
            "ingress_edge": "haproxy+http://127.0.0.1:8404/metrics",
            "ingress_edge_log": "/var/log/edge.json",
            "ingress_edge_tls": "https://odoo.example.org",
            "ingress_other": "traefik+https://traefik:8080/metrics",
            "ingress_cdn_tls": "https://cdn.example.org:8443",
            "ingress_empty": "",
            "redis_cache": "redis://one",
        }
        expected = {
            Ingress(
                "edge",
                "haproxy",
                "http://127.0.0.1:8404/metrics",
                "/var/log/edge.json",
                PublicAddress("odoo.example.org", 443),
            ),
            Ingress("other", "traefik", "https://traefik:8080/metrics"),
            Ingress("cdn", public=PublicAddress("cdn.example.org", 8443)),
        }
        self.assertEqual(set(ingresses(options)), expected)

    def test_an_invalid_option_is_not_used_and_logged_without_its_value(self):
        for option, value in (
            ("ingress_a", "http://user:secret@one/metrics"),
            ("ingress_a", "apache+http://user:secret@one/"),
            ("ingress_a", "nginx+ftp://secret/"),
            ("ingress_a", "nginx+http:///secret"),
            ("ingress_a_tls", "http://secret"),
            ("ingress_a_tls", "https://secret:port"),
            ("ingress_a_log", "secret.log"),
        ):
            with (
                self.subTest(value),
                self.assertLogs(ingresses.__module__, "ERROR") as logs,
            ):
                self.assertEqual(ingresses({option: value}), [])
                self.assertIn(f"] {option} ", logs.output[0])
                self.assertNotIn("secret", "".join(logs.output))

    def test_a_log_needs_the_product_that_writes_it(self):
        with self.assertLogs(ingresses.__module__, "ERROR"):
            self.assertEqual(ingresses({"ingress_a_log": "/var/log/a.json"}), [])

    def test_a_sentence_has_no_credentials(self):
        endpoint = Endpoint("nginx", "http://user:secret@one:8404/stub_status")
        self.assertEqual(endpoint.address, "one:8404")
        endpoint.close()
