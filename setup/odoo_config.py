"""Write Odoo's configuration files."""

import configparser
import secrets

from . import addons, paths, ports, postgres, workplace

SERVER_WIDE = ["base", "rpc", "web"]
OURS = ("reliability", "reliability_platform")
"""Addons of this project that are loaded server-wide, where they exist."""


def write(path, options=None, reliability=None):
    """Write a configuration for this checkout's cluster, addons and data folder.

    :param options: entries of section ``options``, added or overridden
    :param reliability: entries of section ``reliability``, added or overridden
    :return: section → the values written
    """
    sections = {
        "options": {**_options(), **(options or {})},
        "reliability": {**_reliability(path.parent), **(reliability or {})},
    }
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


def _options():
    return {
        "addons_path": ",".join(map(str, addons.folders())),
        "data_dir": workplace.odoo_data(),
        "db_host": ports.LOOPBACK,
        "db_port": postgres.port(),
        "db_user": postgres.ROLE,
        "db_password": postgres.password(),
        "http_interface": ports.LOOPBACK,
        "list_db": False,
        "server_wide_modules": ",".join(_server_wide()),
    }


def _reliability(folder):
    return {
        "telemetry_dir": folder / "telemetry",
        "metrics_interface": ports.LOOPBACK,
        "metrics_port": ports.free_port(),
        "metrics_token_file": metrics_token(),
    }


def _server_wide():
    existing = addons.names(paths.ADDONS)
    return [*SERVER_WIDE, *(name for name in OURS if name in existing)]
