"""Files of dumps and copies: what they are, when they began, and what is wrong."""

import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from reliability_recovery import contract, dumps
from reliability_recovery.restorable import newest_point

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
PLAIN = (
    "--\n-- PostgreSQL database dump\n--\nCREATE TABLE a ();\n"
    "--\n-- PostgreSQL database dump complete\n--\n"
)


def custom(moment, version=(1, 14)):
    """Return the header of a dump in the format custom, made at a local time."""

    def number(value):
        return b"\0" + value.to_bytes(4, "little")

    compression = b"\1" if version >= (1, 15) else number(6)
    fields = (moment.second, moment.minute, moment.hour, moment.day)
    fields += (moment.month - 1, moment.year - 1900, 0)
    return (b"PGDMP" + bytes([*version, 0, 4, 8, 1]) + compression) + b"".join(
        map(number, fields)
    )


def tar(**files):
    """Return an archive of tar."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name.replace("_", "."))
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def odoo_zip(path, *names, began=(2026, 11, 29, 2, 0, 0), content="x"):
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name, began), content)
    return path


@pytest.fixture
def write(tmp_path):
    def write(name, content, modified=NOW - timedelta(hours=1)):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        os.utime(path, (modified.timestamp(),) * 2)
        return path

    return write


class TestDumps:
    def test_a_plain_one(self, write):
        assert dumps.check_dump(write("a.sql", PLAIN)) == dumps.Check()

    def test_a_plain_one_that_is_cut_off(self, write):
        check = dumps.check_dump(write("a.sql", PLAIN[:-30]))
        assert "cut off" in check.error

    @pytest.mark.parametrize("packer", [gzip, bz2, lzma])
    def test_a_compressed_one_is_read_to_its_end(self, write, packer):
        rows = "INSERT INTO a DEFAULT VALUES;\n" * 50_000
        packed = packer.compress(PLAIN.replace("();\n", f"();\n{rows}").encode())
        assert dumps.check_dump(write("a.sql.gz", packed)) == dumps.Check()
        for at in (15, len(packed) // 2, len(packed) - 1):
            assert "cut off" in dumps.check_dump(write("a.sql.gz", packed[:at])).error

    @pytest.mark.parametrize("content", [b"", PLAIN[:-30].encode()])
    def test_one_whose_contents_were_cut_off_is_packed_well(self, write, content):
        assert dumps.check_dump(write("a.sql.gz", gzip.compress(content))).error

    def test_a_custom_one_that_is_compressed_names_its_begin(self, write):
        began = datetime(2026, 11, 29, 2, 30, 5, tzinfo=UTC)
        path = write("a.dump.gz", gzip.compress(custom(began)))
        assert dumps.check_dump(path) == dumps.Check(begin=began)

    def test_one_in_the_format_tar(self, write):
        began = datetime(2026, 11, 29, 2, 30, 5, tzinfo=UTC)
        packed = tar(toc_dat=custom(began), a_dat=b"1" * 20_000)
        assert dumps.check_dump(write("a.tar", packed)) == dumps.Check(begin=began)
        assert "cut off" in dumps.check_dump(write("a.tar", packed[:11_000])).error

    @pytest.mark.parametrize("version", [(1, 14), (1, 15), (1, 16)])
    def test_a_custom_one_names_its_begin(self, write, version):
        began = datetime(2026, 11, 29, 2, 30, 5, tzinfo=UTC)
        check = dumps.check_dump(write("a.dump", custom(began, version)))
        assert check == dumps.Check(begin=began)

    def test_a_folder(self, tmp_path, write):
        assert "toc.dat" in dumps.check_dump(tmp_path).error
        write("toc.dat", custom(NOW))
        assert dumps.check_dump(tmp_path).begin == NOW

    @pytest.mark.parametrize("content", ["", "pg_dump: error", "PK", "PGDMP"])
    def test_anything_else_has_an_error_or_no_begin(self, write, content):
        check = dumps.check_dump(write("a", content))
        assert check.error or not check.begin


class TestZips:
    FILES = ("dump.sql", "manifest.json", "filestore/ab/abc")

    def test_a_good_one_began_when_its_manifest_was_written(self, tmp_path):
        check = dumps.check_zip(odoo_zip(tmp_path / "a.zip", *self.FILES))
        assert check.begin == datetime(2026, 11, 29, 2, tzinfo=UTC)
        assert not check.error

    @pytest.mark.parametrize("missing", FILES)
    def test_what_is_missing(self, tmp_path, missing):
        names = [name for name in self.FILES if name != missing]
        check = dumps.check_zip(odoo_zip(tmp_path / "a.zip", *names))
        assert missing.partition("/")[0] in check.error

    def test_an_empty_dump(self, tmp_path):
        path = odoo_zip(tmp_path / "a.zip", *self.FILES, content="")
        assert "manifest.json" in dumps.check_zip(path).error

    def test_one_that_is_cut_off(self, tmp_path, write):
        content = odoo_zip(tmp_path / "a.zip", *self.FILES).read_bytes()
        assert "cut off" in dumps.check_zip(write("b.zip", content[:-30])).error


class TestFilestores:
    @pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress])
    def test_an_archive_of_tar(self, write, pack):
        packed = tar(a=os.urandom(20_000))
        assert dumps.check_filestore(write("a.tar", pack(packed))).error == ""
        for cut_off in (pack(packed)[:11_000], pack(packed[:11_000])):
            assert "cut off" in dumps.check_filestore(write("a.tar", cut_off)).error

    @pytest.mark.parametrize("content", [b"no tar", gzip.compress(b"no tar")])
    def test_what_is_no_archive_of_tar(self, write, content):
        assert "neither" in dumps.check_filestore(write("a.tar", content)).error

    def test_the_end_of_zstd_is_not_checked(self, write):
        assert not dumps.check_filestore(write("a.tar.zst", b"\x28\xb5\x2f\xfd")).error

    def test_an_empty_folder(self, tmp_path):
        assert "empty" in dumps.check_filestore(tmp_path).error


class TestReports:
    def reported(self, *paths, contents=contract.DATABASE, now=NOW):
        body = dumps.report("prod", contents, list(paths), now)
        return contract.parse(body)

    def test_a_dump_is_worth_its_begin_also_if_it_was_copied_later(self, write):
        began = NOW - timedelta(hours=9)
        path = write("a.dump", custom(began), NOW - timedelta(hours=8))
        point = newest_point(self.reported(path))
        assert point.moment == began.replace(tzinfo=None)

    def test_one_whose_begin_is_unknown_is_no_point(self, write):
        """It was created after it was last written, so it is a copy."""
        path = write("a.sql", PLAIN, NOW - timedelta(hours=8))
        assert newest_point(self.reported(path)) is None

    def test_a_file_began_when_it_was_created(self, tmp_path):
        path = tmp_path / "a.sql"
        path.write_text(PLAIN)
        later = datetime.now(UTC) + timedelta(hours=1)
        os.utime(path, (later.timestamp(),) * 2)
        born = dumps.births([path])[path]
        assert born, "the file system of tests knows when files are created"
        found = self.reported(path, now=later + timedelta(hours=1))
        assert found.backups[0].begin == born.replace(tzinfo=None)

    @pytest.mark.parametrize("content", [PLAIN[:-30], PLAIN, custom(NOW), ""])
    def test_what_is_being_written_has_no_end_and_no_error(self, write, content):
        """A dump in the format custom looks good while pg_dump runs."""
        path = write("a.sql", content, NOW - timedelta(minutes=4))
        (backup,) = self.reported(path).backups
        assert (backup.end, backup.error) == (None, "")
        later = NOW + timedelta(minutes=1)
        (backup,) = self.reported(path, now=later).backups
        assert backup.end

    def test_the_newest_ones_are_reported(self, write, monkeypatch):
        paths = [
            write(f"{n}.sql", PLAIN, NOW - timedelta(hours=n)) for n in range(1001)
        ]
        asked = []
        births = dumps.births
        monkeypatch.setattr(
            dumps, "births", lambda paths: asked.extend(paths) or births(paths)
        )
        labels = [one.label for one in self.reported(*paths).backups]
        assert len(labels) == len(asked) == 1000
        assert "1000.sql" not in labels

    def test_a_zip_file_is_not_worth_the_time_at_which_it_was_packed(self, tmp_path):
        """Its manifest is from a clock that was ahead, so its begin is unknown."""
        ahead = (2107, 1, 1, 0, 0, 0)
        path = odoo_zip(tmp_path / "a.zip", *TestZips.FILES, began=ahead)
        now = datetime.now(UTC) + timedelta(hours=1)
        (backup,) = self.reported(path, contents=contract.BOTH, now=now).backups
        assert backup.begin is None
        assert backup.end

    def test_a_folder_with_copies_of_a_filestore(self, tmp_path):
        copy = tmp_path / "2026-11-29"
        (copy / "ab").mkdir(parents=True)
        (copy / "ab" / "abc").write_bytes(b"1234")
        now = datetime.now(UTC) + timedelta(hours=1)
        (backup,) = self.reported(copy, contents=contract.FILESTORE, now=now).backups
        assert backup.size == 4
        assert backup.begin <= backup.end

    def test_a_folder_with_a_dump_keeps_its_times(self, tmp_path, write):
        began = NOW - timedelta(hours=2)
        write("toc.dat", custom(began))
        write("1.dat", "1234", NOW - timedelta(minutes=30))
        os.utime(tmp_path, (began.timestamp(),) * 2)
        (backup,) = self.reported(tmp_path).backups
        assert backup.begin == began.replace(tzinfo=None)
        assert backup.end == datetime(2026, 11, 29, 11, 30)
        assert backup.size == len(custom(began)) + 4

    def test_a_folder_is_written_while_a_file_in_it_grows(self, tmp_path, write):
        write("toc.dat", custom(NOW - timedelta(hours=2)))
        write("1.dat", "1234", NOW - timedelta(minutes=1))
        os.utime(tmp_path, (NOW.timestamp() - 7200,) * 2)
        assert self.reported(tmp_path).backups[0].end is None

    def test_an_empty_folder_has_no_backups(self):
        assert self.reported().backups == ()
