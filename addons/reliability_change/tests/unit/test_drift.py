"""What differs from the baseline is reported, and what only looks so is not."""

import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reliability_change import drift_manifest
from reliability_change.drift import (
    DRIFTED,
    IN_SYNC,
    UNKNOWN,
    Difference,
    Drift,
    Item,
    Reading,
    compare,
    make_item,
    make_secret,
    salt_name,
)
from reliability_change.drift_manifest import (
    NO_JSON,
    OTHER_VERSION,
    WRONG_SIGNATURE,
    InvalidManifest,
    Manifest,
    export,
    verify,
)
from reliability_change.normal_form import (
    BOOLEAN,
    DURATION,
    NUMBER,
    SET,
    SIZE,
    TEXT,
    kind_of_setting,
    normal_form,
)

SALT, OTHER_SALT = b"s" * 16, b"o" * 16
KEY, OTHER_KEY = b"k" * 32, b"o" * 32


def reading(problem="", **values):
    return Reading({key: make_item(value) for key, value in values.items()}, problem)


class TestNormalForm:
    """All spellings of a value are the same."""

    @pytest.mark.parametrize(
        ("kind", "unit", "spellings"),
        [
            (SIZE, "8kB", ["8GB", "8192MB", "1048576", 1048576, "'8GB'", "8 GB"]),
            (SIZE, "kB", ["64MB", "65536", "65536kB", ".0625GB"]),
            (SIZE, "B", ["1kB", "1024", "1024B"]),
            (DURATION, "ms", ["5min", "300s", "300000", "300000ms", "3e5"]),
            (DURATION, "s", ["1d", "24h", "86400", "1440min"]),
            (BOOLEAN, "", ["on", "true", "True", "1", "yes", True, "'on'", " ON "]),
            (BOOLEAN, "", ["off", "False", "0", False, "n"]),
            (NUMBER, "", ["0.9", "0.90", "9e-1", ".9", 0.9]),
            (NUMBER, "", ["4", '"4"', 4, "4.0", "+4"]),
            (NUMBER, "", ["0", "-0", "0.0"]),
            (SET, "", ["a, b,c", "c,b,a", "'a',b,c,", "b,a,a,c"]),
            (TEXT, "", ["replica", "'replica'", '"replica"', " replica "]),
            (TEXT, "", ["", None, "''"]),
        ],
    )
    def test_same(self, kind, unit, spellings):
        assert len({normal_form(one, kind, unit) for one in spellings}) == 1

    @pytest.mark.parametrize(
        ("kind", "unit", "one", "other"),
        [
            (SIZE, "8kB", "8GB", "8GB1"),
            (SIZE, "8kB", "8", "8kB"),
            (SIZE, "kB", "-1", "1"),
            (SIZE, "", "1MB", "1mb"),
            (DURATION, "ms", "1min", "1ms"),
            (BOOLEAN, "", "on", "maybe"),
            (NUMBER, "", "4", "4.1"),
            (NUMBER, "", "9" * 40, "9" * 39 + "8"),
            (SIZE, "kB", "9" * 40, "9" * 39 + "8"),
            (SET, "", "a,b", "a,b,c"),
            (TEXT, "", "1", "1.0"),
            (TEXT, "", "a,b", "b,a"),
            (TEXT, "", "", "0"),
            (TEXT, "", "True", "true"),
        ],
    )
    def test_different(self, kind, unit, one, other):
        assert normal_form(one, kind, unit) != normal_form(other, kind, unit)

    def test_it_can_be_read(self):
        assert normal_form("8GB", SIZE) == "8589934592 B"
        assert normal_form("5min", DURATION) == "300000000 us"
        assert normal_form("-1", SIZE, "kB") == "-1"

    @pytest.mark.parametrize("value", ["NaN", "1e999999999", "many", "inf"])
    def test_what_is_no_number_is_a_text(self, value):
        assert normal_form(value, NUMBER) == value

    @pytest.mark.parametrize(
        ("vartype", "unit", "kind"),
        [
            ("integer", "8kB", SIZE),
            ("integer", "B", SIZE),
            ("integer", "ms", DURATION),
            ("real", "ms", DURATION),
            ("integer", None, NUMBER),
            ("real", "", NUMBER),
            ("bool", None, BOOLEAN),
            ("enum", None, TEXT),
            ("string", None, TEXT),
        ],
    )
    def test_kinds_of_postgresql(self, vartype, unit, kind):
        assert kind_of_setting(vartype, unit) == kind


class TestCompare:
    def test_nothing_differs(self):
        found = compare({"conf": reading(a=1)}, {"conf": reading(a="1")})
        assert found == Drift((), {}, ())
        assert found.state == IN_SYNC

    def test_added_removed_and_changed(self):
        found = compare(
            {"conf": reading(a="1", b="2")}, {"conf": reading(b="3", c="4")}
        )
        assert found.differences == (
            Difference("conf", "a", "removed", "1", None),
            Difference("conf", "b", "changed", "2", "3"),
            Difference("conf", "c", "added", None, "4"),
        )
        assert found.state == DRIFTED


class TestUnknown:
    """What could not be read is never in sync."""

    def test_now(self):
        found = compare(
            {"conf": reading(a=1), "redis": reading(b=1)},
            {"conf": reading(a=1), "redis": reading("no connection")},
        )
        assert found == Drift((), {"redis": "no connection"}, ())
        assert found.state == UNKNOWN

    def test_in_the_baseline(self):
        found = compare({"redis": reading("no right")}, {"redis": reading(b=1)})
        assert found.unknown == {"redis": "no right"}

    @pytest.mark.parametrize("is_now", [False, True])
    def test_not_at_all(self, is_now):
        both = {}, {"redis": reading(b=1)}
        found = compare(*(both if is_now else both[::-1]))
        assert found == Drift((), {"redis": "not_read"}, ())

    def test_beside_a_difference_both_are_said(self):
        found = compare(
            {"conf": reading(a=1), "redis": reading(b=1)}, {"conf": reading(a=2)}
        )
        assert found.state == DRIFTED
        assert found.unknown == {"redis": "not_read"}


class TestSecrets:
    """Only a salted hash of a secret is known."""

    def readings(self, value, salt=SALT):
        item = make_secret("key", value, salt)
        return {"conf": Reading({"key": item}, salt=salt_name(salt))}

    def test_it_is_hidden(self):
        item = make_secret("key", "hunter2", SALT)
        assert item.value == "***"
        assert "hunter2" not in repr(item)

    def test_that_it_has_changed_is_seen(self):
        assert compare(self.readings("a"), self.readings("a")).state == IN_SYNC
        assert compare(self.readings("a"), self.readings("b")).state == DRIFTED

    def test_that_it_is_set_is_seen(self):
        (found,) = compare(self.readings(""), self.readings("a")).differences
        assert (found.before, found.after) == ("", "***")

    def test_equal_ones_have_different_hashes(self):
        one, other = make_secret("a", "same", SALT), make_secret("b", "same", SALT)
        assert one.digest != other.digest
        assert one.digest != make_secret("a", "same", OTHER_SALT).digest

    def test_with_another_salt_it_cannot_be_compared(self):
        found = compare(self.readings("a"), self.readings("a", OTHER_SALT))
        assert found == Drift((), {}, (("conf", "key"),))
        assert found.state == UNKNOWN

    def test_but_whether_it_is_set_can(self):
        found = compare(self.readings(""), self.readings("", OTHER_SALT))
        assert found.state == IN_SYNC
        found = compare(self.readings(""), self.readings("a", OTHER_SALT))
        assert found.state == DRIFTED

    def test_nor_can_what_is_masked_with_another_salt(self):
        masked = make_secret("key", "anna@example.com", SALT)._replace(value="*** (1)")
        other = make_secret("key", "bert@example.com", OTHER_SALT)
        readings = [
            {"conf": Reading({"key": item}, salt=salt_name(salt))}
            for item, salt in (
                (masked, SALT),
                (other._replace(value="*** (1)"), OTHER_SALT),
                (other._replace(value="*** (2)"), OTHER_SALT),
            )
        ]
        assert compare(readings[0], readings[1]).state == UNKNOWN
        assert compare(readings[0], readings[2]).state == DRIFTED

    def test_a_short_salt_is_refused(self):
        with pytest.raises(ValueError, match="16 bytes"):
            make_secret("key", "value", b"short")


class TestManifest:
    """Settings can be compared elsewhere, and nobody can change them on the way."""

    MANIFEST = Manifest(
        "production",
        datetime(2026, 11, 30, 12),
        {
            "conf": Reading(
                {"a": make_item("1"), "key": make_secret("key", "hunter2", SALT)},
                salt=salt_name(SALT),
            ),
            "redis": reading("no connection"),
        },
    )

    def test_it_arrives_as_it_was(self):
        assert verify(export(self.MANIFEST, KEY), KEY) == self.MANIFEST

    def test_it_has_no_secret(self):
        text = export(self.MANIFEST, KEY)
        assert "hunter2" not in text
        assert SALT.decode() not in text

    def test_it_is_the_same_each_time(self):
        reversed_readings = dict(reversed(self.MANIFEST.readings.items()))
        other = self.MANIFEST._replace(readings=reversed_readings)
        assert export(other, KEY) == export(self.MANIFEST, KEY)

    def test_blanks_and_order_may_change_on_the_way(self):
        text = json.dumps(json.loads(export(self.MANIFEST, KEY)), indent=2)
        assert verify(text, KEY) == self.MANIFEST

    @pytest.mark.parametrize(
        "change",
        [
            {"name": "staging"},
            {"taken_at": "2026-12-01T12:00:00Z"},
            {"sources": {}},
            {"more": 1},
            {"signature": ""},
            {"signature": None},
            {"signature": "hmac-sha256:ä"},
        ],
    )
    def test_a_changed_one_is_refused(self, change):
        text = json.dumps(json.loads(export(self.MANIFEST, KEY)) | change)
        with pytest.raises(InvalidManifest, match=WRONG_SIGNATURE):
            verify(text, KEY)

    def test_one_with_another_key_is_refused(self):
        with pytest.raises(InvalidManifest, match=WRONG_SIGNATURE):
            verify(export(self.MANIFEST, OTHER_KEY), KEY)

    @pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000])
    def test_what_is_none_is_refused(self, text):
        with pytest.raises(InvalidManifest, match=NO_JSON):
            verify(text, KEY)

    def test_one_of_another_version_is_refused(self, monkeypatch):
        text = export(self.MANIFEST, KEY)
        monkeypatch.setattr(drift_manifest, "VERSION", 2)
        with pytest.raises(InvalidManifest, match=OTHER_VERSION):
            verify(text, KEY)

    def test_a_short_key_is_refused(self):
        with pytest.raises(ValueError, match="32 bytes"):
            export(self.MANIFEST, b"short")


VALUES = st.text(max_size=12) | st.integers() | st.booleans() | st.none()
KINDS = st.sampled_from([TEXT, BOOLEAN, NUMBER, SIZE, DURATION, SET])
ITEMS = st.builds(make_item, VALUES)
READINGS = st.builds(
    Reading, st.dictionaries(st.text(max_size=4), ITEMS, max_size=4), st.just("")
)
SOURCES = st.dictionaries(st.sampled_from("abc"), READINGS, max_size=3)


@given(VALUES, KINDS, st.sampled_from(["", "8kB", "kB", "ms", "s"]))
def test_any_value_has_a_normal_form(value, kind, unit):
    assert isinstance(make_item(value, kind, unit), Item)


@given(st.integers(1, 10**6), st.sampled_from(["kB", "MB", "GB"]))
def test_sizes_are_compared_exactly(number, unit):
    factor = {"kB": 1, "MB": 1024, "GB": 1024**2}[unit]
    in_kb = normal_form(number * factor, SIZE, "kB")
    assert normal_form(f"{number}{unit}", SIZE, "8kB") == in_kb
    assert normal_form(f"{number + 1}{unit}", SIZE, "8kB") != in_kb


@given(SOURCES)
def test_nothing_drifts_from_itself(sources):
    assert compare(sources, sources).state == IN_SYNC


@given(SOURCES, SOURCES)
def test_backwards_the_same_settings_differ(one, other):
    there, back = compare(one, other), compare(other, one)
    opposite = {"added": "removed", "removed": "added", "changed": "changed"}
    assert back.unknown == there.unknown
    assert back.differences == tuple(
        Difference(
            found.source, found.key, opposite[found.kind], found.after, found.before
        )
        for found in there.differences
    )


@given(SOURCES)
def test_any_manifest_arrives_as_it_was(sources):
    manifest = Manifest("any", datetime(2026, 11, 30), sources)
    assert verify(export(manifest, KEY), KEY) == manifest
