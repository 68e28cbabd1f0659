"""What is restored: dumps with roles, copies of filestores."""

import gzip
import hashlib

import pytest
from reliability_recovery import dumps
from reliability_recovery.drill import files_checks, sources


class TestRoles:
    """A plain dump names owners; they are created, so that no statement fails."""

    @pytest.mark.parametrize(
        ("line", "role"),
        [
            ("ALTER TABLE public.res_lang OWNER TO odoo;", "odoo"),
            ('ALTER TABLE public.res_lang OWNER TO "back-office";', "back-office"),
            ("GRANT SELECT ON TABLE public.res_lang TO reporting;", "reporting"),
            ("GRANT ALL ON SCHEMA public TO app WITH GRANT OPTION;", "app"),
        ],
    )
    def test_owners_and_who_has_privileges(self, tmp_path, line, role):
        path = tmp_path / "dump"
        path.write_text(f"--\n{line}\nGRANT ALL ON SCHEMA public TO PUBLIC;\n")
        assert sources._roles(path) == [role]


class TestGap:
    """A segment is missing where the same archive has earlier and later ones."""

    FIRST, MISSING, LAST = (f"00000001000000000000000{number}" for number in (5, 6, 7))

    def archived(self, **archives):
        """Return names → paths; underscores are the dashes of archives."""
        return {
            name: f"{archive[1:].replace('_', '-')}/{name[:16]}/{name}-0f3a.gz"
            for archive, names in archives.items()
            for name in names
        }

    def test_a_later_one_is_there(self):
        archived = self.archived(_15_1=[self.FIRST, self.LAST])
        assert sources.is_gap(self.MISSING, archived)

    def test_the_end(self):
        assert not sources.is_gap(self.MISSING, self.archived(_15_1=[self.FIRST]))

    def test_later_ones_of_a_newer_postgresql(self):
        archived = self.archived(_15_1=[self.FIRST], _16_2=[self.LAST])
        assert not sources.is_gap(self.MISSING, archived)

    def test_later_ones_of_another_timeline(self):
        archived = self.archived(_15_1=[self.FIRST, f"00000002{self.LAST[8:]}"])
        assert not sources.is_gap(self.MISSING, archived)


class TestPacked:
    def test_a_compressed_dump_is_unpacked_and_another_one_is_not(self, tmp_path):
        plain, packed = tmp_path / "plain", tmp_path / "packed"
        plain.write_bytes(b"--\n-- PostgreSQL database dump\n")
        packed.write_bytes(gzip.compress(plain.read_bytes()))
        assert dumps.unpacked(plain, tmp_path / "x") == plain
        found = dumps.unpacked(packed, tmp_path / "x")
        assert found.read_bytes() == plain.read_bytes()
        assert not dumps.is_archive(found)


class TestFiles:
    """All files are there, and what is in them is what it was."""

    @pytest.fixture
    def files(self, tmp_path):
        content = b"a label"
        checksum = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        (tmp_path / checksum[:2]).mkdir()
        (tmp_path / checksum[:2] / checksum).write_bytes(content)
        return [(f"{checksum[:2]}/{checksum}", checksum)]

    def test_nothing_is_missing(self, files, tmp_path):
        assert files_checks.find_error(files, tmp_path) == ""

    def test_a_file_is_missing(self, files, tmp_path):
        found = files_checks.find_error([*files, ("00/00", "00")], tmp_path)
        assert found == "1 of 2 files are missing, such as 00/00."

    def test_a_file_has_other_content(self, files, tmp_path):
        (tmp_path / files[0][0]).write_bytes(b"another label")
        assert "is not what it was" in files_checks.find_error(files, tmp_path)

    def test_an_archive_may_have_folders_around_the_files(self, tmp_path):
        inner = tmp_path / "srv" / "filestore" / "production"
        (inner / "a1").mkdir(parents=True)
        assert sources.top_of(tmp_path) == inner
