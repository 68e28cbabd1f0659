"""The contract of a report: what is accepted, and what is refused in words."""

import json
import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reliability.telemetry.masking import masked_name
from reliability_recovery import contract
from reliability_recovery.contract import InvalidReport, check_names, parse
from reliability_recovery.restorable import newest_point

from setup import paths

NOON = "2026-11-29T12:00:00Z"
FIRST, LAST = "000000010000000000000002", "000000010000000000000007"


def body(**values):
    return {
        "version": 1,
        "name": "main",
        "contents": "cluster",
        "taken_at": NOON,
        "repositories": [{"name": "repo1"}],
        "archives": [
            {"name": "a", "ranges": [{"first": FIRST, "last": LAST}]},
        ],
        "backups": [backup()],
    } | values


def backup(**values):
    return {
        "label": "b1",
        "repository": "repo1",
        "type": "full",
        "begin": NOON,
        "end": NOON,
        "wal": {"archive": "a", "first": FIRST, "last": FIRST},
    } | values


class TestAccepted:
    def test_the_smallest_report(self):
        parsed = parse(
            {"version": 1, "name": "x", "contents": "filestore", "taken_at": NOON}
        )
        assert parsed.taken_at == datetime(2026, 11, 29, 12)
        assert parsed.backups == parsed.repositories == parsed.archives == ()

    def test_unknown_keys_are_ignored(self):
        assert parse(body(new=1, backups=[backup(new={})])) == parse(body())

    def test_what_is_not_said_is_unknown(self):
        (repository,) = parse(body()).repositories
        assert repository.is_elsewhere is None
        assert repository.is_encrypted is None
        assert parse(body()).backups[0].size is None

    def test_time_zones_become_utc(self):
        parsed = parse(body(taken_at="2026-11-29T20:00:00.9+08:00"))
        assert parsed.taken_at == datetime(2026, 11, 29, 12)

    def test_a_number_with_a_point_is_an_integer(self):
        archive = {"name": "a", "segment_bytes": 16777216.0}
        (found,) = parse(body(backups=[], archives=[archive])).archives
        assert isinstance(found.segment_bytes, int)

    def test_a_backup_that_runs_has_no_end(self):
        assert parse(body(backups=[backup(end=None)])).backups[0].end is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([], "object"),
        (body(version=2), "version must be 1"),
        (body(version=True), "version must be 1"),
        (body(name=""), "name is needed"),
        (body(name="x" * 201), "200 characters"),
        (body(contents="everything"), "contents must be one of"),
        (body(taken_at=None), "RFC 3339"),
        (body(taken_at="2026-11-29T12:00:00"), "RFC 3339"),
        (body(repositories=[]), "repositories must contain 'repo1'"),
        (body(repositories=[{"name": "repo1"}] * 2), "the same twice"),
        (body(repositories=[{"name": "repo1", "elsewhere": "yes"}]), "true, false"),
        (body(backups={}), "list of objects"),
        (body(backups=[backup()] * 2), "the same twice"),
        (body(backups=[{}] * 1001), "more than 1000"),
        (body(backups=[backup(type="snapshot")]), "type must be one of"),
        (body(backups=[backup(size=-1)]), "size must be a number"),
        (body(backups=[backup(size=True)]), "size must be a number"),
        (body(backups=[backup(size=2.5)]), "size must be a number"),
        (body(backups=[backup(begin="2026-11-30T12:00:00Z")]), "not be later"),
        (body(backups=[backup(needs="b0")]), "list of labels"),
        (body(backups=[backup(wal={"archive": "b"})]), "archives must contain 'b'"),
        (
            body(backups=[backup(wal={"archive": "a", "first": "1", "last": "2"})]),
            "first is not the name of a WAL segment",
        ),
        (body(archives=[{"name": "a", "segment_bytes": 3 * 2**20}]), "power of two"),
        (body(archives=[{"name": "a", "segment_bytes": 1}]), "from 1 MiB"),
        (
            body(archives=[{"name": "a", "ranges": [{"first": LAST, "last": FIRST}]}]),
            "the first one first",
        ),
        (body(retention=[]), "retention must be an object"),
        (body(retention={"days": "7"}), "days must be a number"),
    ],
)
def test_anything_else_is_refused_in_words(value, text):
    with pytest.raises(InvalidReport, match=text):
        parse(value)


class TestNames:
    @pytest.mark.parametrize(
        "name",
        [
            "20261129-183605F_20261129-184000I",
            "/srv/backups/prod_*",
            "prod_2026-11-29_020000.sql.gz",
            "4f2a9c1e8b7d6035.dump",
            "backup of München",
            "x" * 200,
        ],
    )
    def test_usual_ones_are_accepted(self, name):
        check_names(parse(body(name=name, backups=[backup(label=name)])), masked_name)

    @pytest.mark.parametrize(
        ("values", "key"),
        [
            ({"name": "https://user:pass1@host"}, "name"),
            ({"repositories": [{"name": "repo1"}, {"name": "password=pass1"}]}, "name"),
            ({"backups": [backup(label="password=pass1")]}, "label"),
            ({"backups": [backup(label="half \ud800 pass1")]}, "label"),
        ],
    )
    def test_what_masking_changes_is_refused(self, values, key):
        """Two of them could become the same."""
        with pytest.raises(InvalidReport, match=f"{key} must not have") as refused:
            check_names(parse(body(**values)), masked_name)
        assert "password=pass1" not in str(refused.value)
        assert "user:pass1" not in str(refused.value)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([NOON, FIRST, "a", "repo1", "full"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def replaced(value):
    """Return dicts with any of the keys of a dict, with any content."""
    return st.dictionaries(st.sampled_from(sorted(value)), JSON).map(value.__or__)


ANY = st.one_of(
    JSON,
    replaced(body()),
    replaced(backup()).map(lambda one: body(backups=[one])),
    replaced({"archive": "a", "first": FIRST, "last": LAST}).map(
        lambda one: body(backups=[backup(wal=one)])
    ),
    replaced({"name": "a", "segment_bytes": 2**24, "ranges": []}).map(
        lambda one: body(archives=[one])
    ),
    replaced({"first": FIRST, "last": LAST, "last_commit": NOON}).map(
        lambda one: body(archives=[{"name": "a", "ranges": [one]}])
    ),
    replaced({"name": "repo1", "elsewhere": True, "problem": ""}).map(
        lambda one: body(repositories=[one])
    ),
)


@given(ANY)
def test_any_content_is_parsed_or_refused(value):
    try:
        assert isinstance(parse(value), contract.Report)
    except InvalidReport as error:
        assert str(error)


def test_the_example_of_the_documentation():
    page = (paths.ROOT / "docs" / "recovery.md").read_text()
    section = page.partition("\n## The contract\n")[2]
    example = re.search(r"^```json\n(.*?)^```", section, re.DOTALL | re.MULTILINE)[1]
    parsed = parse(json.loads(example))
    assert newest_point(parsed).moment == datetime(2026, 11, 29, 11, 58, 12)
    assert parsed.retention_days == 14
