"""Two kinds of tests in an addon: ``tests/`` with Odoo, ``tests/unit/`` without.

Those without are run by ``pytest -p no:odoo addons/*/tests/unit``. Our addons and their
folders import Odoo when they are imported; there they are packages that hold nothing
but their modules, and a module that imports Odoo fails.
"""

import sys
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import ModuleType

ADDONS = Path(__file__).parent


def pytest_configure(config):
    """Without pytest-odoo, see to it that nothing else brings Odoo in."""
    if not _has_odoo(config):
        sys.meta_path.insert(0, _NoOdoo())
        for manifest in ADDONS.glob("*/__manifest__.py"):
            addon = manifest.parent
            _import_without_init(addon.name, addon)
            for init in addon.glob("*/__init__.py"):
                _import_without_init(f"{addon.name}.{init.parent.name}", init.parent)


def pytest_ignore_collect(collection_path, config):
    """With Odoo, leave out what is tested without."""
    is_unit = collection_path.parts[-2:] == ("tests", "unit")
    return True if is_unit and _has_odoo(config) else None


def _has_odoo(config):
    return config.pluginmanager.has_plugin("odoo")


def _import_without_init(name, folder):
    package = ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package


class _NoOdoo(MetaPathFinder):
    """Refuses to import Odoo."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "odoo":
            raise ImportError(f"a unit test imports {name}: move it out of tests/unit/")
        return None
