"""HAProxy: its Prometheus exporter, and the access log of ``deploy/haproxy``."""

from collections.abc import Mapping
from typing import Any

from .report import Report, Samples, State, is_any
from .request import End, Request, answered_by_ingress, route_of

_STATES = {"UP": State.UP, "DOWN": State.DOWN}
"""Others are paused: MAINT, DRAIN, NOLB."""
_NO_SERVER, _BAD_REQUEST = "<NOSRV>", "<BADREQ>"


def read_metrics(text: str) -> Report:
    """Return the report of HAProxy 2.4 or newer.

    Only backends with servers count: its own statistics have none.

    :raise ValueError: the text is not of its exporter
    """
    samples = Samples(text)
    if not samples["haproxy_process_start_time_seconds"]:
        raise ValueError("these are no metrics of HAProxy")
    servers = {
        (sample.labels["proxy"], sample.labels["server"]): _STATES.get(
            sample.labels["state"], State.PAUSED
        )
        for sample in samples["haproxy_server_status"]
        if sample.value
    }
    backends = {backend for backend, _server in servers}

    def total(name):
        return samples.total(f"haproxy_backend_{name}", is_any("proxy", backends))

    return Report(
        requests=total("http_requests_total"),
        errors={
            End.NOT_CONNECTED: total("connection_errors_total"),
            End.BROKEN_OFF: total("response_errors_total"),
        },
        server_errors=samples.total(
            "haproxy_server_http_responses_total", is_any("code", ("5xx",))
        ),
        servers=servers,
        queue=total("current_queue"),
        connections=samples.total("haproxy_process_current_connections"),
        retries=total("retry_warnings_total"),
    )


def read_line(line: Mapping[str, Any]) -> Request | None:
    """Return the request of a line of its log; ``None`` if no whole request came.

    :raise KeyError, TypeError, ValueError: the line has another format
    """
    if "error" in line or line["method"] == _BAD_REQUEST:
        return None
    status, server = max(0, int(line["status"])), line["server"]
    end = _end(line["state"], status, server, line["response_ms"])
    is_connected = server != _NO_SERVER and end != End.NOT_CONNECTED
    # Pauses between attempts are part of this time.
    is_retried = int(line["retries"]) > 0
    return Request(
        time=float(line["time"]),
        route=route_of(line["path"]),
        status=status,
        end=end,
        server=server if is_connected else "",
        refused_by=(server,) if end == End.NOT_CONNECTED else (),
        wait=0.0 if is_retried else max(0, line["queue_ms"]) / 1000,
        seconds=line["total_ms"] / 1000,
    )


def _end(state: str, status: int, server: str, response: int) -> End:
    """Return how a request ended.

    :param state: two letters: what ended it, and in which phase
    :param response: -1 if no server has answered
    """
    cause, phase = state[0], state[1]
    if response >= 0:
        is_cut = cause in "Ss" and phase == "D"
        return End.BROKEN_OFF if is_cut else End.ANSWERED
    if cause in "Cc" and phase in "QCHD":
        return End.CLIENT_GONE
    if phase == "Q":
        return End.QUEUED
    if phase == "C":
        return End.NO_SERVER if server == _NO_SERVER else End.NOT_CONNECTED
    if phase in "HD" and server != _NO_SERVER:
        return End.BROKEN_OFF
    return answered_by_ingress(status)
