"""The kill switch in odoo.conf: ``enabled = False``, which needs no restart.

Odoo itself reads odoo.conf once.  The kill switch checks every two seconds whether the
file has changed: when a request or a scheduled action begins, or a measured method is
called.
"""

import configparser
import logging
import os
import threading
import time
from collections.abc import Callable

from odoo.tools import config

from ..odoo_conf import read_enabled

_logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_CHECKS = 2.0


class KillSwitch:
    """Whether this server is measured.

    :ivar on: as of the last check; a file that cannot be read changes nothing
    :ivar listeners: called with the new value when it changes
    :param path: of odoo.conf, if there is one
    """

    def __init__(self, path: str | None):
        self.on = True
        self._path = path
        self.listeners: list[Callable[[bool], None]] = []
        self._lock = threading.Lock()
        self._seen: tuple[int, ...] | None = None
        self._next_check = 0.0
        self._problem = ""

    def is_enabled(self) -> bool:
        """Return :attr:`on`, checking the file every two seconds."""
        now = time.monotonic()
        if now >= self._next_check and self._lock.acquire(blocking=False):
            try:
                self._next_check = now + _SECONDS_BETWEEN_CHECKS
                self._check_file()
            finally:
                self._lock.release()
        return self.on

    def _check_file(self) -> None:
        try:
            status = os.stat(self._path or "")
            seen = status.st_mtime_ns, status.st_ino, status.st_size
            if seen == self._seen:
                return
            on = read_enabled(self._path)
        except FileNotFoundError:
            return
        except (OSError, ValueError, configparser.Error) as error:
            if str(error) != self._problem:
                self._problem = str(error)
                _logger.error("[reliability] enabled cannot be read: %s", error)
            return
        self._seen, self._problem = seen, ""
        if on != self.on:
            self.on = on
            _logger.warning("Measuring is switched %s in odoo.conf", ("off", "on")[on])
            for listener in self.listeners:
                try:
                    listener(on)
                except Exception:
                    _logger.exception("Reliability does not follow its kill switch")


kill_switch = KillSwitch(config["config"])
