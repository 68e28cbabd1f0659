"""``run`` reports before and after a program, and counts requests meanwhile."""

import os
import signal
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reliability_change import deployment_command, request_counter
from reliability_change.deployment_message import parse
from reliability_change.deployment_question import Question
from reliability_change.deployment_question import parse as parse_question
from reliability_inbound import sending

RUN = ["run", "--url", "https://odoo.example.com/", "--id", "roll-out-17"]


class Odoo:
    """Answers as told.

    :ivar statuses: of the answers to GET: the last one again and again
    :ivar bodies: the messages that it got
    :ivar error: what sending raises, from the message with this number on
    """

    def __init__(self):
        self.statuses = [200]
        self.bodies = []
        self.error = {}
        self.addresses = set()

    def send(self, body, *_where):
        self.bodies.append(body)
        if error := self.error.get(len(self.bodies)):
            raise error
        return {"deployment": 1}

    def status_of(self, address, _timeout):
        self.addresses.add(address)
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]

    def states(self):
        return [parse(body).state for body in self.bodies]


@pytest.fixture
def odoo(monkeypatch):
    """Odoo, which is asked without waiting."""
    odoo = Odoo()
    monkeypatch.setenv(sending.KEY_VARIABLE, "the-key-of-pipelines")
    monkeypatch.setattr(sending, "send", odoo.send)
    monkeypatch.setattr(sending, "status_of", odoo.status_of)
    monkeypatch.setattr(request_counter, "EVERY", 0.001)
    return odoo


def run(*program, options=()):
    return deployment_command.main([*RUN, *options, "--", *map(str, program)])


def python(text):
    return sys.executable, "-c", text


class TestProgram:
    def test_it_runs_between_begin_and_end(self, odoo, capfd):
        assert run(*python("print('deployed')")) == 0
        assert odoo.states() == ["running", "succeeded"]
        printed = capfd.readouterr().out.splitlines()
        assert printed[:2] == ["roll-out-17: sent", "deployed"]
        assert printed[-1] == "roll-out-17: sent"

    def test_its_arguments_are_its_own(self, odoo, tmp_path):
        text = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.argv[3])"
        assert run(*python(text), tmp_path / "x", "--", "--url") == 0
        assert (tmp_path / "x").read_text() == "--url"

    def test_where_it_fails_that_is_reported_and_its_code_is_returned(self, odoo):
        assert run(*python("raise SystemExit(7)")) == 7
        assert odoo.states() == ["running", "failed"]

    def test_where_a_signal_ends_it_the_code_is_that_of_shells(self, odoo):
        kill = "import os; os.kill(os.getpid(), 9)"
        assert run(*python(kill)) == 128 + signal.SIGKILL
        assert odoo.states() == ["running", "failed"]

    def test_where_there_is_none_the_deployment_has_failed(self, odoo, capfd):
        assert run("/no/program") == 127
        assert odoo.states() == ["running", "failed"]
        assert "/no/program cannot be run: No such file" in capfd.readouterr().err

    def test_a_canceled_pipeline_ends_it_and_its_end_is_reported(self, odoo):
        ppid = f"os.kill({os.getpid()}, {int(signal.SIGTERM)})"
        before = signal.getsignal(signal.SIGTERM)
        code = run(*python(f"import os, signal; {ppid}; signal.pause()"))
        assert code == 128 + signal.SIGTERM
        assert odoo.states() == ["running", "failed"]
        assert signal.getsignal(signal.SIGTERM) is before

    def test_control_c_is_its_matter(self, odoo):
        ppid = f"os.kill({os.getpid()}, {int(signal.SIGINT)})"
        assert run(*python(f"import os; {ppid}")) == 0
        assert odoo.states() == ["running", "succeeded"]


class TestNotRun:
    """Unless Odoo says that it may begin."""

    @pytest.mark.parametrize(
        ("error", "code"), [(sending.Refused("no"), 3), (sending.NotSent("no"), 1)]
    )
    def test_nothing_is_run_nor_reported(self, odoo, tmp_path, error, code, capfd):
        odoo.error[1] = error
        assert run("/usr/bin/touch", tmp_path / "x") == code
        assert capfd.readouterr().err == "no\n"
        assert len(odoo.bodies) == 1
        assert not list(tmp_path.iterdir())

    def test_it_is_asked_once(self, odoo):
        override = ["--override", "Labels are wrong", "--person", "anna"]
        assert run("/bin/true", options=override) == 0
        asked = [parse_question(body) for body in odoo.bodies]
        assert asked == [Question(0, "Labels are wrong", "anna"), None]

    @pytest.mark.parametrize(
        "arguments", [RUN, [*RUN, "--"], ["end", *RUN[1:], "--", "/bin/true"]]
    )
    def test_wrong_arguments(self, odoo, arguments):
        with pytest.raises(SystemExit) as error:
            deployment_command.main(arguments)
        assert error.value.code == 2
        assert not odoo.bodies


class TestEndIsNotSent:
    def test_that_is_said_by_the_exit_code(self, odoo, capfd):
        odoo.error[2] = sending.NotSent("does not answer")
        assert run("/bin/true") == 1
        assert "does not answer" in capfd.readouterr().err

    def test_but_that_the_program_failed_counts_more(self, odoo):
        odoo.error[2] = sending.NotSent("does not answer")
        assert run(*python("raise SystemExit(7)")) == 7


class TestRequests:
    """One after the other, until answers are steady after the program's end."""

    def counted(self, odoo, *program):
        run(*(program or ["/bin/true"]))
        assert "requests" not in odoo.bodies[0]
        return parse(odoo.bodies[1]).requests

    def test_no_request_is_refused(self, odoo):
        found = self.counted(odoo)
        assert found.sent >= request_counter.STEADY
        assert (found.refused, found.seconds) == (0, 0)
        assert odoo.addresses == {"https://odoo.example.com/web/health"}

    @pytest.mark.parametrize("status", [None, 500, 502, 503])
    def test_what_is_refused(self, odoo, status, capfd):
        odoo.statuses = [200, 200, status, status, 200]
        found = self.counted(odoo)
        assert found.refused == 2
        assert found.seconds >= 0
        assert f"2 of {found.sent} requests were refused, for" in capfd.readouterr().out

    @pytest.mark.parametrize("status", [200, 303, 404, 429])
    def test_any_other_status_is_an_answer(self, odoo, status):
        odoo.statuses = [200, status]
        assert self.counted(odoo).refused == 0

    def test_requests_go_on_until_ten_are_answered_one_after_the_other(self, odoo):
        odoo.statuses = [200, *(9 * [200] + [503]) * 5, 200]
        assert self.counted(odoo).refused == 5

    def test_answers_before_the_end_of_the_program_do_not_count(
        self, odoo, tmp_path, monkeypatch
    ):
        """It ends once many requests were answered, and only then all are refused."""
        started = tmp_path / "started"
        answered = [200] * 30

        def status_of(address, timeout):
            if answered:
                return answered.pop()
            started.touch()
            return Odoo.status_of(odoo, address, timeout)

        odoo.statuses = [503, 503, 200]
        monkeypatch.setattr(sending, "status_of", status_of)
        wait = 'until [ -e "$0" ]; do sleep 0.01; done'
        assert self.counted(odoo, "sh", "-c", wait, started).refused == 2

    def test_where_nobody_is_answered_any_more_it_ends(self, odoo, monkeypatch):
        monkeypatch.setattr(request_counter, "PATIENCE", 0)
        odoo.statuses = [200, 503]
        found = self.counted(odoo)
        assert found.refused == found.sent

    @pytest.mark.parametrize("status", [301, 401, 403, 404])
    def test_an_ingress_that_answers_itself_is_not_counted(self, odoo, status, capfd):
        odoo.statuses = [status]
        assert self.counted(odoo) is None
        assert capfd.readouterr().err == (
            "Requests are not counted: https://odoo.example.com/web/health answers"
            f" {status}\n"
        )

    @given(st.lists(st.sampled_from([200, 404, 500, None]), max_size=30))
    def test_what_is_counted_is_what_was_refused(self, answers):
        odoo = Odoo()
        odoo.statuses = [*answers, 200]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sending, "status_of", odoo.status_of)
            patch.setattr(request_counter, "EVERY", 0)
            counter = request_counter.RequestCounter("https://odoo.example.com")
            counter.start()
            found = counter.finish()
        refused = sum(one in (500, None) for one in answers[: found.sent])
        assert found.refused == refused
        assert found.sent >= request_counter.STEADY
