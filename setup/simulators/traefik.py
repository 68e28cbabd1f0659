"""A double of Traefik's metrics, since Traefik is not in Debian.

It serves ``/metrics`` with the names, labels, types and texts of Traefik's Prometheus
exporter (``pkg/metrics/prometheus.go`` and its documentation, versions 2.11 and 3).
What is assumed:

- Options are the defaults: entry points and services have metrics, routers do not.
- A service counts each answer that it gives, also 502, 503 (no server is up) and 504 of
  Traefik itself, and 499 where the client has gone.  A request without a service (404)
  is counted by the entry point only.
- Each retry counts in ``traefik_service_retries_total`` only.  The caller counts the
  answers of attempts.
- ``traefik_service_server_up`` exists for servers with a health check only.
- Series appear when they are first counted, and a family without series is left out.

Other than Traefik, it has no metrics of Go and the process, and writes ``1.0`` for 1.
"""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

from .faults import one_of
from .messages import Answer
from .simulator import HttpSimulator

SERVICE, ENTRYPOINT = "odoo@file", "websecure"
SERVER = "http://127.0.0.1:8069"
_BUCKETS = (0.1, 0.3, 1.2, 5.0)
_SENT, _RETURNED = 400, 5000
"""Bytes of each request and of each response."""

# Labels are in the order in which Traefik writes them.
_ENTRYPOINT = ("code", "entrypoint", "method", "protocol")
_SERVICE = ("code", "method", "protocol", "service")
_BY_CODE = "partitioned by status code, protocol, and method."

_BOTH_VERSIONS = (
    (Counter, "config_reloads_total", "Config reloads", ()),
    (Gauge, "config_last_reload_success", "Last config reload success", ()),
    (
        Gauge,
        "tls_certs_not_after",
        "Certificate expiration timestamp",
        ("cn", "sans", "serial"),
    ),
    (
        Counter,
        "entrypoint_requests_total",
        f"How many HTTP requests processed on an entrypoint, {_BY_CODE}",
        _ENTRYPOINT,
    ),
    (
        Counter,
        "entrypoint_requests_tls_total",
        "How many HTTP requests with TLS processed on an entrypoint, partitioned by "
        "TLS Version and TLS cipher Used.",
        ("entrypoint", "tls_cipher", "tls_version"),
    ),
    (
        Histogram,
        "entrypoint_request_duration_seconds",
        f"How long it took to process the request on an entrypoint, {_BY_CODE}",
        _ENTRYPOINT,
    ),
    (
        Counter,
        "entrypoint_requests_bytes_total",
        f"The total size of requests in bytes handled by an entrypoint, {_BY_CODE}",
        _ENTRYPOINT,
    ),
    (
        Counter,
        "entrypoint_responses_bytes_total",
        f"The total size of responses in bytes handled by an entrypoint, {_BY_CODE}",
        _ENTRYPOINT,
    ),
    (
        Counter,
        "service_requests_total",
        f"How many HTTP requests processed on a service, {_BY_CODE}",
        _SERVICE,
    ),
    (
        Counter,
        "service_requests_tls_total",
        "How many HTTP requests with TLS processed on a service, partitioned by TLS "
        "version and TLS cipher.",
        ("service", "tls_cipher", "tls_version"),
    ),
    (
        Histogram,
        "service_request_duration_seconds",
        f"How long it took to process the request on a service, {_BY_CODE}",
        _SERVICE,
    ),
    (
        Counter,
        "service_requests_bytes_total",
        f"The total size of requests in bytes received by a service, {_BY_CODE}",
        _SERVICE,
    ),
    (
        Counter,
        "service_responses_bytes_total",
        f"The total size of responses in bytes returned by a service, {_BY_CODE}",
        _SERVICE,
    ),
    (
        Counter,
        "service_retries_total",
        "How many request retries happened on a service.",
        ("service",),
    ),
    (
        Gauge,
        "service_server_up",
        "service server is up, described by gauge value of 0 or 1.",
        ("service", "url"),
    ),
)
_FAMILIES = {
    2: (
        *_BOTH_VERSIONS,
        (Counter, "config_reloads_failure_total", "Config failure reloads", ()),
        (Gauge, "config_last_reload_failure", "Last config reload failure", ()),
        (
            Gauge,
            "entrypoint_open_connections",
            "How many open connections exist on an entrypoint, partitioned by method "
            "and protocol.",
            ("entrypoint", "method", "protocol"),
        ),
        (
            Gauge,
            "service_open_connections",
            "How many open connections exist on a service, partitioned by method and "
            "protocol.",
            ("method", "protocol", "service"),
        ),
    ),
    3: (
        *_BOTH_VERSIONS,
        (
            Gauge,
            "open_connections",
            "How many open connections exist, by entryPoint and protocol",
            ("entrypoint", "protocol"),
        ),
    ),
}
"""Version → its families: class, name without the prefix, text, labels."""


class Traefik(HttpSimulator):
    """Traefik with one entry point, with the numbers that its methods set.

    :param version: 2 or 3
    """

    actions = (
        *HttpSimulator.actions,
        *("count_requests", "count_retries", "set_server", "set_certificate"),
        "set_connections",
    )

    def __init__(self, port=0, version=3):
        super().__init__(port)
        self.version = version
        self._registry = CollectorRegistry()
        self._families = {
            name: _make(self._registry, kind, name, text, labels)
            for kind, name, text, labels in _FAMILIES[version]
        }
        self._families["config_reloads_total"].inc()
        self._families["config_last_reload_success"].set_to_current_time()
        self.set_server(SERVER, is_up=True)

    @property
    def metrics_url(self):
        """The address of its metrics."""
        return f"{self.url}/metrics"

    def count_requests(self, code=200, times=1, seconds=0.05, service=SERVICE):
        """Count answers to requests.

        :param seconds: the duration of each
        :param service: empty for a request that no router has matched
        """
        self._count("entrypoint", ENTRYPOINT, code, times, seconds)
        if service:
            self._count("service", service, code, times, seconds)

    def count_retries(self, times=1, service=SERVICE):
        """Count attempts after the first one of a request."""
        self._family("service_retries_total", service=service).inc(times)

    def set_server(self, url, is_up, service=SERVICE):
        """Let the health check of a server pass or fail."""
        self._family("service_server_up", service=service, url=url).set(is_up)

    def set_certificate(self, not_after, cn="odoo.example.org", serial="1"):
        """Have a certificate.

        :param not_after: timestamp of its end, in seconds
        """
        certificate = {"cn": cn, "sans": cn, "serial": serial}
        self._family("tls_certs_not_after", **certificate).set(not_after)

    def set_connections(self, number):
        """Have open connections of clients."""
        if self.version == 2:
            labels = {"entrypoint": ENTRYPOINT, "method": "GET", "protocol": "http"}
            self._family("entrypoint_open_connections", **labels).set(number)
        else:
            labels = {"entrypoint": ENTRYPOINT, "protocol": "TCP"}
            self._family("open_connections", **labels).set(number)

    def metrics(self):
        """Return the text of ``/metrics``."""
        return generate_latest(self).decode()

    def collect(self):
        """Yield the families that have series, without those that Go does not have."""
        for family in self._registry.collect():
            family.samples = [
                sample
                for sample in family.samples
                if not sample.name.endswith("_created")
            ]
            if family.samples:
                yield family

    def operations(self, system):
        return [one_of(system, ["metrics"])]

    def subject(self, request):
        return ("metrics", "metrics", "") if request.system == "metrics" else None

    def answer(self, asked):
        kind = "text/plain; version=0.0.4; charset=utf-8"
        return Answer(200, self.metrics().encode(), kind)

    def _count(self, scope, name, code, times, seconds):
        labels = {scope: name, "code": code, "method": "GET", "protocol": "http"}
        durations = self._family(f"{scope}_request_duration_seconds", **labels)
        for _request in range(times):
            durations.observe(seconds)
        self._family(f"{scope}_requests_total", **labels).inc(times)
        self._family(f"{scope}_requests_bytes_total", **labels).inc(times * _SENT)
        self._family(f"{scope}_responses_bytes_total", **labels).inc(times * _RETURNED)
        tls = {
            scope: name,
            "tls_version": "1.3",
            "tls_cipher": "TLS_AES_128_GCM_SHA256",
        }
        self._family(f"{scope}_requests_tls_total", **tls).inc(times)

    def _family(self, name, **labels):
        return self._families[name].labels(**labels)


def _make(registry, kind, name, text, labels):
    options = {"buckets": _BUCKETS} if kind is Histogram else {}
    return kind(f"traefik_{name}", text, labels, registry=registry, **options)
