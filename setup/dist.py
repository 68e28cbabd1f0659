"""Wheels of our addons, built by whool, as OCA builds those of its own.

The wheel of ``reliability_sale`` is the distribution ``odoo-addon-reliability_sale``;
it requires ``odoo``, and one such distribution for each addon that it depends on.
"""

import contextlib
import shutil

from whool import buildapi

from . import paths
from .steps import step

FOLDER = paths.RUN / "dist"


def build(addons=paths.ADDONS, folder=FOLDER):
    """Build a wheel of each addon, as ``pip wheel`` would one after the other.

    In a Git repository, a wheel has the files that Git knows, and its version is the
    manifest's with the number of commits since that was set.

    :param addons: the folder of the addons
    :param folder: for the wheels, instead of what it holds
    """
    sources = sorted(path.parent for path in addons.glob("*/__manifest__.py"))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with step(f"Building {len(sources)} wheels in {folder}"):
        for source in sources:
            with contextlib.chdir(source):
                buildapi.build_wheel(str(folder))
