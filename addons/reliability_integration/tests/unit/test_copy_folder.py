"""The folder of a copy: what a killed run leaves, the next one replaces."""

import json
import os
import signal
from datetime import date

import pytest
from reliability_integration.ledger.copy_folder import CopyFolder, Position, Refused

TODAY, TOMORROW = date(2026, 11, 29), date(2026, 11, 30)


def line(uid):
    return json.dumps({"uid": uid}).encode() + b"\n"


def run(folder, uid, day=TODAY, before_end=lambda: None):
    """Add a line to a copy, as a run does."""
    with folder.locked():
        position = folder.position()
        with folder.appending(position, day) as file:
            file.write(line(uid))
            file.flush()
            before_end()
        folder.set_position(folder.end(position, day))


def run_and_kill(function):
    """Run a function in a process that kills itself at its end, as by kill -9."""
    pid = os.fork()
    if not pid:
        try:
            function()
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGKILL


def uids(folder):
    return [message["uid"] for message in folder.lines()]


@pytest.fixture
def folder(tmp_path):
    return CopyFolder(tmp_path)


def killed_within_a_line(folder):
    with folder.locked(), folder.appending(folder.position(), TODAY) as file:
        file.write(line("lost")[:-3])
        file.flush()
        os.kill(os.getpid(), signal.SIGKILL)


def killed_after_its_lines(folder):
    run(folder, "lost", before_end=lambda: os.kill(os.getpid(), signal.SIGKILL))


def killed_within_the_position(folder):
    with folder.locked(), folder.appending(folder.position(), TODAY) as file:
        file.write(line("lost"))
    with folder._open("position.json.new", "w") as draft:
        draft.write('{"data')


KILLED = [killed_within_a_line, killed_after_its_lines, killed_within_the_position]


@pytest.mark.parametrize("killed", KILLED)
@pytest.mark.parametrize("has_run", [False, True], ids=["first", "later"])
def test_a_killed_run_leaves_neither_gaps_nor_repetitions(folder, killed, has_run):
    before = ["T1"] if has_run else []
    for uid in before:
        run(folder, uid)
    run_and_kill(lambda: killed(folder))
    assert uids(folder)[: len(before)] == before
    run(folder, "T2")
    assert uids(folder) == [*before, "T2"]


def test_what_a_killed_run_has_added_can_be_read_until_the_next_one(folder):
    run(folder, "T1")
    run_and_kill(lambda: killed_after_its_lines(folder))
    assert uids(folder) == ["T1", "lost"]


def test_an_incomplete_line_of_yesterday_is_left_out(folder):
    run(folder, "T1")
    run_and_kill(lambda: killed_within_a_line(folder))
    run(folder, "T2", TOMORROW)
    assert uids(folder) == ["T1", "T2"]


def test_a_copy_that_begins_again_adds_to_what_is_there(folder):
    run(folder, "T1")
    run_and_kill(lambda: killed_within_a_line(folder))
    folder.begin_again()
    run(folder, "T2")
    assert uids(folder) == ["T1", "T2"]


def test_a_folder_is_used_by_one_run_at_a_time(folder, tmp_path):
    with (
        folder.locked(),
        pytest.raises(Refused, match="Another command uses"),
        CopyFolder(tmp_path).locked(),
    ):
        pytest.fail("two runs use it")
    run_and_kill(lambda: folder.locked().__enter__())
    run(folder, "T1")


def test_files_of_earlier_days_are_deleted(folder):
    run(folder, "T1")
    run(folder, "T2", TOMORROW)
    folder.delete_before(TOMORROW)
    assert uids(folder) == ["T2"]


def test_a_folder_without_a_position_is_at_the_start(folder):
    assert folder.position() == Position()
    run(folder, "T1")
    assert folder.position() != Position()
    folder.begin_again()
    assert folder.position() == Position()
