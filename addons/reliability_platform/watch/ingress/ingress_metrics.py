"""The metrics of an ingress that its own exporter does not have."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from .ingress_problems import Reading
from .report import State


def ingress_families(
    name: str, reading: Reading, unseen: Mapping[int, int] | None, now: datetime
) -> Iterator[Metric]:
    """Yield the metric families of an ingress.

    :param unseen: status → number of requests that Odoo never saw; ``None`` without an
        access log
    """
    gauges = {
        "odoo_ingress_up": ("1 where the ingress responds, else 0.", reading.is_up),
        "odoo_ingress_servers_up": (
            "Servers behind the ingress that it sends requests to.",
            servers_up(reading),
        ),
        "odoo_ingress_certificate_seconds_left": (
            "Seconds until the certificate of the public address ends.",
            reading.certificate and (reading.certificate.ends - now).total_seconds(),
        ),
    }
    for metric, (text, value) in gauges.items():
        if value is not None:
            family = GaugeMetricFamily(metric, text, labels=("ingress",))
            family.add_metric((name,), float(value))
            yield family
    if unseen is not None:
        family = CounterMetricFamily(
            "odoo_ingress_unseen_requests",
            "Requests that the ingress answered with an error and Odoo never saw.",
            labels=("ingress", "status"),
        )
        for status, count in sorted(unseen.items()):
            family.add_metric((name, str(status)), count)
        yield family


def servers_up(reading: Reading) -> int | None:
    """Return how many servers are up; ``None`` if this ingress cannot tell."""
    if reading.report.servers is None:
        return None
    return list(reading.report.servers.values()).count(State.UP)
