"""How long the load of a registry has taken so far, and each migration script in it."""

import os
import time
from typing import NamedTuple

from odoo.modules import migration
from odoo.orm.registry import Registry

from .instrument import Hook, instrument


class MigrationScript(NamedTuple):
    """A script that ran during a load.

    :ivar name: of its file
    :ivar seconds: also if it has failed
    """

    module: str
    name: str
    seconds: float


class RegistryLoad:
    """The load of a registry, while it goes on."""

    def __init__(self):
        self.scripts: list[MigrationScript] = []
        self._begin = time.monotonic()

    @property
    def seconds(self) -> float:
        """What it has taken so far."""
        return time.monotonic() - self._begin


_loads: dict[str, RegistryLoad] = {}


def install() -> None:
    """Time loads of registries from now on."""
    instrument(
        "Loads of registries",
        Hook(Registry, "new", _timed_load, ("db_name",)),
        Hook(
            migration,
            "exec_script",
            _timed_script,
            ("cr", "installed_version", "pyfile", "addon"),
        ),
        while_paused=True,
    )


def registry_load(db: str) -> RegistryLoad | None:
    """Return the load that goes on in this process, for ``_register_hook``.

    :return: ``None`` if there is none, or it began before this addon was imported
    """
    return _loads.get(db)


def _timed_load(new):
    def loading(db_name, **options):
        # After an uninstallation, Odoo loads it again inside of the load.
        is_first = db_name not in _loads
        if is_first:
            _loads[db_name] = RegistryLoad()
        try:
            return new(db_name, **options)
        finally:
            if is_first:
                del _loads[db_name]

    return loading


def _timed_script(exec_script):
    def executing(cr, installed_version, pyfile, addon, *args, **options):
        begin = time.monotonic()
        try:
            return exec_script(cr, installed_version, pyfile, addon, *args, **options)
        finally:
            if load := _loads.get(cr.dbname):
                seconds = time.monotonic() - begin
                name = os.path.basename(pyfile)
                load.scripts.append(MigrationScript(addon, name, seconds))

    return executing
