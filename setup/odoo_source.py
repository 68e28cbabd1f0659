"""Find an Odoo 19, or unpack Debian's."""

import importlib.util
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import debian_archive, paths, build_cache
from .steps import Failure, say

SERIES = "19.0"
SCRIPT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
PREFIX = paths.RUN / "odoo"
_IMPORTABLE = "IMPORTABLE_ODOO"
PACKAGES = {
    "unstable": [
        "odoo-19",
        # Odoo's package links to the files of these.
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
    """An Odoo tree.

    :param folder: the one that holds the package ``odoo``.
    """

    folder: Path

    @property
    def lacks_script(self):
        """Whether it is Debian's, which may not distribute one script of mail's."""
        return not any((folder / SCRIPT).exists() for folder in self.addons)

    @property
    def series(self):
        """The series it says it is, such as 19.0."""
        text = (self.folder / "odoo" / "release.py").read_text()
        major, minor = re.search(r"version_info = \((\d+), (\d+)", text).groups()
        return f"{major}.{minor}"

    @property
    def addons(self):
        """The folders of Odoo's own addons."""
        folders = [self.folder / "odoo" / "addons", self.folder / "addons"]
        return [folder for folder in folders if folder.is_dir()]


def ensure():
    """The Odoo 19 to use: ``ODOO_SOURCE``, an importable one, else Debian's."""
    return _named() or _importable() or _debian()


def use(source):
    """Put Odoo on the virtual environment's path, with the program that starts it."""
    _link().write_text(f"{source.folder}\n")
    shutil.copyfile(paths.SETUP / "odoo_launcher.py", paths.LAUNCHER)


def in_use():
    """The Odoo that the virtual environment uses."""
    return OdooSource(Path(_link().read_text().strip()))


def _link():
    return paths.SITE_PACKAGES / "odoo.pth"


def _named():
    if not (name := os.environ.get("ODOO_SOURCE")):
        return None
    source = OdooSource(Path(name).expanduser().resolve())
    if not _is_our_series(source):
        raise Failure(
            f"ODOO_SOURCE={name} holds no Odoo {SERIES}",
            "name the folder that holds odoo/release.py, or unset ODOO_SOURCE.",
        )
    return source


def note_importable():
    """Note the Odoo that this Python can import, for the virtual environment's.

    Its folder is found without importing it, which would need its libraries.
    """
    spec = importlib.util.find_spec("odoo")
    places = (spec and spec.submodule_search_locations) or ()
    os.environ[_IMPORTABLE] = os.pathsep.join(map(str, places))


def _importable():
    for place in os.environ.get(_IMPORTABLE, "").split(os.pathsep):
        source = OdooSource(Path(place).resolve().parent)
        if place and _is_our_series(source):
            return source
    return None


def _debian():
    source = OdooSource(PREFIX / "usr/lib/python3/dist-packages")
    facts = build_cache.fingerprint(PACKAGES)
    if build_cache.is_current("odoo", facts) and _is_our_series(source):
        say("-> Odoo from Debian's package: ready")
        return source
    debian_archive.unpack(PACKAGES, PREFIX)
    if broken := broken_links(source.folder / "odoo"):
        raise Failure(
            f"{len(broken)} links of Debian's package lead nowhere, such as {broken[0]}"
            f" -> {os.readlink(broken[0])}",
            "add the package that holds the file to PACKAGES in setup/odoo_source.py.",
        )
    build_cache.mark_built("odoo", facts)
    return source


def _is_our_series(source):
    release = source.folder / "odoo" / "release.py"
    return release.is_file() and source.series == SERIES


def broken_links(folder):
    """The links below ``folder`` that lead nowhere: Odoo would answer 500."""
    return [
        path for path in folder.rglob("*") if path.is_symlink() and not path.exists()
    ]
