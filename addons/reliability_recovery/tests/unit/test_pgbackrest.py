"""What pgBackRest prints becomes a report, or is refused with a message.

``info.json`` was printed by pgBackRest 2.45; the second repository is encrypted.
"""

import copy
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reliability_recovery import contract, pgbackrest
from reliability_recovery.pgbackrest import InvalidOutput
from reliability_recovery.restorable import newest_point
from reliability_recovery.summary import NO, UNKNOWN, YES, summarize

TEXT = (Path(__file__).parent / "info.json").read_text()
NOW = datetime(2026, 11, 29, 19, tzinfo=UTC)
COMMIT = datetime(2026, 11, 29, 18, 50, tzinfo=UTC)
ARCHIVES = [(1, "15-1"), (2, "15-1")]
ALL = [f"0000000100000000000000{number:02X}" for number in range(1, 11)]


@pytest.fixture
def stanza():
    return printed()


def printed():
    return pgbackrest.parse_info(TEXT)[0]


def report(stanza, names=ALL, **options):
    """Return the report, parsed by the contract."""
    found = {archive: names for archive in pgbackrest.archives_of(stanza)}
    return contract.parse(pgbackrest.report(stanza, found, NOW, **options))


class TestReport:
    def test_backups_of_all_repositories(self, stanza):
        found = report(stanza)
        assert [(one.repository, one.type) for one in found.backups] == [
            ("repo1", "full"),
            ("repo2", "full"),
            ("repo1", "incr"),
        ]
        assert found.tool == "pgBackRest 2.45"
        assert found.backups[2].needs == ("20261129-183605F",)
        assert found.backups[0].size == 22992572

    def test_encryption_is_known_and_the_place_is_said_by_people(self, stanza):
        found = report(stanza, elsewhere=frozenset({"repo2"}))
        assert [one.is_encrypted for one in found.repositories] == [False, True]
        assert [one.is_elsewhere for one in found.repositories] == [None, True]
        summary = summarize(found)
        assert (summary.elsewhere, summary.encrypted) == (YES, NO)
        assert summarize(report(stanza)).elsewhere == UNKNOWN

    def test_the_last_commit_is_asked_at_the_ends_of_chains(self, stanza):
        asked = []

        def last_commit(archive, names):
            asked.append((archive, names))
            return COMMIT

        found = report(stanza, last_commit=last_commit)
        assert asked == [(archive, ALL[::-1]) for archive in ARCHIVES]
        assert newest_point(found).moment == COMMIT.replace(tzinfo=None)

    def test_a_missing_segment_ends_the_chain(self, stanza):
        asked = []
        names = [one for one in ALL if one != ALL[8]]
        found = report(stanza, names, last_commit=lambda *args: asked.append(args))
        assert {names[0] for _archive, names in asked} == {ALL[7]}
        assert summarize(found).missing == ALL[8]

    def test_an_empty_archive_is_a_gap(self, stanza):
        summary = summarize(report(stanza, []))
        assert summary.newest_point is None
        assert summary.missing == ALL[1]


class TestStates:
    @pytest.mark.parametrize(
        "code", [1, 2, 3, 4, 5, 6, 7, 99, 12345, None, "0", True, False]
    )
    def test_all_codes_but_0_are_problems(self, stanza, code):
        stanza["repo"][0]["status"] = {"code": code, "message": "a message"}
        problem = report(stanza).repositories[0].problem
        assert problem.startswith("a message (pgBackRest's code")

    def test_a_stanza_that_is_missing(self):
        (stanza,) = pgbackrest.parse_info(
            '[{"archive":[],"backup":[],"cipher":"none","db":[],"name":"x",'
            '"repo":[{"cipher":"none","key":1,"status":{"code":1,"message":'
            '"missing stanza path"}}],"status":{"code":1,"message":"missing"}}]'
        )
        assert "missing stanza path" in summarize(report(stanza)).problem

    def test_damaged_pages(self, stanza):
        stanza["backup"][1] |= {"error": True, "error-list": ["base/1/2"]}
        assert "files: 1" in report(stanza).backups[1].error

    def test_nothing_is_configured(self):
        assert pgbackrest.parse_info("[]") == []


class TestFiles:
    def test_only_segments_count(self):
        hashed = f"{ALL[0]}-{'a' * 40}"
        assert pgbackrest.segment_files(
            [
                f"15-1/0000000100000000/{hashed}.gz",
                f"15-1/0000000100000000/{ALL[1]}-{'b' * 40}",
                f"15-1/0000000100000000/{ALL[2]}.partial-{'b' * 40}.gz",
                f"15-1/0000000100000000/{ALL[2]}.00000028.backup",
                "15-1/00000002.history",
                "archive.info",
            ]
        ) == {
            ALL[0]: f"15-1/0000000100000000/{hashed}.gz",
            ALL[1]: f"15-1/0000000100000000/{ALL[1]}-{'b' * 40}",
        }


@pytest.mark.parametrize("text", ["", "ERROR", "{}", "[1]", "[{}]", "[" * 100_000])
def test_what_is_no_output_is_refused(text):
    with pytest.raises(InvalidOutput, match="pgBackRest has"):
        pgbackrest.parse_info(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "min", "key", "a"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def paths(value, path=()):
    """Yield the paths to all values in JSON."""
    if path:
        yield path
    if isinstance(value, dict | list):
        keys = value if isinstance(value, dict) else range(len(value))
        for key in keys:
            yield from paths(value[key], (*path, key))


@given(st.sampled_from(list(paths(printed()))), JSON)
def test_any_other_output_is_parsed_or_refused(path, value):
    stanza = copy.deepcopy(printed())
    inner = stanza
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    try:
        (stanza,) = pgbackrest.parse_info(json.dumps([stanza]))
        report(stanza)
    except InvalidOutput as error:
        assert str(error)
