"""The phases of a drill, without network: from the backup to a delivery order."""

import json
import os
import shutil
from pathlib import Path

from .. import drill_contract
from . import data_checks, files_checks, sources
from .cluster import Cluster
from .evidence import Evidence, moment
from .isolation import check_isolated

OPTIONS = "options.json"
ODOO_CONF = "odoo.conf"
RESERVE = "reserve"
"""A file that is deleted so that there is space for the evidence on a full disk."""
_FULL = 32 * 2**20
"""Bytes: PostgreSQL ends where less than a segment of WAL is free."""


def main(folder: Path) -> None:
    """Run a drill whose options and evidence are in a folder.

    What fails is in the evidence, and ends the drill.
    """
    os.umask(0o077)
    options = json.loads((folder / OPTIONS).read_text())
    evidence = Evidence.read(folder)
    try:
        check_isolated()
        evidence.check("isolation", "")
        _Drill(folder, options, evidence).run()
    except Exception as error:
        if not evidence.is_decided:
            evidence.interrupt(f"{type(error).__name__}: {error}")
        if shutil.disk_usage(folder).free < _FULL:
            evidence.explain("The disk is full.")
        (folder / RESERVE).unlink()
    evidence.save()


class _Drill:
    """One drill: its phases share what was restored."""

    def __init__(self, folder, options, evidence):
        self._folder, self._options, self._evidence = folder, options, evidence
        self._cluster = Cluster(folder, options["bin_dir"])
        self._source = sources.source(options)
        self._database = self._files = None

    def run(self):
        evidence = self._evidence
        for name, phase in (
            (drill_contract.RESTORE, self._restore),
            (drill_contract.START, self._start),
            (drill_contract.DATA, self._check_data),
            (drill_contract.NEUTRALIZE, self._neutralize),
            (drill_contract.FILES, self._check_files),
            (drill_contract.LOAD, self._load),
            (drill_contract.BUSINESS, self._check_business),
        ):
            with evidence.phase(name):
                phase()
            if failed := evidence.failed_checks:
                evidence.fail(name, f"{failed[0]['name']}: {failed[0]['text']}")
        if not evidence.content["error"]:
            evidence.content["level"] = drill_contract.CHECKED
            evidence.content["usable_at"] = moment()

    def _restore(self):
        content = self._evidence.content
        self._source.restore(self._cluster, self._folder)
        content["tool"] = self._source.tool()
        content["backup"] = content["backup"] or self._source.label
        path = self._options["filestore"]
        if path:
            files = self._folder / "files"
            sources.restore_files(Path(path), files)
            self._files = sources.top_of(files)
        else:
            self._files = self._source.files

    def _start(self):
        content = self._evidence.content
        self._cluster.start(self._options["seconds"])
        self._database = self._source.database(self._cluster)
        content["database"] = content["database"] or self._database
        content["postgresql"] = self._cluster.version()
        content["bytes"] = _size(self._folder)
        content["level"] = drill_contract.STARTED
        self._source.check(self._cluster, self._folder, self._evidence)

    def _check_data(self):
        wanted = self._options["uuid"]
        data_checks.check_data(self._cluster, self._database, wanted, self._evidence)

    def _neutralize(self):
        # Odoo is imported here, where a fault of it is one of this phase.
        from . import odoo_checks

        if self._files:
            home = self._folder / "odoo" / "filestore"
            home.mkdir(parents=True)
            self._files = self._files.rename(home / self._database)
        odoo_checks.configure(
            self._cluster, self._database, self._folder, self._options["addons_path"]
        )
        self._evidence.content["odoo"] = odoo_checks.version()
        self._evidence.check("code", odoo_checks.check_code(self._database))
        odoo_checks.neutralize(self._database)

    def _check_files(self):
        files_checks.check_files(
            self._cluster, self._database, self._files, self._evidence
        )

    def _load(self):
        from . import odoo_checks

        odoo_checks.load(self._database)

    def _check_business(self):
        from . import odoo_checks

        odoo_checks.check_business(self._database, self._evidence)


def _size(folder):
    """Return the bytes of what was restored."""
    found = 0
    for path, _folders, files in os.walk(folder):
        found += sum(os.lstat(os.path.join(path, name)).st_size for name in files)
    return found
