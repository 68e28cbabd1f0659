"""Reports wait in a folder until Odoo accepts them."""

import json

import pytest
from reliability_inbound import unsent
from reliability_inbound.sending import NotSent, Refused


@pytest.fixture
def folder(tmp_path):
    for number in (2, 1):
        unsent.store(tmp_path, f"probe-{number}", {"number": number})
    unsent.store(tmp_path, "drill-3", {"number": 3})
    return tmp_path


def deliver(folder, error=None):
    """Try to send; return the numbers that were tried."""
    numbers = []

    def send(report):
        numbers.append(report["number"])
        if error:
            raise error

    for one in unsent.deliver(folder, "probe-", send):
        assert one.error is error
        assert json.loads(one.path.read_text()) == one.report
    return numbers


class TestReports:
    def test_the_first_name_is_sent_first_and_each_once(self, folder):
        assert deliver(folder) == [1, 2]
        assert deliver(folder) == []
        assert (folder / "probe-1.json").exists()

    def test_what_odoo_has_not_processed_is_sent_again(self, folder):
        assert deliver(folder, NotSent("no answer")) == [1, 2]
        assert deliver(folder) == [1, 2]

    def test_what_odoo_refuses_is_not(self, folder):
        assert deliver(folder, Refused("no content")) == [1, 2]
        assert deliver(folder) == []

    def test_those_of_another_command_are_not_touched(self, folder):
        deliver(folder)
        assert unsent.unsent(folder, "drill-") == [folder / "drill-3.unsent.json"]

    def test_one_that_was_not_written_to_its_end_is_none(self, folder):
        before = set(folder.iterdir())
        with pytest.raises(TypeError):
            unsent.store(folder, "probe-3", {"number": object()})
        assert set(folder.iterdir()) == before
        assert deliver(folder) == [1, 2]


class TestFilesThatAreNoReports:
    @pytest.mark.parametrize(
        "content", [b"", b'{"number": 0', b"[]", b"null", b"\xff", b"[" * 10**5]
    )
    def test_one_is_quarantined_and_the_others_are_sent(self, folder, content, capsys):
        (folder / "probe-0.unsent.json").write_bytes(content)
        assert deliver(folder, NotSent("no answer")) == [1, 2]
        (line,) = capsys.readouterr().err.splitlines()
        assert "probe-0.unsent.json is no report" in line
        assert (folder / "probe-0.no-report").read_bytes() == content
        deliver(folder)
        assert not capsys.readouterr().err

    def test_a_folder_is_none(self, folder):
        (folder / "probe-0.unsent.json").mkdir()
        assert deliver(folder) == [1, 2]

    def test_one_that_was_deleted_meanwhile_is_left_out(self, folder):
        def send(_report):
            (folder / "probe-2.unsent.json").unlink()

        assert len(list(unsent.deliver(folder, "probe-", send))) == 1


class TestOneProcess:
    """Two that send the reports of one folder would send each other's."""

    def test_another_one_is_refused_in_words(self, folder):
        with unsent.alone(folder, "probe-", "--folder"):
            with pytest.raises(unsent.InUse, match="name another folder by --folder"):
                alone(folder)
            with unsent.alone(folder, "drill-", "--evidence"):
                pass

    def test_it_leaves_nothing(self, folder):
        before = set(folder.iterdir())
        with pytest.raises(OSError), unsent.alone(folder, "probe-", "--folder"):
            raise OSError
        assert set(folder.iterdir()) == before

    def test_one_that_was_killed_does_not_stop_the_next_one(self, folder):
        (folder / "probe-lock").touch()
        (folder / "probe-1.unsent.new").touch()
        (folder / "drill-3.unsent.new").touch()
        alone(folder)
        assert [path.name for path in folder.glob("*.new")] == ["drill-3.unsent.new"]

    def test_a_lock_file_that_is_deleted_meanwhile_is_no_lock(
        self, folder, monkeypatch
    ):
        def end_the_other_one(*_arguments):
            (folder / "probe-lock").unlink()

        monkeypatch.setattr(unsent.fcntl, "flock", end_the_other_one)
        with pytest.raises(unsent.InUse):
            alone(folder)


def alone(folder):
    with unsent.alone(folder, "probe-", "--folder"):
        pass
