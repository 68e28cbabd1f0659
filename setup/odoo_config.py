"""Write Odoo's configuration files."""

import configparser
import secrets

from . import addons, paths, ports, postgres, workplace

SERVER_WIDE = ["base", "rpc", "web"]
OURS = ("reliability", "reliability_platform")
"""Addons of this project that are loaded server-wide, where they exist."""
RUNNER = "queue_job"
"""OCA's addon that is loaded server-wide where a server runs jobs."""


def write(path, options=None, reliability=None, channels=""):
    """Write a configuration for this checkout's cluster, addons and data folder.

    :param options: entries of section ``options``, added or overridden
    :param reliability: entries of section ``reliability``, added or overridden
    :param channels: of queue_job, such as ``root:2``; the server runs jobs if given
    :return: section → the values written
    """
    sections = {
        "options": {**_options(bool(channels)), **(options or {})},
        "reliability": {**_reliability(path.parent), **(reliability or {})},
    }
    if channels:
        sections["queue_job"] = {"channels": channels}
    parser = configparser.RawConfigParser()
    parser.read_dict(sections)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)  # the file holds a password
    with path.open("w") as output:
        parser.write(output)
    return sections


def metrics_token():
    """Return the file with the token for ``/metrics``; it is made once."""
    if not paths.METRICS_TOKEN.exists():
        paths.METRICS_TOKEN.touch(mode=0o600)
        paths.METRICS_TOKEN.write_text(secrets.token_urlsafe(32))
    return paths.METRICS_TOKEN


def _options(runs_jobs):
    return {
        "addons_path": ",".join(map(str, addons.folders())),
        "data_dir": workplace.odoo_data(),
        "db_host": ports.LOOPBACK,
        "db_port": postgres.port(),
        "db_user": postgres.ROLE,
        "db_password": postgres.password(),
        "http_interface": ports.LOOPBACK,
        "list_db": False,
        "server_wide_modules": ",".join(_server_wide(runs_jobs)),
    }


def _reliability(folder):
    return {
        "telemetry_dir": folder / "telemetry",
        "metrics_interface": ports.LOOPBACK,
        "metrics_port": ports.free_port(),
        "metrics_token_file": metrics_token(),
    }


def _server_wide(runs_jobs):
    existing = addons.names(paths.ADDONS)
    ours = [name for name in OURS if name in existing]
    return [*SERVER_WIDE, *ours, *([RUNNER] if runs_jobs else [])]
