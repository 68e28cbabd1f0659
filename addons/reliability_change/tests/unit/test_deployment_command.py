"""The command sends what its arguments and Git say; the key is never an argument."""

import subprocess
from datetime import UTC, datetime

import pytest
from reliability_change import deployment_command
from reliability_change.deployment_message import parse
from reliability_change.deployment_question import Question
from reliability_change.deployment_question import parse as parse_question
from reliability_inbound import sending

KEY = "the-key-of-pipelines"
URL = ["--url", "https://odoo.example.com"]
ID = ["--id", "roll-out-17"]
DIGEST = "sha256:" + "0a" * 32


@pytest.fixture
def sent(monkeypatch):
    """What is sent: bodies, and where to."""
    found = []
    monkeypatch.setenv(sending.KEY_VARIABLE, KEY)

    def send(body, *target):
        found.append((body, target))
        return {"deployment": 1}

    monkeypatch.setattr(sending, "send", send)
    return found


def run(*arguments):
    return deployment_command.main([*arguments])


def reported(sent):
    ((body, _target),) = sent
    return parse(body)


class TestReports:
    @pytest.mark.parametrize(
        ("event", "state"),
        [("begin", "running"), ("end", "succeeded"), ("fail", "failed")],
    )
    def test_what_happens_now(self, sent, event, state):
        before = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        assert run(event, *URL, *ID) == 0
        found = reported(sent)
        assert (found.key, found.state) == ("roll-out-17", state)
        assert found.environment == "production"
        assert found.at >= before
        assert found.begin == (found.at if event == "begin" else None)

    def test_each_option(self, sent):
        run(
            *("begin", *URL, *ID, "--release", "19.0.4", "--revision", "0a" * 20),
            *("--environment", "prod-eu", "--pipeline", "https://example.com/1"),
            *("--approver", "bert", "--artifact", DIGEST, "--canary", "--unplanned"),
            *("--planned-begin", "2026-11-30T12:00:00Z"),
            *("--planned-end", "2026-11-30T13:00:00+01:00"),
            *("--rolls-back", "roll-out-16", "--fixes", "roll-out-15"),
        )
        found = reported(sent)
        assert (found.release, found.revision) == ("19.0.4", "0a" * 20)
        assert (found.environment, found.approver) == ("prod-eu", "bert")
        assert (found.pipeline, found.artifact) == ("https://example.com/1", DIGEST)
        assert (found.scope, found.is_unplanned) == ("canary", True)
        assert found.planned_begin == found.planned_end == datetime(2026, 11, 30, 12)
        assert (found.rolls_back, found.fixes) == ("roll-out-16", "roll-out-15")

    def test_where_to(self, sent):
        run("end", *URL, *ID, "--database", "prod")
        ((_body, target),) = sent
        assert target == ("https://odoo.example.com", "prod", KEY, "deployment")

    def test_what_odoo_does_not_store_is_said(self, sent, monkeypatch, capsys):
        answer = {"deployment": None, "detail": "Not stored."}
        monkeypatch.setattr(sending, "send", lambda *_arguments: answer)
        assert run("end", *URL, *ID) == 0
        assert capsys.readouterr().out == "roll-out-17: sent. Not stored.\n"


class TestAsks:
    def asked(self, sent):
        ((body, _target),) = sent
        return parse_question(body)

    def test_whether_it_may_begin(self, sent):
        run("begin", *URL, *ID)
        assert self.asked(sent) == Question()

    @pytest.mark.parametrize("event", ["end", "fail"])
    def test_only_then(self, sent, event):
        run(event, *URL, *ID)
        assert self.asked(sent) is None

    def test_an_override_by_its_number(self, sent):
        run("begin", *URL, *ID, "--override", "17")
        assert self.asked(sent) == Question(17)

    def test_a_reason_and_who_says_so(self, sent):
        override = ["--override", "Labels are wrong", "--person", "anna"]
        run("begin", *URL, *ID, *override)
        assert self.asked(sent) == Question(0, "Labels are wrong", "anna")

    def test_it_may_not_begin(self, sent, monkeypatch, capsys):
        def refuse(*_arguments):
            raise sending.Refused("Odoo has answered 422: Refused: a change freeze")

        monkeypatch.setattr(sending, "send", refuse)
        assert run("begin", *URL, *ID) == 3
        assert "Refused: a change freeze" in capsys.readouterr().err


class TestCommits:
    @pytest.fixture
    def repository(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        self.git("init", "--quiet")
        for number in range(3):
            day = f"2026-11-{number + 1:02}T13:00:00+01:00"
            monkeypatch.setenv("GIT_COMMITTER_DATE", day)
            self.git("commit", "--quiet", "--allow-empty", "--message", "x")

    def git(self, *arguments):
        names = ["-c", "user.name=Anna", "-c", "user.email=anna@example.com"]
        command = ["git", *names, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout.split()

    @pytest.mark.usefixtures("repository")
    def test_those_since_a_revision_with_their_times(self, sent):
        assert run("end", *URL, *ID, "--commits-from", "HEAD~2") == 0
        commits = reported(sent).commits
        revisions = self.git("log", "--format=%H", "--max-count=2")
        assert [one.revision for one in commits] == revisions
        assert [one.made_at.isoformat() for one in commits] == [
            "2026-11-03T12:00:00",
            "2026-11-02T12:00:00",
        ]

    @pytest.mark.usefixtures("repository")
    @pytest.mark.parametrize("revision", ["v1.0", "--output=/tmp/x"])
    def test_a_revision_that_is_none(self, sent, revision, capsys):
        assert run("end", *URL, *ID, f"--commits-from={revision}") == 1
        assert "Git does not list commits: fatal: " in capsys.readouterr().err
        assert not sent

    def test_without_git(self, sent, monkeypatch, capsys):
        monkeypatch.setenv("PATH", "/nowhere")
        assert run("end", *URL, *ID, "--commits-from", "v1.0") == 1
        assert "Git cannot be run: " in capsys.readouterr().err


class TestNotSent:
    @pytest.mark.parametrize(
        ("arguments", "text"),
        [
            (["--artifact", "latest"], "artifact must be a digest"),
            (["--pipeline", "run 1"], "pipeline must be a link"),
            (["--planned-begin", "noon"], "begin must be a time as in RFC 3339"),
            (["--rolls-back", "roll-out-17"], "must name another deployment"),
            (["--override", "Labels are wrong"], "person must say who overrides"),
        ],
    )
    def test_what_odoo_would_refuse(self, sent, arguments, text, capsys):
        assert run("begin", *URL, *ID, *arguments) == 1
        assert text in capsys.readouterr().err
        assert not sent

    def test_without_a_key(self, sent, monkeypatch, capsys):
        monkeypatch.delenv(sending.KEY_VARIABLE)
        assert run("begin", *URL, *ID) == 1
        assert "set RELIABILITY_INBOUND_KEY." in capsys.readouterr().err

    @pytest.mark.parametrize(
        "arguments",
        [
            ["begin", *URL],
            ["begin", *ID],
            ["done", *URL, *ID],
            ["begin", *URL, *ID, "--key", KEY],
        ],
    )
    def test_wrong_arguments(self, sent, arguments):
        with pytest.raises(SystemExit) as error:
            run(*arguments)
        assert error.value.code == 2
