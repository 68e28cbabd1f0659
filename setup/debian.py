"""Install Debian's packages on this machine, without starting their services."""

import glob
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from . import commands, paths
from .steps import Failure, step

# A package counts as installed when its program exists.
PROGRAMS = {
    "chromium": "/usr/bin/chromium",
    "gcc": "/usr/bin/gcc",
    "haproxy": "/usr/sbin/haproxy",
    "libc6-dev": "/usr/include/stdio.h",
    "nginx": "/usr/sbin/nginx",
    "nodejs": "/usr/bin/node",
    "npm": "/usr/bin/npm",
    "pgbouncer": "/usr/sbin/pgbouncer",
    "pgbackrest": "/usr/bin/pgbackrest",
    "postgresql": "/usr/lib/postgresql/*/bin/postgres",
    "prometheus": "/usr/bin/prometheus",
    "prometheus-alertmanager": "/usr/bin/prometheus-alertmanager",
    "prometheus-postgres-exporter": "/usr/bin/prometheus-postgres-exporter",
    "prometheus-redis-exporter": "/usr/bin/prometheus-redis-exporter",
    "python3-venv": "/usr/lib/python3.*/ensurepip/__main__.py",
    "redis-server": "/usr/bin/redis-server",
    "wkhtmltopdf": "/usr/bin/wkhtmltopdf",
}
ADVICE = (
    "check the network and the package sources (apt-get update), or install them "
    "by hand: apt-get install --no-install-recommends {packages}"
)

# Installing a server's package would start it, on its default port and with its
# default configuration. Debian asks this file first (see invoke-rc.d(8)).
POLICY = Path("/usr/sbin/policy-rc.d")
POLICY_MARK = "# written while reliability/setup installs packages"
POLICY_TEXT = f"#!/bin/sh\n{POLICY_MARK}\nexit 101\n"
# Exists during an installation, and after an interrupted one.
DRAFT = paths.RUN / "policy-rc.d"


def ensure(*packages):
    """Install those of the packages whose programs are missing."""
    missing = [name for name in packages if not program(name)]
    if not missing and not DRAFT.exists():
        return
    names = ", ".join(missing) or "the packages of an interrupted run"
    with step(f"Installing {names}", ADVICE.format(packages=" ".join(missing))):
        with _services_not_started():
            _install(missing)
        if still := [name for name in missing if not program(name)]:
            raise Failure(f"installed, but its program is missing: {still}")


def program(package):
    """Return the newest version of the package's program, or ``None``."""
    found = sorted(glob.glob(PROGRAMS[package]), key=_version)
    return found[-1] if found else None


def _version(path):
    return [int(digits) for digits in path.split("/") if digits.isdigit()]


def _install(packages):
    install = [
        *("apt-get", "install", "--yes", "--no-install-recommends"),
        *("-o", "DPkg::Lock::Timeout=300", *packages),
    ]
    _as_root("dpkg", "--configure", "-a", attempts=3)  # after an interruption
    # Missing or old package lists make the installation fail.
    _as_root("apt-get", "update", attempts=3)
    _as_root(*install, attempts=2)


@contextmanager
def _services_not_started():
    if POLICY.exists() and not _policy_is_ours():
        yield  # the machine has its own policy, which applies
        return
    DRAFT.write_text(POLICY_TEXT)
    _as_root("install", "-m", "755", DRAFT, POLICY)
    try:
        yield
    finally:
        _as_root("rm", "-f", POLICY)
        DRAFT.unlink()


def _policy_is_ours():
    """Whether we wrote the policy, now or in an interrupted installation."""
    return POLICY_MARK in POLICY.read_text(errors="replace")


def _as_root(*command, attempts=1):
    """Run a command as root; it outlives this process: dpkg must not be interrupted."""
    if os.geteuid() != 0 and not shutil.which("sudo"):
        raise Failure(f"only root can run: {' '.join(map(str, command))}")
    root = [] if os.geteuid() == 0 else ["sudo"]
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    commands.run(
        [*root, *quiet, *command], paths.log("apt"), attempts=attempts, tied=False
    )
