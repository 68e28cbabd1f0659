"""The command reads, sends and says what went wrong; the key is never an argument."""

import json
import os
import subprocess
import threading
from datetime import UTC, datetime
from http.client import IncompleteRead
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import OpenerDirector

import pytest
from reliability_recovery import command, pgbackrest_program, sending
from reliability_recovery.pgbackrest_program import ToolError

from setup import ports

KEY = "the-key-of-backups"
REPORT = {
    "version": 1,
    "name": "main",
    "contents": "cluster",
    "taken_at": "2026-11-29T12:00:00Z",
}


class Odoo(ThreadingHTTPServer):
    """Answers as told: status and body; remembers requests."""

    def __init__(self):
        self.requests = []
        self.answer = 200, {"result": {"newest_point": None}}
        super().__init__((ports.LOOPBACK, 0), Handler)

    @property
    def url(self):
        return f"http://{ports.LOOPBACK}:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, self.headers, json.loads(content)))
        status, body = self.server.answer
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        if status is None:  # no HTTP
            self.wfile.write(content)
            return
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments):
        """Print nothing."""


@pytest.fixture
def odoo():
    with Odoo() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "key"
    path.write_text(f"{KEY}\n")
    path.chmod(0o600)
    return str(path)


@pytest.fixture
def report_file(tmp_path):
    path = tmp_path / "report.json"
    path.write_text(json.dumps(REPORT))
    return str(path)


@pytest.fixture
def run(odoo, key_file):
    def run(*arguments):
        return command.main(["--url", odoo.url, "--key-file", key_file, *arguments])

    return run


class TestSent:
    def test_a_report_of_another_tool(self, run, odoo, report_file, capsys):
        assert run("--report", report_file, "--database", "prod") == command.SENT
        ((path, headers, body),) = odoo.requests
        assert path == "/reliability/inbound/backups"
        assert headers["Authorization"] == f"Bearer {KEY}"
        assert headers["X-Odoo-Database"] == "prod"
        assert body == REPORT
        assert capsys.readouterr().out == "main: sent; can be restored to nothing\n"

    def test_the_key_of_the_environment(self, odoo, report_file, monkeypatch):
        monkeypatch.setenv(sending.KEY_VARIABLE, KEY)
        arguments = ["--url", odoo.url, "--report", report_file]
        assert command.main(arguments) == command.SENT
        assert odoo.requests[0][1]["Authorization"] == f"Bearer {KEY}"

    def test_the_file_with_the_header_for_curl(self, run, odoo, key_file, report_file):
        with open(key_file, "w") as file:
            file.write(f"Authorization: Bearer {KEY}\n")
        assert run("--report", report_file) == command.SENT
        assert odoo.requests[0][1]["Authorization"] == f"Bearer {KEY}"

    def test_folders_have_a_name(self, run, odoo, tmp_path):
        (tmp_path / "dumps").mkdir()
        folder = f"{tmp_path}/dumps"
        assert run("--dumps", f"prod={folder}", "--elsewhere", "prod") == command.SENT
        assert run("--dumps", f"{folder}/prod_*") == command.SENT
        named, pattern = (body for _path, _headers, body in odoo.requests)
        assert named["name"] == "prod"
        assert named["repositories"][0]["elsewhere"] is True
        assert pattern["name"] == f"{folder}/prod_*"
        assert pattern["repositories"][0]["elsewhere"] is None

    def test_nothing_is_sent_to_print(self, odoo, report_file, capsys):
        assert command.main(["--print", "--report", report_file]) == command.SENT
        assert json.loads(capsys.readouterr().out) == REPORT
        assert not odoo.requests


class TestNotSent:
    @pytest.mark.parametrize(
        ("answer", "text"),
        [
            ((401, {"detail": "No valid key"}), "Odoo has answered 401: No valid key"),
            ((500, b"<html>"), "Odoo has answered 500"),
            ((302, b""), "Odoo has answered 302"),
            ((200, b"<html>"), "does not answer as Odoo does"),
            ((200, []), "does not answer as Odoo does"),
            ((200, {"result": None}), "does not answer as Odoo does"),
            ((None, b"220 smtp\r\n"), "does not answer as Odoo does"),
        ],
    )
    def test_the_answer_is_said(self, run, odoo, report_file, capsys, answer, text):
        odoo.answer = answer
        assert run("--report", report_file) == command.NOT_SENT
        error = capsys.readouterr().err
        assert text in error
        assert error.startswith("main was not sent: ")
        assert KEY not in error
        assert len(odoo.requests) == 1, "a redirect would carry the key elsewhere"

    @pytest.mark.parametrize("url", ["file:///etc", "ftp://host", "data:,x", "host"])
    def test_an_address_that_is_none_of_odoo(self, run, report_file, capsys, url):
        assert run("--url", url, "--report", report_file) == command.NOT_SENT
        assert "must begin with https:// or http://" in capsys.readouterr().err

    def test_an_answer_that_ends_early(self, monkeypatch):
        def open_(*_arguments, **_options):
            raise IncompleteRead(b"")

        monkeypatch.setattr(OpenerDirector, "open", open_)
        with pytest.raises(sending.NotSent, match="does not answer"):
            sending.send(REPORT, "http://odoo", None, KEY, sending.BACKUPS)

    def test_nobody_answers(self, key_file, report_file, capsys):
        url = f"http://{ports.LOOPBACK}:{ports.free_port()}"
        arguments = ["--url", url, "--key-file", key_file, "--report", report_file]
        assert command.main(arguments) == command.NOT_SENT
        assert "does not answer" in capsys.readouterr().err

    def test_one_that_fails_does_not_stop_the_others(self, run, odoo, report_file):
        arguments = ["--dumps", "/not/there", "--report", report_file]
        assert run(*arguments) == command.NOT_SENT
        assert len(odoo.requests) == 1

    def test_a_program_is_missing(self, run, capsys, monkeypatch):
        monkeypatch.setenv("PATH", "/not/there")
        assert run("--pgbackrest") == command.NOT_SENT
        assert "pgbackrest is not installed" in capsys.readouterr().err

    @pytest.mark.parametrize("text", ["", "{}", "[" * 100_000])
    def test_a_report_that_breaks_the_contract(self, run, odoo, tmp_path, text):
        path = tmp_path / "bad.json"
        path.write_text(text)
        assert run("--report", str(path)) == command.NOT_SENT
        assert not odoo.requests


class TestKeys:
    @pytest.mark.parametrize("content", ["", "two words", "a\nb"])
    def test_a_file_without_a_key(self, run, key_file, capsys, content):
        with open(key_file, "w") as file:
            file.write(content)
        assert run("--pgbackrest") == command.NOT_SENT
        assert "nothing else" in capsys.readouterr().err

    @pytest.mark.parametrize("content", [f"{KEY}\nx", f"{KEY}\r\nx", "two words"])
    def test_the_environment_without_a_key(
        self, odoo, report_file, capsys, monkeypatch, content
    ):
        monkeypatch.setenv(sending.KEY_VARIABLE, content)
        arguments = ["--url", odoo.url, "--report", report_file]
        assert command.main(arguments) == command.NOT_SENT
        error = capsys.readouterr().err
        assert "nothing else" in error
        assert KEY not in error

    def test_a_file_that_others_can_read(self, run, key_file, capsys):
        os.chmod(key_file, 0o604)
        assert run("--pgbackrest") == command.NOT_SENT
        assert f"chmod 600 {key_file}" in capsys.readouterr().err

    def test_no_key(self, monkeypatch, capsys):
        monkeypatch.delenv(sending.KEY_VARIABLE, raising=False)
        assert command.main(["--url", "http://odoo", "--stanza", "main"]) == 1
        assert sending.KEY_VARIABLE in capsys.readouterr().err

    @pytest.mark.parametrize("argument", ["--key", "--database"])
    def test_it_is_no_argument_and_something_is_to_be_reported(self, argument):
        with pytest.raises(SystemExit) as ended:
            command.main(["--url", "http://odoo", argument, KEY])
        assert ended.value.code == 2


class TestPrograms:
    @pytest.fixture
    def pgbackrest(self, tmp_path, monkeypatch):
        """Replace pgBackRest by a script; return what reads its reports."""

        def replace(script):
            program = tmp_path / "pgbackrest"
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(0o755)
            monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
            return lambda: list(pgbackrest_program.reports([], frozenset(), 2**24))

        return replace

    def test_one_that_fails_is_quoted(self, pgbackrest):
        read = pgbackrest("echo 'unable to find the stanza' >&2; exit 55")
        with pytest.raises(ToolError, match="unable to find the stanza"):
            read()

    def test_no_stanza_is_not_taken_for_good(self, pgbackrest):
        read = pgbackrest("echo '[]'")
        with pytest.raises(ToolError, match="name it by --stanza"):
            read()


class TestLastCommit:
    """What cannot be found out about a commit takes nothing from the report."""

    NAME = "000000010000000000000007"
    COMMIT = "desc: COMMIT 2026-11-29 11:58:12.5 UTC"

    @pytest.fixture
    def find(self, tmp_path, monkeypatch):
        """Replace programs by scripts; return what finds the last commit."""

        def find(suffix="", **scripts):
            for name, script in scripts.items():
                program = tmp_path / name
                program.write_text(f"#!/bin/sh\n{script}\n")
                program.chmod(0o755)
            monkeypatch.setenv("PATH", str(tmp_path))
            files = {self.NAME: f"archive/main/0-1/{self.NAME}-a{suffix}"}
            return pgbackrest_program._last_commit((1, "0-1"), [self.NAME], files)

        return find

    def test_it_is_found(self, find):
        found = find(pgbackrest="echo x", pg_waldump=f"echo '{self.COMMIT}'; exit 1")
        assert found == datetime(2026, 11, 29, 11, 58, 12, 500_000, UTC)

    def test_a_program_that_unpacks_is_missing(self, find, capsys):
        assert find(".zst", pgbackrest="echo x", pg_waldump="") is None
        assert "zstd is not installed" in capsys.readouterr().err

    def test_a_segment_that_is_gone(self, find, capsys):
        assert find(pgbackrest="echo gone >&2; exit 1", pg_waldump="") is None
        assert "gone" in capsys.readouterr().err

    def test_a_program_that_does_not_end(self, find, capsys, monkeypatch):
        monkeypatch.setattr(pgbackrest_program, "_commits", self.hang)
        assert find(pgbackrest="echo x", pg_waldump="") is None
        assert "has not ended" in capsys.readouterr().err

    def hang(self, *_arguments):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(subprocess, "run", self.time_out)
            return pgbackrest_program._completed(["pg_waldump"])

    def time_out(self, command, timeout, **_options):
        raise subprocess.TimeoutExpired(command, timeout)
