"""A test that leaves a process or port behind fails, and no other test does."""

import os
import subprocess
import sys

import psutil
import pytest

from setup import paths

BEGIN = "import socket, subprocess, sys\n"
SLEEP = 'subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])'
FAULTS = {
    "process": f"    {SLEEP}\n",
    "orphan": f"""
    code = 'import subprocess, sys; {SLEEP}'
    subprocess.run([sys.executable, "-c", code], check=True)
""",
    "port": "    socket.create_server(('127.0.0.1', 0)).detach()\n",
}
OTHERS = f"""
import pytest

def test_before():
    pass

def test_that_leaves():
{{}}

def test_after():
    pass

@pytest.fixture(scope="module")
def sleeper():
    running = {SLEEP}
    yield running
    running.kill()
    running.wait()

def test_with_a_fixture_of_the_module(sleeper):
    assert sleeper.poll() is None

def test_that_ends_what_it_starts():
    running = {SLEEP}
    running.kill()
    running.wait()
"""


@pytest.mark.parametrize("fault", FAULTS)
def test_only_that_test_fails_and_its_processes_are_killed(tmp_path, fault):
    (tmp_path / "test_seeded.py").write_text(BEGIN + OTHERS.format(FAULTS[fault]))
    output = run(tmp_path)
    assert "5 passed, 1 error" in output
    assert "ERROR test_seeded.py::test_that_leaves" in output
    assert f"leaves behind: {'port' if fault == 'port' else 'process'} " in output
    assert not started_in(tmp_path)


def test_without_a_fault_all_pass(tmp_path):
    (tmp_path / "test_seeded.py").write_text(BEGIN + OTHERS.format("    pass"))
    assert "5 passed" in run(tmp_path)


def run(folder):
    """Run pytest in a folder; return its output."""
    plugins = ["-p", "left_behind", "-p", "no:odoo", "-p", "no:cacheprovider"]
    python_path = os.pathsep.join(map(str, (paths.ROOT, paths.ROOT / "tests")))
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            *plugins,
            "-rA",
            "--seconds-to-end=0.5",
            folder,
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": python_path},
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def started_in(folder):
    """Return the pids of running processes that were started in a folder."""
    return [p.pid for p in psutil.process_iter(["cwd"]) if p.info["cwd"] == str(folder)]
