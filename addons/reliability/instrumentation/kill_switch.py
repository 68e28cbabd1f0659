"""The kill switch in odoo.conf: ``enabled = False``, heeded without a restart.

Odoo itself reads odoo.conf once.  We look every other second whether it has changed,
when a request begins or a measured method is called.
"""

import configparser
import logging
import os
import time

from odoo.tools import config

from ..odoo_conf import read_enabled

_logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_LOOKS = 2.0


class KillSwitch:
    """Whether this server is measured at all.

    :ivar on: as of the last look; a file that cannot be read changes nothing
    :param path: of odoo.conf, where there is one
    """

    def __init__(self, path: str | None):
        self.on = True
        self._path = path
        self._seen: tuple[int, ...] | None = None
        self._next_look = 0.0
        self._trouble = ""

    def is_enabled(self) -> bool:
        """Return :attr:`on`, looking at the file now and then."""
        now = time.monotonic()
        if now >= self._next_look:
            self._next_look = now + _SECONDS_BETWEEN_LOOKS
            self._look()
        return self.on

    def _look(self) -> None:
        try:
            status = os.stat(self._path or "")
            seen = status.st_mtime_ns, status.st_ino, status.st_size
            if seen == self._seen:
                return
            on = read_enabled(self._path)
        except FileNotFoundError:
            return
        except (OSError, ValueError, configparser.Error) as error:
            if str(error) != self._trouble:
                self._trouble = str(error)
                _logger.error("[reliability] enabled cannot be read: %s", error)
            return
        self._seen, self._trouble = seen, ""
        if on != self.on:
            self.on = on
            _logger.warning("Measuring is switched %s in odoo.conf", ("off", "on")[on])


kill_switch = KillSwitch(config["config"])
