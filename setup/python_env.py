"""The virtual environment, with the packages that Odoo, addons and checks need."""

import importlib.util
import os
import shutil
import sys

from . import build_cache, commands, debian, paths
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
    """Create the virtual environment, again when its inputs have changed."""
    inputs = build_cache.fingerprint(
        sys.version, str(paths.VENV), *REQUIREMENTS, OCA_ADDONS, SAMPLES, CONSTRAINTS
    )
    if build_cache.is_current("venv", inputs) and paths.PYTHON.exists():
        say("-> Virtual environment: ready")
        return
    if not importlib.util.find_spec("ensurepip"):
        debian.ensure("python3-venv")
    build_cache.invalidate("venv")
    with step("Creating the virtual environment (about a minute)", ADVICE):
        _create()
    build_cache.mark_built("venv", inputs)


def environ(**more):
    """Return the environment for programs of the virtual environment.

    The virtual environment is first in PATH, where a server that restarts itself finds
    its Python.
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
    commands.run([*pip, *named], log, attempts=3)
    commands.run([*pip, "--no-deps", "-r", OCA_ADDONS], log, attempts=3)
    shutil.rmtree(SAMPLES_FOLDER, ignore_errors=True)
    apart = [*pip, "--no-deps", "--target", SAMPLES_FOLDER, "-r", SAMPLES]
    commands.run(apart, log, attempts=3)
