"""What this process runs: the code of its start, whatever is on the disk since."""

import os
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import odoo.cli
import odoo.service.server
from odoo.http import request
from odoo.modules.module import Manifest
from odoo.sql_db import Cursor
from odoo.tools import config

import odoo.addons
from odoo.addons.reliability.api import settings

from .fingerprint import Fingerprint, take_fingerprint
from .process_start import start_of

OPTION = "image_digest"
"""The option of odoo.conf with the digest of the image that runs, for containers."""
_SETTINGS = (
    "addons_path",
    "dbfilter",
    "dev_mode",
    "limit_memory_hard",
    "limit_memory_soft",
    "limit_time_cpu",
    "limit_time_real",
    "limit_time_real_cron",
    "list_db",
    "max_cron_threads",
    "proxy_mode",
    "server_wide_modules",
    "unaccent",
    "workers",
)
"""Options of odoo.conf that change what runs; none of them is secret."""


class Process(NamedTuple):
    """What a process has loaded.

    :ivar loaded: when it did so, by the clock of the database, in UTC
    :ivar content: without modules, which are those of a database
    """

    loaded: datetime
    content: Fingerprint


_this: list[Process] = []
"""This process, once it was asked."""


def this_process(cr: Cursor) -> Process:
    """Return what this process runs, as of the first time that it is asked."""
    if not _this:
        _this.append(_now(cr))
    return _this[0]


def is_serving() -> bool:
    """Return whether this process serves requests, and does not only run a command.

    Under another server than Odoo's own, a request has loaded the registry.
    """
    if odoo.cli.COMMAND is None:
        return bool(request)
    return odoo.cli.COMMAND == "server" and not config["stop_after_init"]


def server_start() -> str | None:
    """Return what identifies the start of the server that this process belongs to.

    It is the same in all its workers, and after SIGHUP, which keeps its process.

    :return: ``None`` under another server than Odoo's own
    """
    server = odoo.service.server.server
    if server is None:
        return None
    is_gevent = isinstance(server, odoo.service.server.GeventServer)
    return start_of(os.getppid() if is_gevent else server.pid)


def not_upgraded(installed: Mapping[str, str]) -> dict[str, list[str]]:
    """Return modules whose code has another version than the database.

    :param installed: module → version in the database
    :return: module → its versions in the database and in the code
    """
    found = {}
    for name, version in installed.items():
        manifest = Manifest.for_addon(name, display_warning=False)
        if manifest and manifest["version"] != version:
            found[name] = [version, manifest["version"]]
    return found


def _now(cr):
    cr.execute("SELECT clock_timestamp() AT TIME ZONE 'UTC'")
    (moment,) = cr.fetchone()
    options = {
        name: _text(config[name]) for name in _SETTINGS if name in config.options
    }
    image = settings().options.get(OPTION, "").strip()
    return Process(moment, take_fingerprint({}, odoo.addons.__path__, options, image))


def _text(value):
    if isinstance(value, list | tuple | set | frozenset):
        return ",".join(map(str, value))
    return str(value)
