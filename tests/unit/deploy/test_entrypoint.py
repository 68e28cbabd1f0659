"""The container's entry point writes odoo.conf from settings and secrets."""

import runpy

import pytest

from setup import paths

CONTAINER = paths.ROOT / "deploy" / "container"
ENTRYPOINT = runpy.run_path(str(CONTAINER / "entrypoint.py"))
TEMPLATE = (paths.ROOT / "deploy/kubernetes/base/odoo.conf").read_text()


def render(template, secrets="", **environment):
    return ENTRYPOINT["render"](template, secrets, environment)


def run(role, tmp_path, monkeypatch):
    """Return the command that a role becomes, and its odoo.conf."""
    commands = []
    files = {"TEMPLATE": "template", "SECRETS": "secrets"}
    for name, file in files.items():
        (tmp_path / file).write_text("[options]\nworkers = 2\n")
        monkeypatch.setitem(ENTRYPOINT["main"].__globals__, name, tmp_path / file)
    monkeypatch.setitem(ENTRYPOINT["main"].__globals__, "FOLDER", tmp_path)
    monkeypatch.setattr("os.execv", lambda _program, command: commands.append(command))
    ENTRYPOINT["main"](role)
    return commands[0], tmp_path / f"{role}.conf"


class TestSettings:
    def test_variables_are_filled_in(self):
        found = render("[options]\nworkers = ${WORKERS}", WORKERS="4")
        assert found["options"]["workers"] == "4"

    def test_a_variable_that_is_missing_is_named(self):
        with pytest.raises(SystemExit, match="WORKERS"):
            render("[options]\nworkers = ${WORKERS}")

    def test_secrets_win_and_may_contain_any_character(self):
        secrets = "[options]\ndb_password = 50%$HOME${X}"
        found = render("[options]\ndb_password = none\nproxy_mode = True", secrets)
        assert found["options"]["db_password"] == "50%$HOME${X}"
        assert found["options"]["proxy_mode"] == "True"


class TestRoles:
    @pytest.mark.parametrize("role", ["web", "cron", "job"])
    def test_servers_differ_in_their_environment_only(
        self, role, tmp_path, monkeypatch
    ):
        command, config = run(role, tmp_path, monkeypatch)
        assert command[1:] == ["/opt/odoo/bin/odoo", "-c", str(config)]

    @pytest.mark.parametrize(
        "role, name", [("gevent", "gevent"), ("collector", "reliability_collector")]
    )
    def test_the_others_are_commands_of_odoo(self, role, name, tmp_path, monkeypatch):
        command, _config = run(role, tmp_path, monkeypatch)
        assert command[2] == name

    def test_nobody_else_can_read_its_odoo_conf(self, tmp_path, monkeypatch):
        _command, config = run("web", tmp_path, monkeypatch)
        assert config.stat().st_mode & 0o777 == 0o600

    def test_a_wrong_role_is_named_with_those_that_exist(self):
        with pytest.raises(SystemExit, match="mail.*web, gevent, cron, job, collector"):
            ENTRYPOINT["main"]("mail")


class TestImage:
    """Nobody can build it here: these are what a reviewer would check."""

    lines = (CONTAINER / "Containerfile").read_text().splitlines()

    def test_it_runs_as_a_number_that_is_not_root(self):
        user = [line for line in self.lines if line.startswith("USER")][-1]
        assert int(user.split()[1].partition(":")[0]) > 0

    def test_what_it_downloads_is_pinned(self):
        bases = [line for line in self.lines if line.startswith("ARG BASE")]
        assert all("latest" not in base and "-20" in base for base in bases)
        assert any("sha1sum --check" in line for line in self.lines)

    def test_what_it_copies_exists(self):
        copied = [line.split()[1:-1] for line in self.lines if line.startswith("COPY")]
        sources = [name for names in copied for name in names if "*" not in name]
        assert all((paths.ROOT / name).exists() for name in sources)
        sent = (paths.ROOT / ".dockerignore").read_text()
        assert all(
            any(f"!{name}".startswith(line) for line in sent.split() if line[0] == "!")
            for names in copied
            for name in names
        )
