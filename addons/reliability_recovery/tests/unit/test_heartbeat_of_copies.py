"""The heartbeat in the folder of a filestore."""

import os
from datetime import datetime

import pytest
from reliability_recovery.heartbeat import FILE, newest_file, write_file

NOON = datetime(2026, 11, 29, 12, 0, 5, 999_999)


def test_what_is_written_is_read(tmp_path):
    folder = tmp_path / "prod"
    write_file(folder, NOON)
    assert (folder / FILE).read_text() == "2026-11-29T12:00:05Z"
    assert newest_file(folder) == NOON.replace(microsecond=0)


def test_a_newer_one_replaces_it_and_nothing_else_is_left(tmp_path):
    write_file(tmp_path, NOON)
    write_file(tmp_path, NOON.replace(minute=1))
    assert newest_file(tmp_path).minute == 1
    assert os.listdir(tmp_path) == [FILE]


@pytest.mark.parametrize("content", [b"", b"2026-11-29", b"\xff\xfe", b"x" * 10_000])
def test_what_cannot_be_read_is_none(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    assert newest_file(tmp_path) is None


def test_none_is_none(tmp_path):
    assert newest_file(tmp_path) is None
    assert newest_file(tmp_path / "missing") is None


def test_what_cannot_be_written_leaves_the_one_of_before(tmp_path, monkeypatch):
    write_file(tmp_path, NOON)

    def full(*_args, **_values):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="No space"):
        write_file(tmp_path, NOON.replace(minute=1))
    assert newest_file(tmp_path).minute == 0
    assert os.listdir(tmp_path) == [FILE]
