"""The virtual environment: what Odoo, our addons and our checks need from PyPI."""

import importlib.util
import os
import shutil
import sys

from . import commands, debian, paths, stamps
from .steps import say, step

REQUIREMENTS = [
    paths.ROOT / "requirements.txt",
    paths.ROOT / "test-requirements.txt",
    paths.SETUP / "requirements-odoo.txt",
    paths.SETUP / "requirements-oca-needs.txt",
    paths.SETUP / "requirements-dev.txt",
]
OCA_ADDONS = paths.SETUP / "requirements-oca.txt"
SAMPLES = paths.SETUP / "requirements-samples.txt"
SAMPLES_FOLDER = paths.RUN / "samples"
CONSTRAINTS = paths.SETUP / "constraints.txt"
ADVICE = (
    "check the network (python3 -m pip download six) and run the same command again; "
    "a version that no longer exists is to be replaced in setup/constraints.txt."
)


def ensure():
    """Create the virtual environment, anew when what it is made from has changed."""
    facts = stamps.fingerprint(
        sys.version, str(paths.VENV), *REQUIREMENTS, OCA_ADDONS, SAMPLES, CONSTRAINTS
    )
    if stamps.is_done("venv", facts) and paths.PYTHON.exists():
        say("-> Virtual environment: ready")
        return
    if not importlib.util.find_spec("ensurepip"):
        debian.ensure("python3-venv")
    stamps.forget("venv")
    with step("Creating the virtual environment (about a minute)", ADVICE):
        _create()
    stamps.mark_done("venv", facts)


def environ(**more):
    """The environment for programs of the virtual environment.

    It comes first in PATH: a server that restarts itself looks its Python up there.
    """
    return {
        **os.environ,
        "PATH": f"{paths.VENV / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "VIRTUAL_ENV": str(paths.VENV),
        "PYTHONPYCACHEPREFIX": str(paths.RUN / "pycache"),
        **more,
    }


def _create():
    log = paths.log("venv")
    shutil.rmtree(paths.VENV, ignore_errors=True)
    commands.run([sys.executable, "-m", "venv", paths.VENV], log)
    named = [part for path in REQUIREMENTS for part in ("-r", path)]
    pip = [paths.PYTHON, "-m", "pip", "install", "-c", CONSTRAINTS]
    commands.run([*pip, *named], log, tries=3)
    commands.run([*pip, "--no-deps", "-r", OCA_ADDONS], log, tries=3)
    shutil.rmtree(SAMPLES_FOLDER, ignore_errors=True)
    apart = [*pip, "--no-deps", "--target", SAMPLES_FOLDER, "-r", SAMPLES]
    commands.run(apart, log, tries=3)
