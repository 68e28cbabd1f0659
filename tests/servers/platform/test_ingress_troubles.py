"""Each trouble of an ingress is named, and no other; two at once are both named.

HAProxy and nginx are real.  Traefik is a double, with lines of its access log as its
documentation has them.
"""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime

import pytest
import requests
from ingress_backend import Backend
from waiting import wait_until

from setup import paths, ports, without_odoo  # noqa: F401
from setup.certificates import DAY, Authority
from setup.haproxy import HAProxy
from setup.nginx import Nginx
from setup.simulators.traefik import Traefik

from reliability_platform.watch.ingress import make_watches  # isort: skip
from reliability_platform.watch.thresholds import DEFAULTS  # isort: skip

FOLDER = paths.RUN / "test" / "ingress"
NAME = "edge"
CERTIFICATE_DAYS = 10
"""Until the certificate of all of them ends."""
THRESHOLDS = {**DEFAULTS, "ingress_wait": 0.2, "certificate_days": 5}
LEAVES_AFTER = 0.4
"""Seconds; longer than the threshold."""
TIMES = 4
SERVERS = ["http://127.0.0.1:8069", "http://127.0.0.1:8070"]
"""Of Traefik."""


class RealSite:
    """A real ingress before two backends.

    :param options: of odoo.conf, without the prefix of their names
    """

    def __init__(self, server, backends, ca, options):
        self.server, self.backends = server, backends
        self._ca = ca
        self.options = options

    def get(self, path, patience=None):
        """Return the status of a response; 0 if the client leaves before it."""
        try:
            url, timeout = self.server.url + path, (None, patience)
            return requests.get(url, verify=self._ca, timeout=timeout).status_code
        except requests.Timeout:
            return 0

    def answer(self):
        assert self.get("/web/login") == 200

    @contextmanager
    def breaking_off(self):
        assert {self.get("/web/dataset/breaks") for _one in range(TIMES)} == {502}
        yield

    @contextmanager
    def timing_out(self):
        # Where another server is down, nginx answers as the attempt that was last.
        with ThreadPoolExecutor(TIMES) as clients:
            statuses = set(clients.map(self.get, ["/web/dataset/hangs"] * TIMES))
        assert 504 in statuses
        assert statuses <= {502, 504}
        yield

    @contextmanager
    def clients_leaving(self):
        for _one in range(TIMES):
            assert self.get("/web/dataset/hangs", LEAVES_AFTER) == 0
        yield

    @contextmanager
    def without_servers(self, number):
        stopped = self.backends[:number]
        for backend in stopped:
            backend.stop()
        try:
            yield
        finally:
            for backend in stopped:
                backend.start()

    def send_to_servers(self):
        """Send requests, whatever becomes of them."""
        for _one in range(TIMES):
            self.get("/web/login")

    @contextmanager
    def queueing(self):
        """Let requests wait for the only connection to each server."""
        threads = [
            threading.Thread(target=self.get, args=("/web/dataset/hangs",))
            for _one in range(2 + TIMES)
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            for backend in self.backends:
                backend.release()
            for thread in threads:
                thread.join()
            for backend in self.backends:
                backend.hold()


class TraefikSite:
    """A double of Traefik, whose log and counters get what Traefik writes."""

    def __init__(self, server, log=None):
        self.server, self._log = server, log
        self.options = {"": f"traefik+{server.metrics_url}"}
        if log:
            log.touch()
            self.options["_log"] = str(log)
        self.server.set_certificate(in_days(CERTIFICATE_DAYS))
        for url in SERVERS:
            self.server.set_server(url, is_up=True)

    def answer(self):
        self._request(200)

    @contextmanager
    def breaking_off(self):
        self._request(502, TIMES)
        yield

    @contextmanager
    def timing_out(self):
        self._request(504, TIMES)
        yield

    @contextmanager
    def clients_leaving(self):
        self._request(499, TIMES)
        yield

    @contextmanager
    def without_servers(self, number):
        urls = SERVERS[:number]
        for url in urls:
            self.server.set_server(url, is_up=False)
        try:
            yield
        finally:
            for url in urls:
                self.server.set_server(url, is_up=True)

    def send_to_servers(self):
        """Send requests that succeed, since Traefik uses the server that is left."""
        self._request(200, TIMES)

    def _request(self, status, times=1):
        self.server.count_requests(status, times)
        line = {
            "ClientAddr": "192.0.2.1:50000",
            "Duration": 1_000_000_000,
            "DownstreamStatus": status,
            "OriginStatus": status,
            "RequestMethod": "GET",
            "RequestPath": "/web/dataset/call_kw?debug=1",
            "RouterName": "odoo@file",
            "ServiceAddr": "127.0.0.1:8069",
            "ServiceName": "odoo@file",
            "StartUTC": datetime.now(UTC).isoformat().replace("+00:00", "123Z"),
            "entryPointName": "websecure",
        }
        if self._log:
            with self._log.open("a") as file:
                file.writelines([json.dumps(line) + "\n"] * times)


def in_days(days):
    return (datetime.now(UTC) + DAY * days).timestamp()


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    """All of them, by name."""
    folder = tmp_path_factory.mktemp("ingress")
    authority = Authority(folder)
    certificate = authority.issue("127.0.0.1", ends=DAY * CERTIFICATE_DAYS)
    with ExitStack() as running:

        def start(kind, changes, suffix=""):
            backends = [running.enter_context(Backend()) for _one in range(2)]
            # nginx would send nothing for ten seconds after a failure, to none of them.
            more = " max_fails=0" if kind is Nginx else ""
            addresses = [backend.address + more for backend in backends]
            server = kind(
                FOLDER / (kind.kind + suffix), certificate, addresses, changes=changes
            )
            running.enter_context(server)
            endpoint = {"": f"{kind.kind}+{server.metrics_url}", "_tls": server.url}
            log = {"_log": str(server.access_log)}
            known = server, backends, authority.path
            return RealSite(*known, endpoint | log), RealSite(*known, endpoint)

        often = {"inter 5s fastinter 1s": "inter 200ms fastinter 200ms"}
        one = {"default-server check": "default-server maxconn 1 check"}
        impatient = {"timeout server 15m": "timeout server 2s"}
        haproxy, haproxy_counters = start(HAProxy, often | impatient)
        queueing, queueing_counters = start(HAProxy, often | one, "-queue")
        nginx, _no_counters = start(
            Nginx, {"proxy_read_timeout 15m": "proxy_read_timeout 1s"}
        )
        patient_nginx, _no_counters = start(Nginx, {}, "-patient")
        yield {
            "haproxy": haproxy,
            "haproxy, no log": haproxy_counters,
            "haproxy, one connection": queueing,
            "haproxy, one connection, no log": queueing_counters,
            "nginx": nginx,
            "nginx, patient": patient_nginx,
            **{
                f"traefik {version}, {name}": TraefikSite(
                    running.enter_context(Traefik(version=version)), log
                )
                for version in (2, 3)
                for name, log in (
                    ("log", folder / f"traefik-{version}.json"),
                    ("no log", None),
                )
            },
        }


class Watched:
    """A site with a watch of its own, which is healthy when a test begins."""

    def __init__(self, site):
        options = {f"ingress_{NAME}{key}": text for key, text in site.options.items()}
        (self.watch,) = make_watches(options)
        self.site, self.thresholds = site, THRESHOLDS
        self.check = None
        self.wait_for(set())

    def wait_for(self, codes):
        """Check until these codes are among those that are found; return them all."""

        def found():
            self.check = self.watch.check(self.thresholds)
            return codes <= self.codes() if codes else not self.codes()

        wait_until(found, lambda: f"{codes} were expected: {self.check}")
        assert {one.subject for one in self.check.problems} <= {NAME}
        return self.codes()

    def codes(self):
        return {one.code for one in self.check.problems}

    def problem(self, code):
        (found,) = (one for one in self.check.problems if one.code == code)
        return found


@pytest.fixture
def watch(sites):
    """Return a site, by name, with a new watch."""
    with ExitStack() as open_watches:

        def make(name):
            watched = Watched(sites[name])
            open_watches.callback(watched.watch.close)
            return watched

        yield make


def break_off(watched):
    return watched.site.breaking_off()


def time_out(watched):
    return watched.site.timing_out()


def leave(watched):
    return watched.site.clients_leaving()


@contextmanager
def one_server_out(watched):
    with watched.site.without_servers(1):
        watched.site.send_to_servers()
        yield


@contextmanager
def all_servers_out(watched):
    with watched.site.without_servers(2):
        if isinstance(watched.site, RealSite):
            watched.site.send_to_servers()
        yield


def queue(watched):
    return watched.site.queueing()


@contextmanager
def certificate_ends_soon(watched):
    watched.thresholds = {**THRESHOLDS, "certificate_days": 14}
    yield


EXPECTED = {
    break_off: "ingress_errors",
    time_out: "ingress_errors",
    leave: "ingress_clients_gone",
    one_server_out: "ingress_server_down",
    all_servers_out: "ingress_no_server",
    queue: "ingress_queue",
    certificate_ends_soon: "certificate_expires",
}
HAPROXY = ("haproxy", "haproxy, no log")
LOGS = ("haproxy", "nginx")
TRAEFIK = tuple(
    f"traefik {version}, {log}" for version in (2, 3) for log in ("log", "no log")
)
QUEUES = ("haproxy, one connection", "haproxy, one connection, no log")
PATIENT = (
    *("haproxy, one connection", "nginx, patient"),
    *(name for name in TRAEFIK if not name.endswith("no log")),
)
ALONE = [
    *((name, break_off) for name in (*HAPROXY, "nginx", *TRAEFIK)),
    *((name, time_out) for name in (*HAPROXY, "nginx", *TRAEFIK)),
    *((name, leave) for name in PATIENT),
    *((name, one_server_out) for name in (*HAPROXY, "nginx", *TRAEFIK)),
    *((name, all_servers_out) for name in (*HAPROXY, "nginx", *TRAEFIK)),
    *((name, queue) for name in QUEUES),
    *((name, certificate_ends_soon) for name in ("haproxy", "nginx", *TRAEFIK)),
]
TOGETHER = [
    *((name, one_server_out, break_off) for name in (*HAPROXY, "nginx", *TRAEFIK)),
    *((name, one_server_out, time_out) for name in ("haproxy", "nginx")),
    *((name, one_server_out, certificate_ends_soon) for name in ("haproxy", "nginx")),
    *((name, certificate_ends_soon, break_off) for name in ("haproxy", *TRAEFIK)),
    *((name, certificate_ends_soon, all_servers_out) for name in ("nginx", *TRAEFIK)),
    *((name, certificate_ends_soon, queue) for name in QUEUES),
    *((name, leave, certificate_ends_soon) for name in PATIENT),
]


@pytest.mark.parametrize(("name", "trouble"), ALONE)
def test_a_trouble_is_named_and_no_other(watch, name, trouble):
    watched = watch(name)
    watched.site.answer()
    with trouble(watched):
        assert watched.wait_for({EXPECTED[trouble]}) == {EXPECTED[trouble]}


@pytest.mark.parametrize(("name", "first", "second"), TOGETHER)
def test_two_troubles_at_once_are_both_named(watch, name, first, second):
    watched = watch(name)
    watched.site.answer()
    expected = {EXPECTED[first], EXPECTED[second]}
    with first(watched), second(watched):
        assert watched.wait_for(expected) == expected


@pytest.mark.parametrize("name", [*HAPROXY, "nginx", *TRAEFIK])
def test_a_healthy_ingress_has_no_problem(watch, name):
    watched = watch(name)
    for _one in range(TIMES):
        watched.site.answer()
        assert watched.wait_for(set()) == set()
    assert watched.check.missing == []
    wait_until(lambda: watched.wait_for(set()) or watched.check.trends["requests"])


@pytest.mark.parametrize("name", ["haproxy", "nginx"])
def test_handshakes_without_a_request_leave_nothing_unreadable(watch, name):
    watched = watch(name)
    size = watched.site.server.access_log.stat().st_size
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(watched.site.server.url)  # a CA that it does not know
    watched.site.answer()

    def has_grown():
        watched.wait_for(set())
        assert watched.check.missing == []
        return watched.site.server.access_log.stat().st_size > size

    wait_until(has_grown)


class TestWhatAProblemNames:
    def test_errors_have_a_share_and_a_route(self, watch):
        watched = watch("nginx")
        watched.site.answer()
        with watched.site.breaking_off():
            watched.wait_for({"ingress_errors"})

            def all_of_them():
                watched.wait_for({"ingress_errors"})
                return watched.problem("ingress_errors").numbers["requests"] == TIMES

            wait_until(all_of_them)
            problem = watched.problem("ingress_errors")
            assert problem.numbers["share"] == pytest.approx(80)
            assert problem.numbers["unseen"] == 0
            assert problem.names == {"route": "/web/dataset"}

    def test_the_server_that_is_down(self, watch):
        watched = watch("nginx")
        with one_server_out(watched):
            watched.wait_for({"ingress_server_down"})
            problem = watched.problem("ingress_server_down")
        assert problem.names == {"servers": watched.site.backends[0].address}
        assert problem.numbers == {"down": 1, "servers": 2}

    def test_the_groups_that_have_no_server(self, watch):
        watched = watch("haproxy")

        def groups():
            watched.wait_for({"ingress_no_server"})
            return watched.problem("ingress_no_server").names["groups"]

        with all_servers_out(watched):
            wait_until(lambda: groups() == "odoo_web, odoo_websocket")

    def test_the_days_until_the_certificate_ends(self, watch):
        watched = watch("haproxy")
        with certificate_ends_soon(watched):
            watched.wait_for({"certificate_expires"})
            problem = watched.problem("certificate_expires")
        assert CERTIFICATE_DAYS - 1 < problem.numbers["days"] <= CERTIFICATE_DAYS
        assert problem.names == {"host": "127.0.0.1"}


class TestRequestsThatOdooNeverSaw:
    @pytest.mark.parametrize("name", LOGS)
    def test_they_are_exactly_those_that_no_server_has_seen(self, watch, name):
        watched = watch(name)
        with watched.site.without_servers(2):
            statuses = [watched.site.get("/odoo/sales?id=1") for _one in range(TIMES)]
            assert watched.wait_for({"ingress_no_server"})
            rows = unseen_after(watched, TIMES)
        assert {row[2] for row in rows} == set(statuses)
        assert {row[1] for row in rows} == {"/odoo/sales"}
        minutes = {row[0] for row in rows}
        assert all(minute % 60 == 0 for minute in minutes)
        for backend in watched.site.backends:
            assert "/odoo/sales" not in backend.paths

    @pytest.mark.parametrize("name", LOGS)
    def test_what_a_server_has_seen_is_counted_apart(self, watch, name):
        watched = watch(name)
        with watched.site.breaking_off():
            watched.wait_for({"ingress_errors"})
        assert {row[3] for row in watched.check.facts["unseen"]} == {"broken_off"}
        assert metric(watched, "odoo_ingress_unseen_requests_total") == {}

    @pytest.mark.parametrize("name", LOGS)
    def test_they_are_a_metric_by_status(self, watch, name):
        watched = watch(name)
        status = watched.site.get("/metrics")  # which the ingress refuses
        assert status == 404
        wait_until(lambda: watched.wait_for(set()) or watched.check.facts["unseen"])
        found = metric(watched, "odoo_ingress_unseen_requests_total")
        assert found == {(NAME, "404"): 1.0}


def test_metrics_of_several_ingresses_may_be_joined_at_each_scrape(watch):
    watched = watch("haproxy")
    for _scrape in range(2):
        for family in watched.watch.metrics():
            assert len(family.samples) <= 1
            family.samples += family.samples


class TestAnIngressThatIsDown:
    @pytest.mark.parametrize("name", ["haproxy", "nginx"])
    def test_only_that_is_named(self, watch, name, sites):
        site = sites[name]
        watched = watch(name)
        site.server.stop()
        try:
            assert watched.wait_for({"ingress_down"}) == {"ingress_down"}
            assert metric(watched, "odoo_ingress_up") == {(NAME,): 0.0}
        finally:
            site.server.start()
        watched.wait_for(set())
        assert metric(watched, "odoo_ingress_up") == {(NAME,): 1.0}


class TestAPublicAddressThatThisHostDoesNotReach:
    def test_the_ingress_is_up(self, sites):
        """Its endpoint answers: the network may lead no connection back to it."""
        address = f"127.0.0.1:{ports.free_port()}"
        options = {**sites["haproxy"].options, "_tls": f"https://{address}"}
        (watch,) = make_watches(
            {f"ingress_{NAME}{key}": options[key] for key in options}
        )

        def only_problem():
            found = watch.check(THRESHOLDS).problems
            return found if len(found) == 1 else None

        with closing(watch):
            # What another test has stopped is back after some checks of HAProxy.
            (problem,) = wait_until(only_problem)
            (up, *_others) = watch.metrics()
        assert problem.code == "ingress_unreachable"
        assert problem.names == {"address": address}
        assert [sample.value for sample in up.samples] == [1]


def unseen_after(watched, count):
    """Return the rows once they count so many requests."""

    def rows():
        watched.wait_for({"ingress_no_server"})
        found = watched.check.facts["unseen"]
        return found if sum(row[4] for row in found) >= count else None

    return wait_until(rows)


def metric(watched, name):
    """Return the samples of a metric: the values of its labels → value."""
    return {
        tuple(sample.labels.values()): sample.value
        for family in watched.watch.metrics()
        for sample in family.samples
        if sample.name == name
    }
