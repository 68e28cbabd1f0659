"""Find the problems of an ingress in what was read of it; pure functions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..problem import Problem
from .public_certificate import PublicCertificate
from .report import Report, State
from .request import End
from .tally import WINDOW, Tally

_MIN_REQUESTS = 3
"""Fewer errors in a minute are chance."""
_DAY = 86_400
_EXPLAINED_BY_SERVERS = {End.NO_SERVER, End.NOT_CONNECTED}


@dataclass
class Reading:
    """What one check has read.

    :ivar report: of its endpoint
    :ivar before: report of the check before
    :ivar recent: requests of the last minute
    :ivar is_up: whether the ingress responds
    :ivar address: at which address it does, or does not
    :ivar is_reachable: whether its public address responds to this host, or has none
    :ivar public: that address
    :ivar host: of the public address
    :ivar certificate: of the public address; ``None`` if it is not known
    """

    report: Report = Report()
    before: Report = Report()
    recent: Tally = field(default_factory=Tally)
    is_up: bool = True
    address: str = ""
    is_reachable: bool = True
    public: str = ""
    host: str = ""
    certificate: PublicCertificate | None = None


def find(
    reading: Reading, now: datetime, thresholds: Mapping[str, float]
) -> Iterator[Problem]:
    """Yield the problems, without those that follow from others."""
    if not reading.is_up:
        yield Problem("ingress_down", names={"address": reading.address})
        return
    if not reading.is_reachable:
        yield Problem("ingress_unreachable", names={"address": reading.public})
    servers = list(_of_servers(reading.report.servers or {}))
    queue = list(_of_queue(reading, thresholds))
    explained = _EXPLAINED_BY_SERVERS if servers else set()
    if queue:
        explained = explained | {End.QUEUED}
    yield from servers
    yield from queue
    yield from _of_errors(reading.recent, explained, thresholds)
    if not queue:
        yield from _of_clients(reading.recent, thresholds)
    yield from _of_certificate(reading, now, thresholds)


def _of_servers(servers: Mapping[tuple[str, str], State]) -> Iterator[Problem]:
    """Yield the groups without a server, else the servers that are down.

    While another group has one, the group may be of another application.
    """
    down = [key for key, state in servers.items() if state == State.DOWN]
    groups = {group for group, _name in down}
    empty = [group for group in groups if State.UP not in _states(servers, group)]
    if empty and State.UP not in servers.values():
        count = sum(1 for group, _name in servers if group in empty)
        names = {"groups": _listed(empty)} if any(empty) else {}
        yield Problem("ingress_no_server", numbers={"servers": count}, names=names)
    elif down:
        numbers = {"down": len(down), "servers": len(servers)}
        names = {"servers": _listed("/".join(filter(None, key)) for key in down)}
        yield Problem("ingress_server_down", numbers=numbers, names=names)


def _of_queue(reading: Reading, thresholds: Mapping[str, float]) -> Iterator[Problem]:
    """Yield that requests wait for a server.

    The access log has how long each has waited, once it has ended.  Of those that still
    wait at two checks, how many requests end in a minute says how long that takes.
    """
    waited = reading.recent.waited
    waiting = min(reading.report.queue or 0, reading.before.queue or 0)
    seconds = waiting * WINDOW / max(reading.recent.requests, 1)
    is_long = waiting > 0 and seconds >= thresholds["ingress_wait"]
    if waited >= _MIN_REQUESTS or is_long:
        numbers = {"requests": max(waited, waiting), "longest": reading.recent.longest}
        yield Problem("ingress_queue", numbers=numbers)


def _of_errors(
    recent: Tally, explained: Iterable[End], thresholds: Mapping[str, float]
) -> Iterator[Problem]:
    """Yield that requests fail at the ingress, for no reason that is named already."""
    errors = sum(count for end, count in recent.errors.items() if end not in explained)
    unseen = errors - recent.errors[End.BROKEN_OFF]
    share = 100 * errors / max(recent.requests, 1)
    if errors >= _MIN_REQUESTS and share >= thresholds["ingress_errors"]:
        numbers = {"requests": errors, "share": share, "unseen": unseen}
        route = max(recent.routes, key=recent.routes.get, default="")
        names = {"route": route} if route else {}
        yield Problem("ingress_errors", numbers=numbers, names=names)


def _of_clients(recent: Tally, thresholds: Mapping[str, float]) -> Iterator[Problem]:
    """Yield that clients did not wait for the answer any longer."""
    share = 100 * recent.gone / max(recent.requests, 1)
    if recent.gone >= _MIN_REQUESTS and share >= thresholds["ingress_errors"]:
        numbers = {"requests": recent.gone, "share": share}
        yield Problem("ingress_clients_gone", numbers=numbers)


def _of_certificate(
    reading: Reading, now: datetime, thresholds: Mapping[str, float]
) -> Iterator[Problem]:
    """Yield what is wrong with the certificate of the public address.

    Without that, what the ingress tells of its certificates counts.
    """
    ends = reading.report.certificates or {}
    host = reading.host
    if reading.certificate:
        ends = {host: reading.certificate.ends.timestamp()}
        if not reading.certificate.is_for_host:
            names = {"host": host, "names": reading.certificate.names}
            yield Problem("certificate_wrong_name", names=names)
    if not ends:
        return
    first = min(ends, key=ends.__getitem__)
    left = ends[first] - now.timestamp()
    names = {"host": first}
    if left <= 0:
        yield Problem("certificate_expired", names=names, seconds=-left)
    elif left <= thresholds["certificate_days"] * _DAY:
        yield Problem("certificate_expires", numbers={"days": left / _DAY}, names=names)


def _states(servers, wanted):
    return {state for (group, _name), state in servers.items() if group == wanted}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
