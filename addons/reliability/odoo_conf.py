"""The section ``[reliability]`` of odoo.conf.

::

    [reliability]
    enabled = True                              ; False: measure nothing, at once
    telemetry_dir = /dev/shm/odoo-reliability   ; a folder of its own, on a tmpfs
    metrics_interface = 127.0.0.1
    metrics_port = 9108
    metrics_route = /metrics                    ; on Odoo's own port
    metrics_token_file = /etc/odoo/metrics.token
    run_collector = True                        ; False: a program of its own runs it
    host = warehouse-1                          ; name of this host in rollups
    operator_database = odoo                    ; stands for all databases of the server

It has a section of its own, because Odoo warns of unknown options in its own section.
"""

import configparser
import functools
import hashlib
import logging
import os
import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from odoo.tools import config, str2bool

_logger = logging.getLogger(__name__)

_SHARED_MEMORY = Path("/dev/shm")


@dataclass(frozen=True)
class Settings:
    """The settings of the whole server.

    :ivar telemetry_dir: the folder of the slots and the collector's state
    :ivar metrics_interface, metrics_port: the address on which ``/metrics`` listens
    :ivar metrics_route: the path of ``/metrics`` on Odoo's own port; other addons may
        have a route of that name
    :ivar metrics_token_file: the file with the server's token; without it the endpoint
        is closed, except for tokens of databases
    :ivar run_collector: whether Odoo's server starts the collector itself
    :ivar host: the name of this host in rollups; it must stay the same
    :ivar tenancy: ``shared`` or ``dedicated``: whether several tenants share the server
    :ivar operator_database: the database of those who run the server; empty for none
    :ivar options: all options of the section, as text, for tasks of other addons
    """

    telemetry_dir: Path
    metrics_interface: str = "127.0.0.1"
    metrics_port: int = 9108
    metrics_route: str = "/metrics"
    metrics_token_file: Path | None = None
    run_collector: bool = True
    host: str = field(default_factory=socket.gethostname)
    tenancy: str = "unknown"
    operator_database: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


@functools.cache
def settings() -> Settings:
    """Return the settings of this server, which are read once."""
    return read(config["config"], config["data_dir"])


def read(path: str | None, data_dir: str) -> Settings:
    """Return the settings in a file.

    An invalid value is logged and not used: a typo must not stop the ERP.

    :param path: the path of odoo.conf; ``None`` without one
    :param data_dir: Odoo's data folder, which decides on the default telemetry folder
    """
    file = _parser()
    try:
        file.read([path or ""])
    except (configparser.Error, UnicodeDecodeError) as error:
        _logger.error("Reliability cannot read its settings: %s", error)
    section = file["reliability"] if file.has_section("reliability") else {}
    known = {
        name: _parsed(section, name, parse)
        for name, parse in _PARSERS.items()
        if section.get(name)
    }
    usable = {name: value for name, value in known.items() if value is not None}
    return Settings(
        **{"telemetry_dir": _default_folder(data_dir), **usable}, options=dict(section)
    )


def read_enabled(path: str) -> bool:
    """Return the option ``enabled`` of a file; true by default.

    It is the only option that is read again while the server runs, see
    :mod:`.instrumentation.kill_switch`.

    :raise OSError, ValueError, configparser.Error: the file or the option is invalid
    """
    file = _parser()
    with open(path) as lines:
        file.read_file(lines)
    return str2bool(file.get("reliability", "enabled", fallback="") or "True")


def _parser() -> configparser.ConfigParser:
    return configparser.ConfigParser(
        interpolation=None, inline_comment_prefixes=(";", "#"), strict=False
    )


def _port(text: str) -> int:
    if not 0 < int(text) < 65536:
        raise ValueError(text)
    return int(text)


def _route(text: str) -> str:
    probes = ("/reliability/live", "/reliability/ready")
    if not re.fullmatch(r"(/[\w.~-]+)+", text) or text in probes:
        raise ValueError(text)
    return text


def _tenancy(text: str) -> str:
    if text not in ("shared", "dedicated"):
        raise ValueError(text)
    return text


_PARSERS: dict[str, Callable[[str], Any]] = {
    "telemetry_dir": Path,
    "metrics_interface": str,
    "metrics_port": _port,
    "metrics_route": _route,
    "metrics_token_file": Path,
    "run_collector": str2bool,
    "host": str,
    "tenancy": _tenancy,
    "operator_database": str,
}


def _parsed(section: Mapping[str, str], name: str, parse: Callable[[str], Any]) -> Any:
    try:
        return parse(section[name])
    except ValueError:
        _logger.error(
            "[reliability] %s = %s is invalid and is not used; "
            "correct it in odoo.conf and restart Odoo",
            name,
            section[name],
        )
        return None


def _default_folder(data_dir: str) -> Path:
    """Return the same folder in all processes of this server, in memory if possible.

    Writing to a file in memory never waits for a disk.
    """
    data_dir = os.path.realpath(data_dir)
    if not _SHARED_MEMORY.is_dir():
        return Path(data_dir) / "reliability"
    server = hashlib.sha256(data_dir.encode()).hexdigest()[:8]
    return _SHARED_MEMORY / f"odoo-reliability-{os.geteuid()}-{server}"
