"""Two kinds of tests in an addon: ``tests/`` with Odoo, ``tests/unit/`` without.

Those without are run by ``pytest -p no:odoo addons/*/tests/unit``. Our addons and their
folders import Odoo when they are imported; there they are packages that hold nothing
but their modules, and a module that imports Odoo fails.  A plain module may import one
of another addon, as ``odoo.addons.<addon>.<module>``.
"""

import sys
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType

ADDONS = Path(__file__).parent
_ADDONS = "odoo.addons."


def pytest_configure(config):
    """Without pytest-odoo, see to it that nothing else brings Odoo in."""
    if not _has_odoo(config):
        sys.meta_path.insert(0, _NoOdoo())
        for name in ("odoo", "odoo.addons"):
            _import_without_init(name, ADDONS)
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


class _NoOdoo(MetaPathFinder, Loader):
    """Refuses to import Odoo, but for our addons: those are imported without it."""

    def find_spec(self, name, path=None, target=None):
        if name.startswith(_ADDONS):
            return spec_from_loader(name, self)
        if name.partition(".")[0] == "odoo":
            raise ImportError(f"a unit test imports {name}: move it out of tests/unit/")
        return None

    def create_module(self, spec):
        """Return the module that has this name without ``odoo.addons``."""
        module = import_module(spec.name.removeprefix(_ADDONS))
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module):
        """Restore its own description: it was executed under its own name."""
        module.__spec__ = module.__spec__.loader_state
