"""The command checks an address, and reports each run, also after an outage."""

import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fake_odoo import served
from reliability_inbound import sending, unsent
from reliability_synthetic.probe import command, contract, ending, run
from waiting import wait_until

from setup import ports

KEY = "the-key-of-the-probe"


class Odoo(ThreadingHTTPServer):
    """Is both the address and where reports are sent to.

    :ivar health: the status of the answers to GET, one after the other; the last stays
    :ivar inbound: the status of the answer to POST
    :ivar reports: those that were answered with 200
    :ivar on_report: is called with each of them
    """

    def __init__(self, port=0):
        self.health, self.inbound, self.reports = [200], 200, []
        self.on_report = lambda: None
        super().__init__((ports.LOOPBACK, port), Handler)

    def handle_error(self, *_arguments):
        """Print nothing where the probe has ended."""

    @property
    def url(self):
        return f"http://{ports.LOOPBACK}:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        status = self.server.health[0]
        if len(self.server.health) > 1:
            self.server.health.pop(0)
        self.answer(status, {})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.request = self.path, self.headers
        if self.server.inbound == 200:
            self.server.reports.append(body)
            self.server.on_report()
        self.answer(self.server.inbound, {"result": {"run": 1}, "detail": "so it is"})

    def answer(self, status, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments):
        """Print nothing."""


@pytest.fixture
def odoo():
    with served(Odoo()) as server:
        yield server


@pytest.fixture(autouse=True)
def _without_pause(monkeypatch):
    monkeypatch.setattr(run, "_PAUSE", 0)


@pytest.fixture(autouse=True)
def _signals():
    """Restore what the command does about signals: it runs in this process."""
    before = {one: signal.getsignal(one) for one in ending.SIGNALS}
    yield
    for one, handler in before.items():
        signal.signal(one, handler)


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "key"
    path.write_text(KEY)
    path.chmod(0o600)
    return path


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "unsent"
    path.mkdir()
    return path


@pytest.fixture
def arguments(odoo, key_file, folder):
    return [
        *("--place", "frankfurt", "--address", odoo.url, "--url", odoo.url),
        *("--key-file", str(key_file), "--folder", str(folder)),
    ]


@pytest.fixture
def once(arguments):
    return lambda *more: command.main([*arguments, "--once", *more])


class TestOneRun:
    def test_it_is_reported_and_leaves_nothing(self, once, odoo, folder, capsys):
        assert once("--database", "prod") == command.PASSED
        path, headers = odoo.request
        assert path == "/reliability/inbound/synthetic"
        assert headers["Authorization"] == f"Bearer {KEY}"
        assert headers["X-Odoo-Database"] == "prod"
        (report,) = map(contract.parse, odoo.reports)
        assert (report.journey, report.place) == ("public_address", "frankfurt")
        assert report.host
        assert list(folder.iterdir()) == []
        (line,) = capsys.readouterr().out.splitlines()
        assert line.startswith("public_address from frankfurt: passed in ")

    def test_one_that_fails_is_reported_with_all_attempts(self, once, odoo, capsys):
        odoo.health = [502]
        assert once("--attempts", "3") == command.FAILED
        (report,) = map(contract.parse, odoo.reports)
        assert [one.failed_step.cause for one in report.attempts] == ["ingress"] * 3
        assert report.attempts[0].failed_step.values["status"] == 502
        assert "failed at response: BadStatus: HTTP 502" in capsys.readouterr().out

    def test_the_last_attempt_decides(self, once, odoo, capsys):
        odoo.health = [502, 200]
        assert once() == command.PASSED
        (report,) = map(contract.parse, odoo.reports)
        assert [one.result for one in report.attempts] == ["failed", "passed"]
        assert "at the second attempt" in capsys.readouterr().out

    def test_nothing_is_sent_but_printed(self, odoo, capsys):
        where = ["--place", "here", "--address", odoo.url, "--once", "--print"]
        assert command.main(where) == command.PASSED
        line, report = capsys.readouterr().out.split("\n", 1)
        assert contract.parse(json.loads(report)).place == "here"
        assert odoo.reports == []


class TestWhatOdooDoesNotAccept:
    def test_a_report_waits_for_the_next_run(self, once, odoo, folder, capsys):
        odoo.inbound = 503
        assert once() == command.FAILED
        assert "Odoo has answered 503: so it is" in capsys.readouterr().err
        (path,) = folder.iterdir()
        waiting = json.loads(path.read_text())
        odoo.inbound = 200
        assert once() == command.PASSED
        assert len(odoo.reports) == 2
        sent_at = odoo.reports[0].pop("sent_at")
        assert odoo.reports[0] == waiting
        assert contract.parse(waiting | {"sent_at": sent_at}).sent_at
        assert list(folder.iterdir()) == []

    def test_what_is_refused_is_not_sent_again(self, once, odoo, folder, capsys):
        odoo.inbound = 422
        assert once() == command.FAILED
        assert "so it is" in capsys.readouterr().err
        assert list(folder.iterdir()) == []

    def test_after_one_without_an_answer_no_other_is_sent(self, once, odoo, capsys):
        odoo.inbound = 503
        once()
        once()
        assert capsys.readouterr().err.count("was not sent") == 2

    def test_so_many_wait_and_the_oldest_is_deleted(
        self, once, odoo, folder, monkeypatch
    ):
        monkeypatch.setattr(command, "MAX_UNSENT", 2)
        odoo.inbound = 503
        for name in ("a", "b"):
            path = folder / f"{command.PREFIX}2020-{name}.unsent.json"
            path.write_text("{}")
        once()
        names = sorted(path.name for path in folder.iterdir())
        assert len(names) == 2
        assert names[0] == f"{command.PREFIX}2020-b.unsent.json"

    def test_a_folder_that_cannot_be_written_is_no_reason_to_end(
        self, once, monkeypatch, capsys
    ):
        def fail(*_arguments):
            raise OSError("disk full")

        monkeypatch.setattr(command.unsent, "store", fail)
        assert once() == command.FAILED
        assert "cannot be stored: disk full" in capsys.readouterr().err


class TestTheFolder:
    def test_a_file_that_is_no_report_stops_none_behind_it(
        self, once, odoo, folder, capsys
    ):
        (folder / f"{command.PREFIX}1999.unsent.json").write_text('{"half')
        assert once() == command.PASSED
        assert len(odoo.reports) == 1
        assert "is no report" in capsys.readouterr().err
        assert [path.name for path in folder.iterdir()] == [
            f"{command.PREFIX}1999.no-report"
        ]

    def test_a_second_probe_is_refused(self, once, odoo, folder, capsys):
        with unsent.alone(folder, command.PREFIX, "--folder"):
            assert once() == command.FAILED
        assert odoo.reports == []
        assert "name another folder by --folder" in capsys.readouterr().err

    def test_nothing_is_stored_to_print_so_any_number_may(self, once, odoo, folder):
        where = ["--place", "here", "--address", odoo.url, "--once", "--print"]
        with unsent.alone(folder, command.PREFIX, "--folder"):
            assert command.main([*where, "--folder", str(folder)]) == command.PASSED


class TestTheInterval:
    @pytest.mark.parametrize(
        ("now", "due"), [(100, 160), (159, 160), (160, 220), (400, 460)]
    )
    def test_runs_are_on_a_raster_and_missed_ones_are_left_out(self, now, due):
        assert command._next(100, 60, now) == due

    def test_reports_that_wait_are_sent_again_before_the_next_run(
        self, arguments, odoo, monkeypatch
    ):
        """The interval is five minutes; the outage ends after the first report."""
        monkeypatch.setattr(command, "_SEND_AGAIN", 0.01)
        odoo.inbound = 503
        is_over = threading.Event()
        complain = command._complain

        def end_outage(text):
            odoo.inbound = 200
            complain(text)

        monkeypatch.setattr(command, "_complain", end_outage)
        options = command._parser("probe").parse_args(arguments)
        probe = command._Probe(command._check(options), options, KEY)
        thread = threading.Thread(target=probe.run_forever, args=(is_over,))
        thread.start()
        try:
            wait_until(lambda: odoo.reports)
        finally:
            is_over.set()
            thread.join()
        assert len(odoo.reports) == 1

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_a_signal_ends_it_cleanly(self, arguments, odoo, number):
        odoo.on_report = lambda: os.kill(os.getpid(), number)
        with pytest.raises(SystemExit) as ended:
            command.main(arguments)
        assert ended.value.code == 0
        assert len(odoo.reports) == 1

    def test_a_signal_ends_a_single_run_as_one_that_has_not_passed(self, once, odoo):
        odoo.on_report = lambda: os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(SystemExit) as ended:
            once()
        assert ended.value.code == command.FAILED


class TestArguments:
    @pytest.mark.parametrize(
        ("more", "error"),
        [
            (["--address", "odoo.example.com"], "must begin with https://"),
            (["--interval", "0"], "must be positive"),
            (["--interval", "nan"], "must be positive"),
            (["--attempts", "6"], "must be from 1 to 5"),
            (["--limit", "200"], "must not be more than --interval"),
            (["--folder", "/nowhere"], "must name a folder that exists"),
            (["--key", KEY], "unrecognized arguments"),
            (
                ["--account-file", "accounts", "--address", "http://odoo.example.com"],
                "must begin with https:// where there are accounts",
            ),
        ],
    )
    def test_what_is_wrong_is_named(self, arguments, more, error, capsys):
        with pytest.raises(SystemExit) as ended:
            command.main([*arguments, *more])
        assert ended.value.code == 2
        assert error in capsys.readouterr().err

    def test_no_key(self, arguments, capsys, monkeypatch):
        monkeypatch.delenv(sending.KEY_VARIABLE, raising=False)
        position = arguments.index("--key-file")
        del arguments[position : position + 2]
        assert command.main([*arguments, "--once"]) == command.FAILED
        assert sending.KEY_VARIABLE in capsys.readouterr().err

    @pytest.mark.parametrize("content", [None, "no certificate"])
    def test_a_file_without_cas(self, once, tmp_path, content, capsys):
        path = tmp_path / "ca.pem"
        if content:
            path.write_text(content)
        assert once("--ca", str(path)) == command.FAILED
        assert f"{path} has no certificates of CAs" in capsys.readouterr().err
