"""The accounts file is read, or refused in words that have no secret."""

import json
import signal

import pytest
from fake_odoo import KEY, LOGIN, PASSWORD, FakeOdoo, served
from reliability_synthetic.probe import command, ending
from reliability_synthetic.probe.account import Account, NoAccount, read_account

ACCOUNT = {"key": KEY, "login": LOGIN, "password": PASSWORD}


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "accounts.json"
    path.touch(0o600)
    path.write_text(json.dumps(ACCOUNT))
    return path


def test_it_has_key_login_and_password(path):
    assert read_account(path) == Account(KEY, LOGIN, PASSWORD)


def test_what_else_it_has_is_ignored(path):
    path.write_text(json.dumps({**ACCOUNT, "more": 1}))
    assert read_account(path) == Account(KEY, LOGIN, PASSWORD)


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o666])
def test_one_that_others_can_read_or_write_is_refused(path, mode):
    path.chmod(mode)
    with pytest.raises(NoAccount, match=f"chmod 600 {path}"):
        read_account(path)


def test_one_that_does_not_exist(tmp_path):
    with pytest.raises(NoAccount, match="cannot be read: .*No such file"):
        read_account(tmp_path / "nothing")


@pytest.mark.parametrize(
    "content",
    [
        *("", KEY, "[]", '"x"', "null", f'{{"key": "{KEY}"'),
        *(json.dumps({**ACCOUNT, name: ""}) for name in ACCOUNT),
        *(json.dumps({**ACCOUNT, name: [PASSWORD]}) for name in ACCOUNT),
        *(json.dumps({**ACCOUNT, "key": f"{KEY}{end}"}) for end in ("\r\nX: y", "ö")),
    ],
)
def test_anything_else_is_refused_without_its_secrets(path, content):
    path.write_text(content)
    with pytest.raises(NoAccount) as refused:
        read_account(path)
    assert str(path) in str(refused.value)
    assert KEY not in str(refused.value) and PASSWORD not in str(refused.value)


class TestTheCommand:
    @pytest.fixture
    def odoo(self):
        with served(FakeOdoo(["log_in", "quotation_api", "clean_up"])) as server:
            yield server

    @pytest.fixture(autouse=True)
    def _signals(self):
        """Restore what the command does about signals: it runs in this process."""
        before = {one: signal.getsignal(one) for one in ending.SIGNALS}
        yield
        for one, handler in before.items():
            signal.signal(one, handler)

    def run(self, odoo, path):
        where = ["--place", "here", "--address", odoo.url, "--once", "--print"]
        return command.main([*where, "--account-file", str(path)])

    def test_it_executes_the_steps_that_odoo_plans(self, odoo, path, capsys):
        assert self.run(odoo, path) == command.PASSED
        line, report = capsys.readouterr().out.split("\n", 1)
        assert "passed in" in line
        steps = [one["step"] for one in json.loads(report)["attempts"][0]["steps"]]
        assert steps[-3:] == ["log_in", "quotation_api", "clean_up"]

    def test_a_file_that_is_none_ends_it_before_anything_is_sent(
        self, odoo, path, capsys
    ):
        path.chmod(0o644)
        assert self.run(odoo, path) == command.FAILED
        assert "Other users can read" in capsys.readouterr().err
        assert odoo.requests == []
