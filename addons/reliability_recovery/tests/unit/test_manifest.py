"""What differs from a manifest, and what people have changed since."""

from datetime import datetime, timedelta
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st
from reliability_recovery.manifest import (
    BUCKET_IDS,
    TABLES,
    Bucket,
    Count,
    difference,
    due,
    hashed,
    is_explained,
)

NOON = datetime(2026, 11, 28, 11)
UNTIL, SINCE = NOON - timedelta(days=1), NOON - timedelta(minutes=10)
LONG_AGO, YESTERDAY = NOON - timedelta(days=9), NOON - timedelta(hours=9)
LATER = NOON + timedelta(hours=1)


class Row(NamedTuple):
    """A row of a table, as the manifest sees it."""

    id: int
    value: int
    created: datetime
    written: datetime
    is_closed: bool


def count(rows):
    """Count rows as the SQL of the manifest does."""
    counted = [row for row in rows if row.is_closed and row.written < UNTIL]
    total = 0
    for row in counted:
        total ^= hash((row.id, row.value))
    changed = sum(row.written >= SINCE and row.created < UNTIL for row in rows)
    return Count(len(counted), str(total), changed)


def bucket(rows):
    rows, total, _changed = count(rows)
    values = "sale_order_line", 1, BUCKET_IDS, rows, total
    return Bucket(*values, ("id",), UNTIL, SINCE, NOON)


@st.composite
def tables(draw):
    """Draw the rows of production when the manifest was made."""
    written = st.sampled_from((LONG_AGO, YESTERDAY))
    return [
        Row(
            number,
            draw(st.integers(0, 3)),
            LONG_AGO,
            draw(written),
            draw(st.booleans()),
        )
        for number in range(draw(st.integers(1, 12)))
    ]


def changed(draw, row):
    """Draw what people made of a row afterwards."""
    values = {"value": draw(st.integers(0, 3)), "is_closed": draw(st.booleans())}
    return row._replace(written=LATER, **values)


@given(tables(), st.data())
def test_what_people_do_is_no_difference(before, data):
    after = [
        changed(data.draw, row) if data.draw(st.booleans()) else row for row in before
    ]
    after += [
        Row(number, 1, LATER, LATER, True)
        for number in range(100, 100 + data.draw(st.integers(0, 3)))
    ]
    assert difference(bucket(before), count(after)) is None


@given(tables(), st.data())
def test_more_rows_lost_than_changed_are_a_difference(before, data):
    lost = data.draw(st.integers(1, 5))
    more = [Row(1000 + n, 1, LONG_AGO, LONG_AGO, True) for n in range(lost)]
    after = [
        changed(data.draw, row) if data.draw(st.booleans()) else row for row in before
    ]
    found = count(after)
    expected = bucket(before + more)
    missing = expected.rows - found.rows
    result = difference(expected, found)
    if missing > found.changed:
        assert result.expected_rows - result.found_rows == missing
        assert result.text
    else:
        assert result is None
        assert is_explained(expected, found)


@given(tables(), st.integers(4, 9))
def test_one_row_lost_without_any_change_is_a_difference(before, value):
    row = Row(1000, value, LONG_AGO, LONG_AGO, True)
    found = difference(bucket([*before, row]), count(before))
    assert found.expected_rows - found.found_rows == 1


@given(tables(), st.integers(4, 9))
def test_a_value_changed_silently_is_a_difference(before, value):
    row = Row(1000, 1, LONG_AGO, LONG_AGO, True)
    altered = row._replace(value=value)
    found = difference(bucket([*before, row]), count([*before, altered]))
    assert found.expected_rows == found.found_rows
    assert "with other values" in found.text


def test_the_text_says_what_is_missing():
    expected = bucket([])._replace(rows=9999, hash="a")
    found = difference(expected, Count(9998, "b", 0))
    assert found.text == (
        "sale_order_line 1 to 10000: 9998 rows, 9999 at 2026-11-28 11:00 UTC"
    )
    found = difference(expected, Count(9990, "b", 3))
    assert "9990 rows and 3 changed since, 9999 at" in found.text


def test_more_rows_than_there_were_are_a_difference():
    assert difference(bucket([]), Count(1, "a", 5))


class TestDue:
    COLUMNS = {"sale_order_line": ("id",), "stock_move": ("id",)}

    def known(
        self, first_id, last_id, hours=0, table="sale_order_line", columns=("id",)
    ):
        return bucket([])._replace(
            table=table,
            first_id=first_id,
            last_id=last_id,
            columns=columns,
            made_at=NOON - timedelta(hours=hours),
        )

    def test_all_ids_up_to_the_largest_are_in_one_bucket(self):
        found = due({"sale_order_line": 20_001}, self.COLUMNS, [])
        assert found == [
            ("sale_order_line", 1, 10_000),
            ("sale_order_line", 10_001, 20_000),
            ("sale_order_line", 20_001, 20_001),
        ]

    def test_a_table_without_rows_has_none(self):
        assert due({"sale_order_line": 0}, self.COLUMNS, []) == []

    def test_new_ones_come_first_and_then_the_oldest(self):
        known = [
            self.known(1, 10_000, hours=1),
            self.known(10_001, 20_000, hours=3),
            self.known(20_001, 20_100, hours=0),
            self.known(1, 500, hours=2, table="stock_move"),
        ]
        found = due({"sale_order_line": 20_200, "stock_move": 500}, self.COLUMNS, known)
        assert [one[:2] for one in found] == [
            ("sale_order_line", 20_001),
            ("sale_order_line", 10_001),
            ("stock_move", 1),
            ("sale_order_line", 1),
        ]

    def test_one_with_other_columns_is_new(self):
        known = [self.known(1, 10_000), self.known(10_001, 10_005, columns=("name",))]
        found = due({"sale_order_line": 10_005}, self.COLUMNS, known)
        assert found[0] == ("sale_order_line", 10_001, 10_005)


class TestColumns:
    BASE = {"id": "int4", "create_date": "timestamp", "write_date": "timestamp"}

    def test_what_a_table_has_not_is_left_out(self):
        columns = self.BASE | {"state": "varchar", "quantity": "float8"}
        assert hashed("stock_move", columns) == ("id", "quantity")

    def test_a_table_without_what_says_that_rows_are_closed_is_left_out(self):
        assert hashed("stock_move", self.BASE) == ()

    def test_no_column_is_one_that_odoo_changes_by_itself(self):
        for table in TABLES.values():
            assert not {"partner_id", "write_date", "qty_invoiced"} & set(table.columns)
            assert "id" in table.columns
