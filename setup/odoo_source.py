"""Find an Odoo 19, or unpack Debian's."""

import importlib.util
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import build_cache, debian_archive, paths
from .steps import Failure, say

SERIES = "19.0"
SCRIPT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
PREFIX = paths.RUN / "odoo"
_IMPORTABLE = "IMPORTABLE_ODOO"
PACKAGES = {
    "unstable": [
        "odoo-19",
        # Odoo's package has links to files of these packages.
        "fonts-montserrat",
        "fonts-ocr-b",
        "fonts-roboto-unhinted",
        "libjs-jquery",
        "libjs-jquery-form",
        "libjs-underscore",
    ],
    # Unstable's versions have other file names than the links expect.
    "own": ["fonts-font-awesome", "fonts-inconsolata"],
}


@dataclass(frozen=True)
class OdooSource:
    """An Odoo source tree.

    :param folder: the folder that holds the package ``odoo``
    """

    folder: Path

    @property
    def lacks_script(self):
        """Whether it is Debian's, which leaves out one script of ``mail``."""
        return not any((folder / SCRIPT).exists() for folder in self.addons)

    @property
    def series(self):
        """The series in its ``release.py``, such as 19.0."""
        text = (self.folder / "odoo" / "release.py").read_text()
        major, minor = re.search(r"version_info = \((\d+), (\d+)", text).groups()
        return f"{major}.{minor}"

    @property
    def addons(self):
        """The folders of Odoo's own addons."""
        folders = [self.folder / "odoo" / "addons", self.folder / "addons"]
        return [folder for folder in folders if folder.is_dir()]


def ensure():
    """Return the Odoo 19 to use: ``ODOO_SOURCE``, an importable one, else Debian's."""
    return _from_environment() or _importable() or _debian()


def use(source):
    """Put Odoo on the virtual environment's path, and install its launcher there."""
    _link().write_text(f"{source.folder}\n")
    shutil.copyfile(paths.SETUP / "odoo_launcher.py", paths.LAUNCHER)


def in_use():
    """Return the Odoo that the virtual environment uses."""
    return OdooSource(Path(_link().read_text().strip()))


def _link():
    return paths.SITE_PACKAGES / "odoo.pth"


def _from_environment():
    if not (name := os.environ.get("ODOO_SOURCE")):
        return None
    source = OdooSource(Path(name).expanduser().resolve())
    if not _is_our_series(source):
        raise Failure(
            f"ODOO_SOURCE={name} holds no Odoo {SERIES}",
            "name the folder that holds odoo/release.py, or unset ODOO_SOURCE.",
        )
    return source


def export_importable():
    """Put the folders of this Python's package ``odoo`` into the environment.

    The virtual environment's Python, started afterwards, cannot find them itself. They
    are found without importing Odoo, which would need its libraries.
    """
    spec = importlib.util.find_spec("odoo")
    folders = (spec and spec.submodule_search_locations) or ()
    os.environ[_IMPORTABLE] = os.pathsep.join(map(str, folders))


def _importable():
    for folder in os.environ.get(_IMPORTABLE, "").split(os.pathsep):
        source = OdooSource(Path(folder).resolve().parent)
        if folder and _is_our_series(source):
            return source
    return None


def _debian():
    source = OdooSource(PREFIX / "usr/lib/python3/dist-packages")
    inputs = build_cache.fingerprint(PACKAGES)
    if build_cache.is_current("odoo", inputs) and _is_our_series(source):
        say("-> Odoo from Debian's package: ready")
        return source
    debian_archive.unpack(PACKAGES, PREFIX)
    if broken := broken_links(source.folder / "odoo"):
        raise Failure(
            f"{len(broken)} links of Debian's package are broken, such as {broken[0]}"
            f" -> {os.readlink(broken[0])}",
            "add the package that holds the file to PACKAGES in setup/odoo_source.py.",
        )
    build_cache.mark_built("odoo", inputs)
    return source


def _is_our_series(source):
    release = source.folder / "odoo" / "release.py"
    return release.is_file() and source.series == SERIES


def broken_links(folder):
    """Return the broken links below ``folder``; Odoo would answer 500 for them."""
    return [
        path for path in folder.rglob("*") if path.is_symlink() and not path.exists()
    ]
