"""The watch of one ingress: its endpoint, its access log, its public address."""

import logging
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from prometheus_client.core import Metric

from ..problem import Check
from ..watch import Watch
from .addresses import Ingress
from .endpoint import Endpoint
from .ingress_metrics import ingress_families, servers_up
from .ingress_problems import Reading, find
from .public_address import PublicConnection
from .report import Report
from .tally import Recent, Tally, tally_counters
from .traffic import Traffic

_logger = logging.getLogger(__name__)

NO_ENDPOINT, NO_LOG, NO_NAME = "ingress_endpoint", "ingress_log", "ingress_name"
"""What a check may miss: the endpoint does not answer as it should, the access log
cannot be read or has another format, the name of the public address is unknown here."""
_DAY = 86_400


class IngressWatch(Watch):
    """Watches an ingress."""

    kind = "ingress"

    def __init__(self, ingress: Ingress):
        super().__init__(ingress.name)
        product, url, log = ingress.product, ingress.url, ingress.log
        self._product = product
        self._endpoint = Endpoint(product, url) if url else None
        self._traffic = Traffic(product, log) if url and log else None
        self._public = PublicConnection(ingress.public) if ingress.public else None
        self._recent, self._before = Recent(), Report()
        self._missing: list[str] = []
        self._last: tuple[Reading, Mapping[int, int] | None, datetime] | None = None

    def check(self, thresholds: Mapping[str, float]) -> Check:
        self._missing = []
        moment = datetime.now(UTC)
        reading = self._read(time.monotonic(), thresholds["ingress_wait"])
        unseen = self._traffic and dict(self._traffic.unseen.totals)
        self._last = reading, unseen, moment
        problems = find(reading, moment, thresholds)
        return Check(
            [problem._replace(subject=self.subject) for problem in problems],
            _trends(reading, moment),
            self._page(reading),
            self._missing,
        )

    def metrics(self) -> Iterator[Metric]:
        if self._last:
            yield from ingress_families(self.subject, *self._last)

    def close(self) -> None:
        for source in (self._endpoint, self._traffic):
            if source:
                source.close()

    def _read(self, now: float, patience: float) -> Reading:
        report = self._read_endpoint()
        tally = self._read_log(now, patience)
        if tally is None:
            tally = tally_counters(self._before, report)
        elif report.servers is None:
            servers = self._traffic.attempts.servers()
            report = report._replace(servers=servers or None)
        reading = Reading(report, self._before, self._recent.add(tally, now))
        self._before = report
        if self._endpoint:
            reading.is_up, reading.address = (
                self._endpoint.is_up,
                self._endpoint.address,
            )
        if self._public:
            self._read_public(reading, now)
        return reading

    def _read_endpoint(self) -> Report:
        try:
            return self._endpoint.read() if self._endpoint else Report()
        except (OSError, ValueError) as error:
            _logger.debug("Ingress %s: %s", self.subject, error)
            self._missing.append(NO_ENDPOINT)
            return Report()

    def _read_log(self, now: float, patience: float) -> Tally | None:
        """Return what the log has; ``None`` if it cannot be read."""
        try:
            return self._traffic.read(now, patience) if self._traffic else None
        except (OSError, ValueError) as error:
            _logger.debug("Ingress %s: %s", self.subject, error)
            self._missing.append(NO_LOG)
            return None

    def _read_public(self, reading: Reading, now: float) -> None:
        """Read the public address, which may be no way for this host (hairpin NAT).

        So it decides that the ingress is up, but only where nothing else responds,
        that it is down.
        """
        self._public.check(now, at_once=not reading.is_up)
        if self._public.is_up is None:
            self._missing.append(NO_NAME)
        else:
            host, port = self._public.address
            reading.host, reading.certificate = host, self._public.certificate
            reading.public = f"{host}:{port}"
            if self._endpoint and reading.is_up:
                reading.is_reachable = self._public.is_up
            else:
                reading.is_up, reading.address = self._public.is_up, reading.public

    def _page(self, reading: Reading) -> dict[str, Any]:
        """Return what the page shows; ``None`` is what this ingress cannot tell."""
        report, certificate = reading.report, reading.certificate
        servers = [
            ["/".join(filter(None, key)), state.value]
            for key, state in (report.servers or {}).items()
        ]
        return {
            "product": self._product,
            "servers": sorted(servers) if report.servers else None,
            "queue": report.queue,
            "connections": report.connections,
            "retries": report.retries,
            "server_errors": report.server_errors,
            "unseen": self._traffic and self._traffic.unseen.rows(),
            "certificate_ends": certificate and certificate.ends.isoformat(),
            "certificate_names": certificate and certificate.names,
            "certificate_refusal": certificate and certificate.refusal,
        }


def _trends(reading: Reading, moment: datetime) -> dict[str, float]:
    """Return the numbers of the last minute, and what is there now."""
    recent, certificate = reading.recent, reading.certificate
    found = {
        "requests": recent.requests,
        "errors": recent.errors.total(),
        "servers_up": servers_up(reading),
        "queue": reading.report.queue,
        "connections": reading.report.connections,
        "certificate_days": certificate
        and (certificate.ends - moment).total_seconds() / _DAY,
    }
    return {name: float(value) for name, value in found.items() if value is not None}
