"""The double of Traefik serves the metrics that Traefik documents."""

import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from setup.simulators.traefik import SERVICE, Traefik

DOCUMENTED = """
    config_last_reload_success config_reloads
    entrypoint_request_duration_seconds entrypoint_requests entrypoint_requests_bytes
    entrypoint_requests_tls entrypoint_responses_bytes
    service_request_duration_seconds service_requests service_requests_bytes
    service_requests_tls service_responses_bytes service_retries service_server_up
    tls_certs_not_after
"""
ONLY_IN = {
    2: "config_last_reload_failure config_reloads_failure entrypoint_open_connections",
    3: "open_connections",
}


@pytest.fixture(params=ONLY_IN)
def traefik(request):
    with Traefik(version=request.param) as double:
        yield double


def read(traefik):
    """Return the families at its address, by name."""
    with urllib.request.urlopen(traefik.metrics_url) as response:
        text = response.read().decode()
    return {family.name: family for family in text_string_to_metric_families(text)}


def read_values(traefik, family, label):
    """Return the values of a family: value of the label → number."""
    samples = read(traefik)[f"traefik_{family}"].samples
    return {sample.labels[label]: sample.value for sample in samples}


class TestTraefikHasItsDocumentedFamilies:
    def test_after_a_request_each_family_of_the_version_is_there(self, traefik):
        traefik.count_requests()
        traefik.count_retries()
        traefik.set_certificate(not_after=1.8e9)
        traefik.set_connections(1)
        documented = (DOCUMENTED + ONLY_IN[traefik.version]).split()
        assert sorted(read(traefik)) == sorted(f"traefik_{name}" for name in documented)

    def test_before_a_request_there_are_no_counters_of_requests(self, traefik):
        assert "traefik_service_requests" not in read(traefik)


class TestTraefikCounts:
    def test_requests_are_counted_by_code_at_the_entry_point_and_the_service(
        self, traefik
    ):
        traefik.count_requests(200, times=3)
        traefik.count_requests(502, times=2)
        by_code = {"200": 3, "502": 2}
        assert read_values(traefik, "entrypoint_requests", "code") == by_code
        assert read_values(traefik, "service_requests", "code") == by_code

    def test_a_request_without_a_service_is_counted_by_the_entry_point_only(
        self, traefik
    ):
        traefik.count_requests(404, service="")
        assert read_values(traefik, "entrypoint_requests", "code") == {"404": 1}
        assert "traefik_service_requests" not in read(traefik)

    def test_retries_are_counted_by_service(self, traefik):
        traefik.count_retries(4)
        assert read_values(traefik, "service_retries", "service") == {SERVICE: 4}

    def test_a_server_is_up_or_down(self, traefik):
        traefik.set_server("http://127.0.0.1:1", is_up=False)
        up = read_values(traefik, "service_server_up", "url")
        assert up == {"http://127.0.0.1:8069": 1, "http://127.0.0.1:1": 0}

    def test_a_certificate_has_the_time_of_its_end(self, traefik):
        traefik.set_certificate(not_after=1.8e9, cn="shop.example.org")
        ends = read_values(traefik, "tls_certs_not_after", "cn")
        assert ends == {"shop.example.org": 1.8e9}
