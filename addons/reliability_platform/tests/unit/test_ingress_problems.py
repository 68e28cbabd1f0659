"""Which problems follow from what was read of an ingress."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from unittest import TestCase

from ...watch.ingress.attempts import Attempts
from ...watch.ingress.ingress_problems import Reading, find
from ...watch.ingress.public_certificate import PublicCertificate
from ...watch.ingress.report import Report, State
from ...watch.ingress.request import End, Request
from ...watch.ingress.tally import Recent, Tally, tally_counters, tally_requests
from ...watch.ingress.unseen import Unseen
from ...watch.kinds import KINDS, Effect
from ...watch.thresholds import DEFAULTS

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def request(end=End.ANSWERED, status=200, **values):
    return Request(60.0, "/web/login", status, end, **values)


class Case(TestCase):
    def problems(self, **values):
        found = list(find(Reading(**values), NOW, DEFAULTS))
        self.assertLessEqual({one.code for one in found}, KINDS.keys())
        return {one.code: one for one in found}

    def errors(self, requests=100, **errors):
        counter = Counter({End(end): count for end, count in errors.items()})
        return Tally(requests, counter)


class TestPublicAddress(Case):
    def test_one_that_this_host_does_not_reach_threatens_while_the_ingress_is_up(self):
        found = self.problems(is_reachable=False, public="odoo.example.org:443")
        self.assertEqual(found.keys(), {"ingress_unreachable"})
        names = {"address": "odoo.example.org:443"}
        self.assertEqual(found["ingress_unreachable"].names, names)
        self.assertEqual(KINDS["ingress_unreachable"].effect, Effect.THREATENS)

    def test_all_else_is_found_beside_it(self):
        recent = self.errors(100, broken_off=9)
        found = self.problems(is_reachable=False, recent=recent)
        self.assertEqual(found.keys(), {"ingress_unreachable", "ingress_errors"})


class TestErrors(Case):
    def test_one_percent_of_the_requests_is_too_much(self):
        self.assertEqual(self.problems(recent=self.errors(301, broken_off=3)), {})
        found = self.problems(recent=self.errors(300, broken_off=3))
        self.assertEqual(found["ingress_errors"].numbers["share"], 1.0)

    def test_two_are_chance(self):
        self.assertEqual(self.problems(recent=self.errors(2, broken_off=2)), {})

    def test_those_that_a_server_that_is_down_explains_do_not_count(self):
        servers = {("web", "1"): State.DOWN, ("web", "2"): State.UP}
        recent = self.errors(no_server=9, not_connected=9)
        found = self.problems(recent=recent, report=Report(servers=servers))
        self.assertEqual(found.keys(), {"ingress_server_down"})
        recent = self.errors(no_server=9, broken_off=9)
        found = self.problems(recent=recent, report=Report(servers=servers))
        self.assertEqual(found.keys(), {"ingress_server_down", "ingress_errors"})
        self.assertEqual(found["ingress_errors"].numbers["requests"], 9)

    def test_those_that_ended_in_the_queue_are_explained_by_it(self):
        recent = self.errors(queued=9)
        recent.waited, recent.longest = 9, 30.0
        found = self.problems(recent=recent)
        self.assertEqual(found.keys(), {"ingress_queue"})
        expected = {"requests": 9, "longest": 30.0}
        self.assertEqual(found["ingress_queue"].numbers, expected)

    def test_a_refused_client_is_no_error(self):
        requests = [request(End.REFUSED, 429)] * 9 + [request(End.REFUSED, 500)] * 2
        tally = tally_requests(requests, 2.0)
        self.assertEqual(tally.errors, {End.REFUSED: 2})


class TestServers(Case):
    def servers(self, *states):
        servers = {("web", str(number)): one for number, one in enumerate(states)}
        return self.problems(report=Report(servers=servers)).keys()

    def test_one_of_two_is_down(self):
        self.assertEqual(self.servers(State.UP, State.DOWN), {"ingress_server_down"})

    def test_none_is_left(self):
        self.assertEqual(self.servers(State.DOWN, State.DOWN), {"ingress_no_server"})
        self.assertEqual(self.servers(State.PAUSED, State.DOWN), {"ingress_no_server"})

    def test_one_that_somebody_has_taken_out_is_no_problem(self):
        self.assertEqual(self.servers(State.UP, State.PAUSED), set())

    def test_requests_find_which_one_is_down(self):
        attempts = Attempts()
        attempts.add([request(refused_by=("a",), server="b")], now=0)
        self.assertEqual(set(attempts.servers().values()), {State.UP})
        attempts.add([request(refused_by=("a",), server="b")], now=10)
        down, up = ("", "a"), ("", "b")
        self.assertEqual(attempts.servers(), {down: State.DOWN, up: State.UP})
        attempts.add([request(server="a")], now=20)
        self.assertEqual(set(attempts.servers().values()), {State.UP})

    def test_one_that_nothing_is_sent_to_is_not_known_any_more(self):
        attempts = Attempts()
        attempts.add([request(refused_by=("a",))] * 2, now=0)
        attempts.add([], now=601)
        self.assertEqual(attempts.servers(), {})


class TestQueue(Case):
    def test_the_queue_of_two_checks_counts(self):
        full, empty = Report(queue=5), Report(queue=0)
        self.assertEqual(self.problems(report=full, before=empty), {})
        self.assertEqual(self.problems(report=empty, before=full), {})
        found = self.problems(report=full, before=full)
        self.assertEqual(found["ingress_queue"].numbers["requests"], 5)

    def test_a_queue_that_is_served_at_once_is_no_problem(self):
        full = Report(queue=5)  # and 6000 requests a minute: 0.05 s
        self.assertEqual(
            self.problems(report=full, before=full, recent=Tally(6000)), {}
        )
        found = self.problems(report=full, before=full, recent=Tally(150))
        self.assertEqual(found.keys(), {"ingress_queue"})

    def test_clients_that_leave_a_queue_are_explained_by_it(self):
        full, recent = Report(queue=5), Tally(10, gone=5)
        self.assertEqual(self.problems(recent=recent).keys(), {"ingress_clients_gone"})
        found = self.problems(recent=recent, report=full, before=full)
        self.assertEqual(found.keys(), {"ingress_queue"})

    def test_clients_that_leave_at_once_do_not_count(self):
        gone = [request(End.CLIENT_GONE, 499, seconds=one) for one in (0.1, 1.9, 2.0)]
        self.assertEqual(tally_requests(gone, 2.0).gone, 1)


class TestCertificates(Case):
    def certificate(self, days, **values):
        ends = NOW + timedelta(days=days)
        certificate = PublicCertificate(ends, "a.example.org", **values)
        return self.problems(certificate=certificate, host="odoo.example.org")

    def test_it_ends_soon(self):
        self.assertEqual(self.certificate(15), {})
        found = self.certificate(13)
        self.assertEqual(found.keys(), {"certificate_expires"})
        self.assertEqual(found["certificate_expires"].numbers, {"days": 13})

    def test_it_has_ended(self):
        found = self.certificate(-2)
        self.assertEqual(found.keys(), {"certificate_expired"})
        self.assertEqual(found["certificate_expired"].seconds, 2 * 86_400)

    def test_it_is_for_another_host(self):
        found = self.certificate(90, is_for_host=False)
        self.assertEqual(found.keys(), {"certificate_wrong_name"})
        names = {"host": "odoo.example.org", "names": "a.example.org"}
        self.assertEqual(found["certificate_wrong_name"].names, names)

    def test_a_ca_that_this_host_does_not_know_is_no_problem(self):
        self.assertEqual(self.certificate(90, refusal="untrusted"), {})

    def test_what_traefik_tells_counts_without_a_public_address(self):
        ends = {"a": NOW.timestamp() + 86_400, "b": NOW.timestamp() + 864_000}
        found = self.problems(report=Report(certificates=ends))
        self.assertEqual(found["certificate_expires"].names, {"host": "a"})


class TestDown(Case):
    def test_nothing_else_is_named(self):
        recent, address = self.errors(broken_off=50), "127.0.0.1:8404"
        found = self.problems(is_up=False, address=address, recent=recent)
        self.assertEqual(found.keys(), {"ingress_down"})
        self.assertEqual(found["ingress_down"].names, {"address": address})


class TestCounters(Case):
    def test_the_difference_of_two_readings_counts(self):
        before = Report(requests=10, errors={End.BROKEN_OFF: 1, End.REFUSED: 0})
        now = Report(requests=20, errors={End.BROKEN_OFF: 3, End.REFUSED: 5})
        tally = tally_counters(before, now)
        self.assertEqual(tally.errors, {End.BROKEN_OFF: 2, End.REFUSED: 5})
        self.assertEqual(tally.requests, 15)

    def test_the_first_reading_and_a_restart_are_no_news(self):
        now = Report(requests=5, errors={End.BROKEN_OFF: 5})
        before = Report(requests=9, errors={End.BROKEN_OFF: 9})
        self.assertEqual(tally_counters(Report(), now), Tally())
        self.assertEqual(tally_counters(before, now), Tally())
        self.assertEqual(tally_counters(now, Report()), Tally())

    def test_errors_count_for_a_minute(self):
        recent = Recent()
        self.assertEqual(recent.add(Tally(5), now=0.0).requests, 5)
        self.assertEqual(recent.add(Tally(2), now=60.0).requests, 7)
        self.assertEqual(recent.add(Tally(1), now=61.0).requests, 3)


class TestUnseen(TestCase):
    def test_requests_are_counted_by_minute_route_status_and_end(self):
        unseen = Unseen()
        lost = request(End.NO_SERVER, 503)
        unseen.add([lost, lost, request(), lost._replace(time=130.0)])
        unseen.add([request(End.BROKEN_OFF, 504)])
        self.assertEqual(
            unseen.rows(),
            [
                [120, "/web/login", 503, "no_server", 1],
                [60, "/web/login", 503, "no_server", 2],
                [60, "/web/login", 504, "broken_off", 1],
            ],
        )
        self.assertEqual(unseen.totals, {503: 3})

    def test_the_number_of_routes_is_bounded(self):
        unseen, lost = Unseen(), request(End.NO_SERVER, 503)
        unseen.add(lost._replace(route=f"/{number}") for number in range(500))
        self.assertEqual(unseen.rows()[0], [60, "…", 503, "no_server", 450])
        self.assertEqual(unseen.totals, {503: 500})

    def test_an_hour_stays(self):
        unseen, lost = Unseen(), request(End.NO_SERVER, 503)
        unseen.add(lost._replace(time=60.0 * minute) for minute in range(200))
        self.assertEqual(len(unseen._minutes), 60)
