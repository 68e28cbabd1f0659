"""A test that leaves something behind fails for that, and no other test does."""

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
def test_it_fails_alone_and_what_it_left_is_gone(tmp_path, fault):
    (tmp_path / "test_seeded.py").write_text(BEGIN + OTHERS.format(FAULTS[fault]))
    said = run(tmp_path)
    assert "5 passed, 1 error" in said
    assert "ERROR test_seeded.py::test_that_leaves" in said
    assert f"leaves behind: {'port' if fault == 'port' else 'process'} " in said
    assert not started_in(tmp_path)


def test_without_a_fault_all_pass(tmp_path):
    (tmp_path / "test_seeded.py").write_text(BEGIN + OTHERS.format("    pass"))
    assert "5 passed" in run(tmp_path)


def run(folder):
    """Run pytest in a folder; return what it says."""
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
    """Return what still runs of the processes that were started in a folder."""
    return [p.pid for p in psutil.process_iter(["cwd"]) if p.info["cwd"] == str(folder)]
