"""What requests see of a failover, and what is reported of it."""

import json

import pytest
from reliability_inbound.json_reading import InvalidReport
from reliability_recovery import sending
from reliability_recovery.failover import command, contract, watch
from reliability_recovery.failover.observed import (
    Request,
    is_over,
    lost,
    slowest,
    unchecked,
)


def answer(number, timeline=1):
    """Return what Odoo answers to a request."""
    values = {"number": number, "transaction": 700 + number, "at": float(number)}
    return {**values, "system": 7578, "timeline": timeline}


def requests(answers):
    """Return requests, a second each.

    ``.`` was answered, ``:`` by a promoted standby, ``x`` was not.
    """
    found = {".": answer, ":": lambda number: answer(number, 2), "x": lambda _n: None}
    return [
        Request(number, number, number + 0.5, found[one](number))
        for number, one in enumerate(answers, 1)
    ]


class TestOver:
    """Enough requests were answered after the interruption."""

    def test_not_before_it(self):
        assert not is_over(requests("....."), 3)

    def test_not_during_it(self):
        assert not is_over(requests("...xx"), 3)
        assert not is_over(requests("...xx.."), 3)

    def test_after_it(self):
        assert is_over(requests("...xx:::"), 3)

    def test_a_pooler_has_let_requests_wait(self):
        assert not is_over(requests("...::"), 3)
        assert is_over(requests("...:::"), 3)

    def test_a_server_that_odoo_may_not_know(self):
        unknown = {"system": 0, "timeline": 0}
        made = [Request(n, n, n, answer(n) | unknown) for n in range(9)]
        assert made[0].server == ""
        assert not is_over(made, 3)


class TestLost:
    """A request that is answered otherwise when it is sent again was lost."""

    def test_nothing(self):
        made = requests("..x:")
        again = {one.number: one.answer for one in made if one.answer}
        assert lost(made, again) == []
        assert unchecked(made, again) == 0

    def test_what_is_processed_again(self):
        made = requests("..x:")
        again = {1: answer(1), 2: answer(2, 2), 4: answer(4, 2)}
        assert [one.number for one in lost(made, again)] == [2]

    def test_what_is_not_answered_again_is_unknown(self):
        made = requests("..x:")
        assert lost(made, {1: answer(1)}) == []
        assert unchecked(made, {1: answer(1)}) == 2

    def test_the_slowest_answer(self):
        made = [Request(1, 0, 2.5, answer(1)), Request(2, 3, 8, None)]
        assert slowest(made) == 2.5
        assert slowest(made[1:]) == 0


class Odoo:
    """Answers the requests of a drill as told, a character for each of them."""

    def __init__(self, answers):
        self._answers = iter(answers)
        self._processed = {}
        self.reports = []

    def send(self, message, *_where, **_options):
        if contract.is_report(message):
            self.reports.append(message)
            return {"failover": 1}
        number, one = contract.parse_request(message), next(self._answers, ":")
        if one == "x":
            raise sending.NotSent("no answer")
        if one == "!":  # a standby that has nothing is promoted
            self._processed.clear()
        timeline = 1 if one == "." else 2
        return self._processed.setdefault(number, answer(number, timeline))


@pytest.fixture
def run(monkeypatch, tmp_path, capsys):
    """Run the command without waiting.

    :return: its exit code, the report, and what it has printed
    """

    def run(answers, *arguments):
        odoo = Odoo(answers)
        monkeypatch.setattr(sending, "send", odoo.send)
        monkeypatch.setattr(watch.time, "sleep", lambda _seconds: None)
        monkeypatch.setenv(sending.KEY_VARIABLE, "a-key")
        where = ["--url", "http://odoo", "--evidence", str(tmp_path)]
        code = command.main([*where, *arguments])
        (report,) = odoo.reports or [None]
        return code, report, capsys.readouterr()

    return run


class TestCommand:
    """It watches until a failover is over, and reports it."""

    def test_nothing_is_lost(self, run, tmp_path):
        code, report, printed = run("...xx")
        assert code == command.DONE
        assert (report["lost"], report["unchecked"]) == (0, 0)
        ((first, count),) = [
            (one["first"], one["requests"]) for one in report["interruptions"]
        ]
        assert (first, count) == (4, 2)
        assert (report["server_before"], report["server_after"]) == ("7578/1", "7578/2")
        assert "Request 4 is not answered: no answer" in printed.out
        assert "Request 6 is answered." in printed.out
        assert json.loads((tmp_path / f"{report['name']}.json").read_text()) == report
        assert contract.parse(report).requests == report["requests"]

    def test_what_is_lost_is_listed(self, run):
        code, report, printed = run("...x!")
        assert code == command.DONE
        assert report["lost"] == 3
        assert report["lost_requests"][0] == {
            "number": 1,
            "transaction": 701,
            "at": "1970-01-01T00:00:01.000+00:00",
        }
        assert "transactions lost: 3" in printed.out

    def test_the_same_server_is_no_failover(self, run):
        code, report, printed = run(".x" + 20 * "." + 21 * ".")
        assert code == command.FAILED
        assert report["lost"] == 0
        assert "no standby was promoted" in printed.out

    def test_what_is_not_answered_any_more_is_unknown(self, run):
        code, report, printed = run(".x" + 20 * ":" + 99 * "x")
        assert code == command.FAILED
        assert report["unchecked"] == 21
        assert "transactions not checked: 21" in printed.out

    def test_a_wrong_key_ends_it_at_once(self, run):
        code, report, printed = run("x")
        assert (code, report) == (command.FAILED, None)
        assert printed.err == "no answer\n"

    @pytest.mark.parametrize(
        "wrong",
        [("--every", "0.1"), ("--max-minutes", "0"), ("--evidence", "/no/folder")],
    )
    def test_wrong_arguments(self, run, wrong):
        with pytest.raises(SystemExit):
            run("", *wrong)


REPORT = {
    "version": 1,
    "name": "reliability-failover-1a2b3c4d",
    "host": "desk",
    "begin": "2026-11-29T12:00:00Z",
    "end": "2026-11-29T12:01:00Z",
    "requests": 120,
    "interruptions": [
        {"first": 57, "begin": "2026-11-29T12:00:28Z", "seconds": 4.2, "requests": 9}
    ],
    "slowest": 0.3,
    "lost": 1,
    "lost_requests": [{"number": 56}],
    "unchecked": 0,
    "server_before": "7578/1",
    "server_after": "7578/2",
}


class TestContract:
    """A report and a request are read, or refused in words."""

    def test_a_report(self):
        assert contract.is_report(REPORT)
        found = contract.parse(REPORT)
        assert (found.lost, found.slowest) == (1, 0.3)
        assert [one.seconds for one in found.interruptions] == [4.2]

    def test_an_interruption_that_has_not_ended(self):
        (one,) = REPORT["interruptions"]
        found = contract.parse(REPORT | {"interruptions": [one | {"seconds": None}]})
        assert found.interruptions[0].seconds is None

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"version": 2}, "version must be 1."),
            ({"name": ""}, "name is needed."),
            ({"lost": -1}, "lost must be a number that is not negative."),
            ({"lost": []}, "lost must be a number that is not negative."),
            ({"slowest": "long"}, "slowest must be seconds that are not negative."),
            ({"interruptions": 3}, "interruptions must be a list of objects."),
            ({"interruptions": [{}]}, "begin must be a time"),
            ({"end": "2026-11-29T11:00:00Z"}, "end must not be earlier than begin."),
        ],
    )
    def test_a_report_is_refused(self, values, sentence):
        with pytest.raises(InvalidReport, match=sentence):
            contract.parse(REPORT | values)

    def test_a_request(self):
        request = {"version": 1, "name": "reliability-failover-1a2b3c4d", "number": 7}
        assert not contract.is_report(request)
        assert contract.parse_request(request) == 7

    @pytest.mark.parametrize("request_", [[], {}, {"version": 1, "name": "x"}])
    def test_a_request_is_refused(self, request_):
        with pytest.raises(InvalidReport):
            contract.parse_request(request_)
