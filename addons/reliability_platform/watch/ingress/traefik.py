"""Traefik 2 and 3: its Prometheus metrics, and its access log in JSON."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .report import Report, Samples, State
from .request import End, Request, answered_by_ingress, route_of

_BROKEN_OFF = ("502", "504")
"""What Traefik answers where a server refuses, breaks off or is late: it does not
distinguish these, and Odoo has no such answers of its own."""
_NO_SERVER = "503"
_CLIENT_CLOSED = 499
_OF_ITS_OWN = "@internal"
_DEFAULT_CERTIFICATE = "TRAEFIK DEFAULT CERT"


def read_metrics(text: str) -> Report:
    """Return the report of Traefik.

    It has a state of servers only where services have health checks.

    :raise ValueError: the text is not of Traefik
    """
    samples = Samples(text)
    if not samples["traefik_config_reloads_total"]:
        raise ValueError("these are no metrics of Traefik")
    by_entrypoint = _by_code(samples, "traefik_entrypoint_requests_total")
    by_service = _by_code(samples, "traefik_service_requests_total")
    # Both counters are of one process and one reading.
    without_service = by_entrypoint - by_service
    servers = {
        (sample.labels["service"], sample.labels["url"]): (
            State.UP if sample.value else State.DOWN
        )
        for sample in samples["traefik_service_server_up"]
    }
    return Report(
        requests=by_service.total(),
        errors={
            End.REFUSED: _total(without_service, "5"),
            End.NO_SERVER: by_service[_NO_SERVER],
            End.BROKEN_OFF: sum(by_service[code] for code in _BROKEN_OFF),
        },
        server_errors=_total(by_service, "5")
        - sum(by_service[code] for code in (_NO_SERVER, *_BROKEN_OFF)),
        servers=servers or None,
        connections=samples.total("traefik_open_connections")
        or samples.total("traefik_entrypoint_open_connections"),
        retries=samples.total("traefik_service_retries_total"),
        certificates={
            sample.labels["cn"] or sample.labels["sans"]: sample.value
            for sample in samples["traefik_tls_certs_not_after"]
            if sample.labels["cn"] != _DEFAULT_CERTIFICATE
        },
    )


def read_line(line: Mapping[str, Any]) -> Request | None:
    """Return the request of a line of its log; ``None`` if it is for Traefik itself.

    It has no server, since the log names one that refuses like one that accepts.

    :raise KeyError, TypeError, ValueError: the line has another format
    """
    if line.get("ServiceName", "").endswith(_OF_ITS_OWN):
        return None
    status = int(line["DownstreamStatus"])
    return Request(
        time=datetime.fromisoformat(line["StartUTC"]).timestamp(),
        route=route_of(line["RequestPath"]),
        status=status,
        end=_end(status, str(line.get("OriginStatus", 0)), line.get("ServiceAddr")),
        seconds=line["Duration"] / 1e9,
    )


def _end(status: int, origin: str, server: str | None) -> End:
    """Return how a request ended.

    :param origin: the status behind its middlewares, of a server or of Traefik itself;
        0 if the request did not come so far, and for a websocket
    """
    if status == _CLIENT_CLOSED:
        return End.CLIENT_GONE
    if origin == "0":
        return answered_by_ingress(status) if status else End.ANSWERED
    if origin == _NO_SERVER and not server:
        return End.NO_SERVER
    return End.BROKEN_OFF if origin in _BROKEN_OFF else End.ANSWERED


def _by_code(samples: Samples, name: str) -> Counter:
    """Return the requests for others than Traefik itself, by status."""
    codes = Counter()
    for sample in samples[name]:
        if not sample.labels.get("service", "").endswith(_OF_ITS_OWN):
            codes[sample.labels["code"]] += sample.value
    return codes


def _total(codes: Counter, first: str) -> float:
    return sum(count for code, count in codes.items() if code.startswith(first))
