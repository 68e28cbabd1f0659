"""The scripts behind make: what they promise a newcomer."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from setup import odoo_source, readme_check, stamps, steps
from setup.redis_server import Redis


def end_as_make_does(pid):
    os.kill(pid, signal.SIGTERM)


def end_as_a_terminal_does(pid):
    os.killpg(pid, signal.SIGINT)


def test_a_failing_step_says_what_failed_and_what_to_do_next(capsys, tmp_path):
    log = tmp_path / "log"
    log.write_text("first\nthe reason\n")
    with pytest.raises(SystemExit) as ended, steps.step("Baking", "buy flour."):
        raise steps.Failure("no flour", log=log)
    said = capsys.readouterr()
    assert ended.value.code == 1
    assert "Baking" in said.out
    assert "no flour" in said.err
    assert "the reason" in said.err
    assert "What to do next: buy flour." in said.err


def test_a_step_is_done_again_when_its_facts_have_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(stamps.paths, "STAMPS", tmp_path)
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("flour")
    stamps.mark_done("bread", stamps.fingerprint(requirements))
    assert stamps.is_done("bread", stamps.fingerprint(requirements))
    requirements.write_text("flour, salt")
    assert not stamps.is_done("bread", stamps.fingerprint(requirements))


@pytest.mark.parametrize("interrupt", [end_as_make_does, end_as_a_terminal_does])
def test_tests_that_are_interrupted_clean_up_first(interrupt, tmp_path):
    started, cleaned_up = tmp_path / "started", tmp_path / "cleaned-up"
    tests = f"""
import pathlib, time
try:
    pathlib.Path({str(started)!r}).touch()
    time.sleep(60)
finally:
    time.sleep(1)
    pathlib.Path({str(cleaned_up)!r}).touch()
"""
    command = f"""
import subprocess, sys
from setup import testing
testing.wait_for(subprocess.Popen([sys.executable, "-c", {tests!r}]))
"""
    make = subprocess.Popen([sys.executable, "-c", command], start_new_session=True)
    while not started.exists():
        assert make.poll() is None
        time.sleep(0.1)
    interrupt(make.pid)
    make.wait(30)
    assert cleaned_up.exists()


def test_no_link_of_odoo_leads_nowhere():
    assert not odoo_source.broken_links(odoo_source.in_use().folder / "odoo")


def test_an_odoo_of_ones_own_comes_first(tmp_path, monkeypatch):
    release = odoo_source.in_use().folder / "odoo" / "release.py"
    (tmp_path / "odoo").mkdir()
    shutil.copy(release, tmp_path / "odoo")
    monkeypatch.setenv("ODOO_SOURCE", str(tmp_path))
    assert odoo_source.ensure().folder == tmp_path.resolve()


def test_a_folder_without_odoo_is_refused_with_advice(tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_SOURCE", str(tmp_path))
    with pytest.raises(steps.Failure, match="name the folder that holds"):
        odoo_source.ensure()


def test_redis_answers_and_ends(tmp_path):
    with Redis(tmp_path, port=None) as redis:
        pid = redis.pid
        assert redis.answers()
    assert not Path(f"/proc/{pid}").exists()


def test_a_command_that_readme_names_and_nobody_wrote_is_found(tmp_path, monkeypatch):
    page = tmp_path / "README.md"
    page.write_text(
        "Use `make gold`.\n```sh\nmake demo\npython3 alchemy/gold.py\n```\n"
    )
    monkeypatch.setattr(readme_check, "README", page)
    assert readme_check.missing() == ["alchemy/gold.py", "make gold"]
