"""The section ``[reliability]`` of odoo.conf.

::

    [reliability]
    telemetry_dir = /dev/shm/odoo-reliability   ; a folder of its own, on a tmpfs
    metrics_interface = 127.0.0.1
    metrics_port = 9108
    metrics_token_file = /etc/odoo/metrics.token

A section of its own, because Odoo warns of each option that it does not know.
"""

import configparser
import functools
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from odoo.tools import config

_SHARED_MEMORY = Path("/dev/shm")


@dataclass(frozen=True)
class Settings:
    """What an administrator can set for the whole server.

    :ivar telemetry_dir: where slots and the collector's state are
    :ivar metrics_interface, metrics_port: where ``/metrics`` listens
    :ivar metrics_token_file: holds the token that Prometheus shows; without it the
        endpoint is closed
    """

    telemetry_dir: Path
    metrics_interface: str
    metrics_port: int
    metrics_token_file: Path | None


@functools.cache
def settings() -> Settings:
    """Return the settings of this server, read once.

    :raise ValueError: an option has a value that makes no sense
    """
    file = configparser.ConfigParser(
        interpolation=None, inline_comment_prefixes=(";",), strict=False
    )
    file.read([config["config"] or ""])
    section = file["reliability"] if file.has_section("reliability") else {}
    token_file = section.get("metrics_token_file")
    port = section.get("metrics_port", "9108")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f"[reliability] metrics_port = {port}: not a port number")
    return Settings(
        telemetry_dir=Path(section.get("telemetry_dir") or _default_folder()),
        metrics_interface=section.get("metrics_interface", "127.0.0.1"),
        metrics_port=int(port),
        metrics_token_file=Path(token_file) if token_file else None,
    )


def _default_folder() -> Path:
    """Return a folder that all processes of this server agree on, in memory.

    Writing to a file in memory never waits for a disk.
    """
    data_dir = os.path.realpath(config["data_dir"])
    if not _SHARED_MEMORY.is_dir():
        return Path(data_dir) / "reliability"
    server = hashlib.sha256(data_dir.encode()).hexdigest()[:8]
    return _SHARED_MEMORY / f"odoo-reliability-{os.geteuid()}-{server}"
