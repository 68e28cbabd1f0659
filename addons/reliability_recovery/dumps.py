"""Reports of files: dumps of ``pg_dump``, zip files of Odoo, copies of filestores.

Plain Python.  A file is checked to be what it should be, and to have its end: the last
line of a plain dump, the last blocks of tar, the directory of a zip file.  What is
compressed by gzip, bzip2 or xz is read to its end for that.  Dumps in the formats
custom and directory have nothing at their end that says so, and zstd is not in Python:
that they are cut off is not seen.  That a file can be restored is what a drill finds
out.
"""

import bz2
import gzip
import lzma
import os
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from odoo.addons.reliability_inbound.json_reading import MAX_ENTRIES

from . import contract

CUSTOM = b"PGDMP"
"""What dumps in pg_dump's formats custom, directory and tar begin with."""
_PLAIN = b"PostgreSQL database dump"
_PLAIN_END = b"PostgreSQL database dump complete"
_HEAD = 4096
_READ = 2**20
_TAR, _TAR_AT = b"ustar", 257
_TAR_BLOCK = 512
_TAR_END = bytes(2 * _TAR_BLOCK)
_OPEN = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open}
"""What compressed files begin with → what unpacks them."""
_ZSTD = b"\x28\xb5\x2f\xfd"
_DAMAGED = (OSError, EOFError, zlib.error, lzma.LZMAError)
_STILL_WRITTEN = timedelta(minutes=5)
"""A file that was written later may grow; tools write more often."""


class Check(NamedTuple):
    """What a file says of itself.

    :ivar error: why it cannot be restored; empty if nothing is known
    :ivar begin: in UTC with its time zone; ``None`` if it is not in the file
    """

    error: str = ""
    begin: datetime | None = None
    is_zip: bool = False


def check_dump(path: Path, zone: tzinfo = UTC) -> Check:
    """Check a dump of ``pg_dump``, or a zip file of Odoo.

    :param zone: of the machine that made it; dumps name a time without one
    """
    if path.is_dir():
        path = path / "toc.dat"
        if not path.exists():
            return Check("The folder is no dump of pg_dump: it has no toc.dat")
    if _head(path).startswith(b"PK"):
        return check_zip(path, needs_filestore=False)
    try:
        head, tail = _ends(path)
    except _DAMAGED:
        return Check("The file is cut off or damaged")
    if head.startswith(CUSTOM):
        return Check(begin=_custom_begin(head, zone))
    if head.startswith(b"toc.dat\0") and _is_tar(head):
        return Check(_tar_error(tail), _custom_begin(head[_TAR_BLOCK:], zone))
    if _PLAIN not in head:
        return Check("It is neither a dump of pg_dump nor a zip file of Odoo")
    if _PLAIN_END not in tail:
        return Check("The dump is cut off: its last line is missing")
    return Check()


def check_zip(path: Path, needs_filestore: bool = True) -> Check:
    """Check a zip file of Odoo.

    Odoo writes the manifest just before it calls ``pg_dump``, and names times in UTC.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            files = {one.filename: one for one in archive.infolist()}
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError):
        return Check("The zip file is cut off or damaged")
    for name in ("manifest.json", "dump.sql"):
        if name not in files or not files[name].file_size:
            return Check(f"The zip file has no {name}")
    if needs_filestore and not any(name.startswith("filestore/") for name in files):
        return Check("The zip file has no filestore")
    try:
        begin = datetime(*files["manifest.json"].date_time, tzinfo=UTC)
    except ValueError:
        begin = None
    return Check(begin=begin, is_zip=True)


def check_filestore(path: Path) -> Check:
    """Check a copy of a filestore: a folder, or an archive of ``tar``."""
    if path.is_dir():
        return Check() if any(path.iterdir()) else Check("The folder is empty")
    if _head(path).startswith(_ZSTD):
        return Check()
    try:
        head, tail = _ends(path)
    except _DAMAGED:
        return Check("The file is cut off or damaged")
    if _is_tar(head):
        return Check(_tar_error(tail))
    return Check("It is neither a folder nor an archive of tar")


def report(
    name: str,
    contents: str,
    paths: list[Path],
    taken_at: datetime,
    is_elsewhere: bool | None = None,
    zone: tzinfo = UTC,
) -> dict:
    """Return the report of files of one set, as JSON.

    Whether files are encrypted is unknown: those that are cannot be checked.

    :param paths: of dumps, zip files or copies
    :param taken_at: with its time zone
    :raise OSError: a file cannot be read
    """
    check = _checks(zone)[contents]
    sizes = {path: _size_and_end(path, contents) for path in paths}
    newest = sorted(paths, key=lambda path: sizes[path][1])[-MAX_ENTRIES:]
    born = births(newest)
    return {
        "version": contract.VERSION,
        "name": name,
        "contents": contents,
        "tool": "files",
        "taken_at": taken_at.isoformat(),
        "repositories": [{"name": "files", "elsewhere": is_elsewhere}],
        "backups": [
            _backup(path, contents, check, born[path], taken_at, *sizes[path])
            for path in newest
        ],
    }


def is_archive(path: Path) -> bool:
    """Return whether a dump is for ``pg_restore``: custom, directory or tar."""
    return path.is_dir() or _head(path).startswith(CUSTOM) or _is_tar(_head(path))


def unpacked(path: Path, target: Path) -> Path:
    """Return a file as it was before it was compressed.

    :param target: where to write it, if it was
    :raise OSError: it is cut off or damaged, or there is no space
    """
    open_ = None if path.is_dir() else _opener(_head(path))
    if not open_:
        return path
    with open_(path) as packed, target.open("wb") as file:
        shutil.copyfileobj(packed, file)
    return target


def births(paths: list[Path]) -> dict[Path, datetime | None]:
    """Return when files were created; ``None`` where the file system does not know."""
    if not paths:
        return {}
    command = ["stat", "--format=%W", "--", *paths]
    printed = subprocess.run(command, capture_output=True, check=False).stdout.split()
    if len(printed) != len(paths):  # a file has been deleted
        return dict.fromkeys(paths)
    seconds = [int(one) if one.isdigit() else 0 for one in printed]
    return {
        path: datetime.fromtimestamp(one, UTC) if one else None
        for path, one in zip(paths, seconds, strict=True)
    }


def local_zone() -> tzinfo:
    """Return the time zone of this machine, whatever this process has set."""
    try:
        with open("/etc/localtime", "rb") as file:
            return ZoneInfo.from_file(file)
    except (OSError, ValueError):
        return UTC


def _checks(zone) -> dict[str, Callable]:
    return {
        contract.DATABASE: lambda path: check_dump(path, zone),
        contract.BOTH: check_zip,
        contract.FILESTORE: check_filestore,
    }


def _backup(path, contents, check_file, born, taken_at, size, modified):
    is_written = taken_at - modified < _STILL_WRITTEN
    check = Check() if is_written else check_file(path)
    # A zip file is created after its dump.  A file that was created after it was last
    # written is a copy, whose begin is the original's.
    times = [check.begin] if check.is_zip else [check.begin, born]
    begin = min((one for one in times if one and one <= modified), default=None)
    type_ = contract.FILESTORE if contents == contract.FILESTORE else contract.LOGICAL
    return {
        "label": path.name,
        "repository": "files",
        "type": type_,
        "begin": begin and begin.isoformat(),
        "end": None if is_written else modified.isoformat(),
        "size": size,
        "error": check.error,
    }


def _size_and_end(path, contents):
    """Return the bytes of a file or folder, and when it was last written.

    A file that grows does not change its folder.
    """
    stat = path.stat()
    if not path.is_dir():
        return stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC)
    folder_end = _ctime if contents == contract.FILESTORE else _mtime
    size, end = 0, folder_end(stat)
    for folder, _folders, files in os.walk(path):
        end = max(end, folder_end(os.stat(folder)))
        for name in files:
            stat = os.lstat(os.path.join(folder, name))
            size += stat.st_size
            end = max(end, _mtime(stat))
    return size, datetime.fromtimestamp(end, UTC)


def _mtime(stat):
    return stat.st_mtime


def _ctime(stat):
    """Return when a folder was last changed, which rsync cannot set back.

    It gives a copy of a filestore the times of the original.
    """
    return stat.st_ctime


def _is_tar(head):
    return head[_TAR_AT:].startswith(_TAR)


def _head(path):
    with path.open("rb") as file:
        return file.read(_HEAD)


def _ends(path):
    """Return the first and the last bytes of a file, unpacked if it is compressed.

    What is compressed is read to its end, a block at a time.
    """
    head = _head(path)
    open_ = _opener(head)
    if not open_:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _HEAD))
            return head, file.read()
    with open_(path) as file:
        head = tail = file.read(_HEAD)
        while block := file.read(_READ):
            tail = (tail + block)[-_HEAD:]
    return head, tail


def _opener(head):
    """Return what unpacks a file with these first bytes, or ``None``."""
    return next((_OPEN[one] for one in _OPEN if head.startswith(one)), None)


def _tar_error(tail):
    """Return why an archive of tar is not good, by its last bytes."""
    return "" if tail.endswith(_TAR_END) else "The archive of tar is cut off"


def _custom_begin(head, zone):
    """Return the time in the header of a dump, which ``pg_dump`` sets when it starts.

    Source: ReadHead in src/bin/pg_dump/pg_backup_archiver.c.
    """
    try:
        version, (int_size, _offset_size) = tuple(head[5:7]), head[8:10]
        # One byte for the algorithm of compression, before 1.15 an integer.
        at = 11 + (1 if version >= (1, 15) else 1 + int_size)
        numbers = []
        for _number in range(6):
            numbers.append(int.from_bytes(head[at + 1 : at + 1 + int_size], "little"))
            at += 1 + int_size
        second, minute, hour, day, month, year = numbers
        local = datetime(1900 + year, month + 1, day, hour, minute, min(second, 59))
        return local.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, IndexError, OverflowError):
        return None
