"""A drill has a folder of its own, which the next one deletes if it was killed."""

import json

import pytest
from reliability_inbound import unsent
from reliability_recovery.drill import command
from reliability_recovery.drill.evidence import Evidence
from reliability_recovery.drill.target import (
    PREFIX,
    Refused,
    Target,
    check_parent,
    leftovers,
)


class TestTarget:
    """No name can be that of a live database, and nobody else can read it."""

    def test_its_name_is_random_and_begins_as_that_of_all_drills(self, tmp_path):
        first, second = Target.begin(tmp_path), Target.begin(tmp_path)
        assert first.folder != second.folder
        assert first.folder.name.startswith(PREFIX)
        assert first.folder.stat().st_mode & 0o777 == 0o700

    @pytest.mark.parametrize("name", ["PG_VERSION", "backup.info", "archive.info"])
    def test_not_in_the_folder_of_a_server_or_repository(self, tmp_path, name):
        (tmp_path / name).write_text("15")
        with pytest.raises(Refused, match="of a database server or of its backups"):
            check_parent(tmp_path)

    @pytest.mark.parametrize("drills", ["data/base", "repo/backup/main/x", "repo"])
    def test_nor_below_it(self, tmp_path, drills):
        for name in ("data/PG_VERSION", "repo/backup/main/backup.info"):
            (tmp_path / name).parent.mkdir(parents=True)
            (tmp_path / name).touch()
        folder = tmp_path / drills
        folder.mkdir(exist_ok=True)
        with pytest.raises(Refused, match="of a database server or of its backups"):
            check_parent(folder)

    def test_not_where_nothing_is(self, tmp_path):
        with pytest.raises(Refused, match="There is no folder"):
            check_parent(tmp_path / "nothing")

    def test_not_where_a_socket_has_no_place(self, tmp_path):
        deep = tmp_path / ("x" * 60)
        deep.mkdir()
        with pytest.raises(Refused, match="too long for a socket"):
            check_parent(deep)


class TestLeftovers:
    """Only what begins as drills do, and what no process has."""

    def test_a_drill_that_runs_is_none(self, tmp_path):
        running = Target.begin(tmp_path)
        assert leftovers(tmp_path) == []
        running.remove()
        assert list(tmp_path.iterdir()) == []

    def test_a_killed_one_is_deleted_and_nothing_else(self, tmp_path):
        left = tmp_path / f"{PREFIX}abc"
        (left / "data").mkdir(parents=True)
        (left / "data" / "file").write_text("x")
        (left / "link").symlink_to(tmp_path / "production")
        (tmp_path / "production").mkdir()
        (tmp_path / "production" / "file").write_text("x")
        (found,) = leftovers(tmp_path)
        found.remove()
        assert [path.name for path in tmp_path.rglob("*")] == ["production", "file"]


class TestEvidenceOfTwoDrills:
    """One would send the evidence of the other, which has not ended."""

    def test_a_drill_beside_another_one_is_refused(self, tmp_path, capsys):
        arguments = ["--folder", str(tmp_path), "--dump", "production", "--print"]
        with unsent.alone(tmp_path, PREFIX, "--evidence"):
            assert command.main(arguments, "drill", "") == command.FAILED
        assert "name another folder by --evidence" in capsys.readouterr().err
        assert list(tmp_path.iterdir()) == []


class TestEvidence:
    """It says at any time which phase runs."""

    @pytest.fixture
    def evidence(self, tmp_path):
        return Evidence.begin(tmp_path, host="backup1")

    def test_a_phase_is_written_before_it_begins(self, evidence, tmp_path):
        with evidence.phase("restore"):
            (phase,) = Evidence.read(tmp_path).content["phases"]
        assert phase["name"] == "restore"

    def test_what_fails_in_a_phase_is_the_error(self, evidence, tmp_path):
        with pytest.raises(OSError, match="gone"), evidence.phase("start"):
            raise OSError("gone")
        found = Evidence.read(tmp_path)
        assert found.content["error"] == {"phase": "start", "text": "gone"}
        assert found.is_decided and not found.is_passed

    def test_the_first_error_stays(self, evidence):
        evidence.fail("data", "manifest")
        evidence.fail("load", "registry")
        assert evidence.content["error"]["phase"] == "data"

    def test_a_drill_that_is_interrupted_failed_in_its_last_phase(self, evidence):
        with evidence.phase("restore"), evidence.phase("start"):
            evidence.interrupt("The drill was killed.")
        assert evidence.content["error"]["phase"] == "start"

    def test_one_that_is_interrupted_before_its_first_phase(self, evidence):
        evidence.interrupt("unshare failed")
        assert evidence.content["error"]["phase"] == "restore"

    def test_a_file_that_was_not_written_to_its_end_is_not_read(self, tmp_path):
        assert Evidence.read(tmp_path) is None
        (tmp_path / "evidence.json").write_text(json.dumps({"a": 1})[:3])
        assert Evidence.read(tmp_path) is None
