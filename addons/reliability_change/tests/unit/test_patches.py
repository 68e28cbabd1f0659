"""How far what runs is behind what somebody has reported."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reliability_change.newest_versions import Version, parse
from reliability_change.patches import (
    ADDON,
    BEHIND,
    KNOWN_FOR,
    NEWEST,
    ODOO,
    PACKAGE,
    POSTGRESQL,
    UNKNOWN,
    Age,
    Known,
    age,
    order,
)
from reliability_inbound.json_reading import InvalidReport

NOW = datetime(2026, 11, 30, 12)
DAY = timedelta(days=1)


def known(version, released_on=None, reported_at=NOW - DAY, known_since=None):
    return Known(version, released_on, reported_at, known_since)


class TestOrder:
    @pytest.mark.parametrize(
        "versions",
        [
            [
                "1.0.dev1",
                "1.0a1",
                "1.0b1",
                "1.0b2",
                "1.0rc1",
                "1.0",
                "1.0.post1",
                "1.1",
            ],
            ["15.2", "15.9", "15.14 (Debian 15.14-0+deb12u1)", "15.15", "16.0"],
            ["19.0-20260930", "19.0-20261126"],
            ["19.0.1.0.0", "19.0.1.0.1", "19.0.1.1.0", "19.0.10.0.0"],
            ["2", "2.0.1", "2.1"],
            ["1.1.1", "1.1.1f", "1.1.1w", "1.1.2"],
        ],
    )
    def test_the_oldest_first(self, versions):
        assert sorted(versions[::-1], key=order) == versions

    @pytest.mark.parametrize(
        ("one", "other"),
        [("1.0", "1.0.0"), ("v1.2", "1.2"), ("2.31+deb12", "2.31"), ("1.0RC1", "1rc1")],
    )
    def test_the_same(self, one, other):
        assert order(one) == order(other)

    @given(st.lists(st.text(max_size=20), max_size=5))
    def test_any_texts_are_sorted(self, versions):
        sorted(versions, key=order)


class TestAge:
    def test_nobody_reports_it(self):
        assert age(PACKAGE, "1.0", [], NOW) == Age(UNKNOWN)

    def test_behind_since_the_first_version_after_it(self):
        versions = [
            known("15.13", date(2026, 5, 8)),
            known("15.15", date(2026, 11, 13)),
            known("15.14", date(2026, 8, 14)),
        ]
        found = age(POSTGRESQL, "15.13 (Debian 15.13-0+deb12u1)", versions, NOW)
        assert found == Age(BEHIND, "15.15", date(2026, 8, 14), NOW - DAY)

    def test_when_it_was_released_may_be_unknown(self):
        assert age(PACKAGE, "1.0", [known("1.1")], NOW).behind_since is None

    def test_without_that_since_it_was_known_at_least(self):
        versions = [
            known("1.3", date(2026, 9, 1), known_since=date(2026, 9, 2)),
            known("1.2", known_since=date(2026, 8, 1)),
            known("1.1", known_since=date(2026, 8, 14)),
        ]
        found = age(PACKAGE, "1.0", versions, NOW).behind_since
        assert found == date(2026, 8, 1)
        assert age(PACKAGE, "1.2", versions, NOW).behind_since == date(2026, 9, 1)

    @pytest.mark.parametrize(
        ("version", "other", "state"),
        [
            ("19.0+e-20260901", "19.0+e-20261101", BEHIND),
            ("19.0+e-20260901", "19.0-20261101", BEHIND),
            ("19.0-20260901", "19.0+e-20261101", BEHIND),
            ("19.0+e-20261101", "19.0+e-20261101", NEWEST),
            ("19.0+e-20261101", "19.0-20261101", NEWEST),
            ("19.0+e-20261101", "19.0", NEWEST),
        ],
    )
    def test_builds_of_odoo_are_compared_by_their_days(self, version, other, state):
        assert age(ODOO, version, [known(other)], NOW).state == state

    def test_another_series_is_no_patch(self):
        for kind, version, other in (
            (POSTGRESQL, "15.13", "18.1"),
            (ODOO, "19.0-20260930", "20.0-20261126"),
            (ADDON, "19.0.1.0.0", "18.0.2.0.0"),
        ):
            assert age(kind, version, [known(other)], NOW) == Age(UNKNOWN)
        assert age(PACKAGE, "1.0", [known("2.0")], NOW).state == BEHIND

    def test_what_was_told_long_ago_says_nothing_of_what_there_is_now(self):
        reported_at = NOW - KNOWN_FOR - DAY
        for version, state in (("1.0", UNKNOWN), ("0.9", BEHIND)):
            assert age(PACKAGE, version, [known("1.0", None, reported_at)], NOW) == Age(
                state, "1.0", None, reported_at
            )
        versions = [known("0.9"), known("1.0", None, reported_at)]
        assert age(PACKAGE, "1.0", versions, NOW).state == NEWEST

    def test_an_odoo_that_says_only_its_series(self):
        for version in ("19.0", "19.0+e"):
            found = age(ODOO, version, [known("19.0-20261126")], NOW)
            assert found == Age(UNKNOWN, "19.0-20261126", None, NOW - DAY)

    def test_an_app_that_says_no_more_than_a_series(self):
        for version in ("1", "19.0"):
            assert age(ADDON, version, [known(f"{version}.1")], NOW).state == UNKNOWN

    def test_newer_than_what_was_told(self):
        assert age(PACKAGE, "1.2", [known("1.1")], NOW).state == NEWEST

    @given(
        st.lists(
            st.builds(
                known,
                st.sampled_from(["1.0", "1.1", "1.2", "2.0"]),
                st.none() | st.dates(date(2026, 1, 1), date(2026, 11, 1)),
                st.datetimes(NOW - 60 * DAY, NOW),
            )
        ),
        st.sampled_from(["1.0", "1.1", "1.2", "2.0"]),
        st.randoms(),
    )
    def test_the_order_of_reports_does_not_matter(self, reported, version, random):
        found = age(PACKAGE, version, reported, NOW)
        mixed = random.sample(reported, len(reported))
        assert age(PACKAGE, version, mixed, NOW) == found
        is_behind = any(order(one.version) > order(version) for one in reported)
        assert (found.state == BEHIND) == is_behind
        if not reported:
            assert found.state == UNKNOWN


class TestMessage:
    def message(self, **value):
        return {"version": 1, "at": "2026-11-29T06:00:00Z", "versions": [value]}

    def test_what_it_reports(self):
        value = {"kind": "package", "name": "Python_LXML", "version": "6.1"}
        found = parse(self.message(**value, released_on="2026-11-20"))
        assert found.at == datetime(2026, 11, 29, 6)
        assert found.versions == (
            Version(PACKAGE, "python-lxml", "6.1", date(2026, 11, 20)),
        )

    def test_there_is_one_odoo_and_one_postgresql(self):
        for kind in (ODOO, POSTGRESQL):
            (found,) = parse(self.message(kind=kind, version="19.0-1")).versions
            assert (found.name, found.released_on) == (kind, None)

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            ({"kind": "system", "version": "1"}, "kind must be one of"),
            ({"kind": "addon", "version": "1"}, "name is needed"),
            ({"kind": "odoo"}, "version is needed"),
            ({"kind": "odoo", "version": "1", "released_on": "soon"}, "must be a day"),
            ({"kind": "odoo", "version": "1", "released_on": 7}, "must be a day"),
        ],
    )
    def test_what_breaks_the_contract(self, value, text):
        with pytest.raises(InvalidReport, match=text):
            parse(self.message(**value))
