"""The scripts behind make explain failures, repeat outdated steps, and clean up."""

import os
import signal
import subprocess
import sys

import psutil
import pytest
from waiting import TIMEOUT, wait_until

from setup import build_cache, processes, readme_check, steps, telemetry_folders


def end_as_make_does(pid):
    os.kill(pid, signal.SIGTERM)


def end_as_a_terminal_does(pid):
    os.killpg(pid, signal.SIGINT)


def test_a_failing_step_prints_the_reason_and_what_to_do_next(capsys, tmp_path):
    log = tmp_path / "log"
    log.write_text("first\nthe reason\n")
    with pytest.raises(SystemExit) as ended, steps.step("Baking", "buy flour."):
        raise steps.Failure("no flour", log=log)
    printed = capsys.readouterr()
    assert ended.value.code == 1
    assert "Baking" in printed.out
    assert "no flour" in printed.err
    assert "the reason" in printed.err
    assert "What to do next: buy flour." in printed.err


def test_a_step_is_done_again_when_its_inputs_have_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(build_cache.paths, "BUILD_CACHE", tmp_path)
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("flour")
    build_cache.mark_built("bread", build_cache.fingerprint(requirements))
    assert build_cache.is_current("bread", build_cache.fingerprint(requirements))
    requirements.write_text("flour, salt")
    assert not build_cache.is_current("bread", build_cache.fingerprint(requirements))


@pytest.mark.parametrize("interrupt", [end_as_make_does, end_as_a_terminal_does])
def test_interrupted_tests_clean_up_first(interrupt, tmp_path):
    started, cleaned_up = tmp_path / "started", tmp_path / "cleaned-up"
    tests = f"""
import pathlib, time
try:
    pathlib.Path({str(started)!r}).touch()
    time.sleep(600)
finally:
    pathlib.Path({str(cleaned_up)!r}).touch()
"""
    command = f"""
import psutil, sys
from setup import testing
testing.wait_for(psutil.Popen([sys.executable, "-c", {tests!r}]))
"""
    make = subprocess.Popen([sys.executable, "-c", command], start_new_session=True)
    wait_until(lambda: started.exists() or make.poll() is not None)
    interrupt(make.pid)
    make.wait(TIMEOUT)
    assert cleaned_up.exists()


def test_a_missing_command_in_readme_is_found(tmp_path, monkeypatch):
    page = tmp_path / "README.md"
    page.write_text(
        "Use `make gold`.\n```sh\nmake demo\npython3 alchemy/gold.py\n```\n"
    )
    monkeypatch.setattr(readme_check, "README", page)
    assert readme_check.missing() == ["alchemy/gold.py", "make gold"]


LEADERLESS = """
import ctypes, sys, threading
threading.Thread(target=sys.stdin.read).start()
ctypes.CDLL(None).pthread_exit(None)
"""


def test_a_process_lives_until_its_last_thread_has_ended():
    process = psutil.Popen([sys.executable, "-c", LEADERLESS], stdin=subprocess.PIPE)
    wait_until(lambda: process.status() == psutil.STATUS_ZOMBIE)
    assert processes.is_alive(process.pid)
    process.stdin.close()
    os.kill(process.pid, signal.SIGKILL)
    wait_until(lambda: not processes.is_alive(process.pid))
    process.wait(TIMEOUT)


class TestTelemetryOfTheDemo:
    """Is in memory, where there is room."""

    @pytest.fixture
    def memory(self, monkeypatch, tmp_path):
        monkeypatch.setattr(telemetry_folders, "MEMORY", tmp_path / "memory")
        telemetry_folders.MEMORY.mkdir()
        return telemetry_folders.MEMORY

    def test_in_memory(self, memory, tmp_path):
        assert telemetry_folders.of_server(tmp_path / "demo").parent == memory

    def test_beside_the_servers_other_files_where_memory_is_small(
        self, memory, tmp_path, monkeypatch
    ):
        monkeypatch.setattr(telemetry_folders, "NEEDED", sys.maxsize)
        folder = tmp_path / "demo"
        assert telemetry_folders.of_server(folder) == folder / "telemetry"

    def test_where_it_is_already_also_when_memory_is_full(
        self, memory, tmp_path, monkeypatch
    ):
        telemetry_folders.of_server(tmp_path / "demo").mkdir()
        monkeypatch.setattr(telemetry_folders, "NEEDED", sys.maxsize)
        assert telemetry_folders.of_server(tmp_path / "demo").parent == memory

    def test_until_everything_is_stopped(self, memory, tmp_path):
        telemetry_folders.of_server(tmp_path / "demo").mkdir()
        of_another_checkout = memory / "reliability-0-0123456789ab-demo"
        of_another_checkout.mkdir()
        telemetry_folders.remove_all()
        assert [*memory.iterdir()] == [of_another_checkout]
