"""Paths of this checkout. All that the scripts create is below :data:`RUN`."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETUP = ROOT / "setup"
ADDONS = ROOT / "addons"
TEST_ADDONS = ROOT / "tests" / "addons"

RUN = ROOT / ".run"
LOGS = RUN / "logs"
PIDS = RUN / "pids"
BUILD_CACHE = RUN / "build-cache"

VENV = RUN / "venv"
PYTHON = VENV / "bin" / "python"
SITE_PACKAGES = VENV / "lib/python{}.{}/site-packages".format(*sys.version_info)
LAUNCHER = VENV / "bin" / "odoo"

ODOO_DATA = RUN / "odoo-data"
METRICS_TOKEN = RUN / "metrics.token"


def log(name):
    """Return the log file of a step or a server."""
    return LOGS / f"{name}.log"
