"""Unpack Debian's packages into a folder of this checkout, also from other suites.

Nothing is installed: apt uses a private state, and the downloaded packages are unpacked
below one prefix.
"""

import os
import shutil
from pathlib import Path

from . import commands, paths
from .steps import Failure, step

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
FOLDER = paths.RUN / "debian-archive"


def unpack(packages, prefix):
    """Download the packages and unpack all of them below ``prefix``, or none.

    :param packages: suite → names of its packages; the suite "own" is this machine's
    """
    own = _own_suite()
    suites = {own if suite == "own" else suite: packages[suite] for suite in packages}
    wanted = [f"{name}/{suite}" for suite, names in suites.items() for name in names]
    with step(
        f"Downloading {wanted[0]} and {len(wanted) - 1} more packages",
        "check the network, or set ODOO_SOURCE to a folder with an Odoo 19 tree.",
    ):
        archives = _download(wanted, suites)
    with step(f"Unpacking them into {prefix}"):
        _extract(archives, prefix)
    shutil.rmtree(FOLDER)


def _download(wanted, suites):
    folder = FOLDER / "archives"
    for needed in (folder, FOLDER / "state/lists/partial", FOLDER / "cache"):
        needed.mkdir(parents=True, exist_ok=True)
    (FOLDER / "sources.list").write_text(
        "".join(f"deb {_signed_by()}{_mirror()} {suite} main\n" for suite in suites)
    )
    log = paths.log("debian-archive")
    commands.run([*_apt(), "update"], log, attempts=3)
    commands.run([*_apt(), "download", *wanted], log, attempts=3, cwd=folder)
    return sorted(folder.glob("*.deb"))


def _extract(archives, prefix):
    for leftover in prefix.parent.glob(f"{prefix.name}.partial-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    # The pid makes the name unique: dpkg-deb of a killed run may still be writing.
    partial = prefix.with_name(f"{prefix.name}.partial-{os.getpid()}")
    for archive in archives:
        commands.run(["dpkg-deb", "-x", archive, partial], paths.log("debian-archive"))
    shutil.rmtree(prefix, ignore_errors=True)
    partial.rename(prefix)


def _apt():
    """Return apt-get with a private state, cache and list of sources."""
    options = {
        "Dir::State": FOLDER / "state",
        "Dir::Cache": FOLDER / "cache",
        "Dir::Etc::SourceList": FOLDER / "sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        "Acquire::Languages": "none",
        "Acquire::Retries": 3,
    }
    if os.geteuid() == 0:
        # Its unprivileged user may be unable to enter this checkout.
        options["APT::Sandbox::User"] = "root"
    settings = [part for name in options for part in ("-o", f"{name}={options[name]}")]
    return ["apt-get", *settings]


def _own_suite():
    return _own_source()[1]


def _mirror():
    return _own_source()[0]


def _own_source():
    """Return the mirror and the suite that this machine installs Debian from."""
    targets = commands.output(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)"]
    )
    codename = _os_release().get("VERSION_CODENAME")
    for mirror, suite in map(str.split, targets.splitlines()):
        if suite in (codename, "stable", "testing", "unstable", "sid"):
            return mirror, suite
    raise Failure(
        f"apt has no source for Debian {codename}",
        "set ODOO_SOURCE to a folder with an Odoo 19 tree.",
    )


def _os_release():
    lines = Path("/etc/os-release").read_text().splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line)
    return {name: value.strip('"') for name, value in pairs}


def _signed_by():
    return f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
