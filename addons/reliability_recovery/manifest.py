"""The manifest: what production counted of its closed rows, and a copy must have.

Rows that are closed, such as lines of posted entries, do not change unnoticed.
Production counts them by *buckets* of ids and adds up a hash of them, in increments.
A restored copy counts again: what is not explained by rows that were changed since has
been lost or altered.

Plain Python; cursors are of psycopg2 or Odoo.  Moments are in UTC without a time zone.
"""

from datetime import datetime
from typing import NamedTuple

from .figures import figures, stored_figures  # noqa: F401 - the drill reads them here

TABLE = "reliability_recovery_manifest"
BUCKET_IDS = 10_000


class Table(NamedTuple):
    """A table with rows that are closed some day.

    :ivar closed: the condition in SQL under which nobody can delete a row in Odoo
    :ivar columns: those that stay as they are once a row is closed; without partners,
        which Odoo merges by SQL, and without what follows, such as invoiced quantities
    :ivar needs: columns of the condition
    """

    name: str
    closed: str
    needs: tuple[str, ...]
    columns: tuple[str, ...]


_TABLES = (
    # People may delete cancelled orders and moves; and sections and down payments.
    Table(
        "sale_order_line",
        "state = 'sale' AND display_type IS NULL AND is_downpayment IS NOT TRUE",
        ("state", "display_type", "is_downpayment"),
        (
            *("id", "order_id", "company_id", "currency_id", "product_id"),
            *("product_uom_id", "product_uom_qty", "price_unit", "discount"),
            "price_subtotal",
        ),
    ),
    Table(
        "stock_move",
        "state = 'done'",
        ("state",),
        (
            *("id", "picking_id", "company_id", "product_id", "product_uom"),
            *("product_uom_qty", "quantity", "location_id", "location_dest_id", "date"),
        ),
    ),
    Table(
        "stock_move_line",
        "state = 'done'",
        ("state",),
        (
            *("id", "move_id", "picking_id", "company_id", "product_id", "lot_id"),
            *("product_uom_id", "quantity", "quantity_product_uom", "location_id"),
            *("location_dest_id", "date"),
        ),
    ),
    Table(
        "account_move_line",
        "parent_state = 'posted'",
        ("parent_state",),
        (
            *("id", "move_id", "journal_id", "company_id", "account_id", "date"),
            *("debit", "credit", "balance", "amount_currency", "currency_id"),
            *("product_id", "quantity", "price_unit", "tax_line_id"),
        ),
    ),
)
TABLES = {table.name: table for table in _TABLES}
_TIMES = ("create_date", "write_date")

_EPOCH = "(extract(epoch FROM {}) * 1000000)::bigint"
_TEXTS = {
    **dict.fromkeys(("int2", "int4", "int8", "bool", "varchar", "text"), "{}"),
    # A float has 15 digits as numeric, whatever extra_float_digits is.
    **dict.fromkeys(("numeric", "float4", "float8"), "trim_scale({}::numeric)"),
    **dict.fromkeys(("timestamp", "timestamptz"), _EPOCH),
    "date": "({} - DATE '2000-01-01')",
}
"""Type → expression whose text does not depend on settings and versions."""


class Bucket(NamedTuple):
    """What production counted of some ids of a table.

    :ivar last_id: the largest id that there was, if the bucket was not full
    :ivar rows: the number of closed rows last written before ``until``
    :ivar hash: of these rows; empty without any
    :ivar columns: that are in the hash
    :ivar until: a day before it was made: newer rows change too often
    :ivar since: what was changed after the bucket was made was written since then
    :ivar made_at: when the transaction that counted began
    """

    table: str
    first_id: int
    last_id: int
    rows: int
    hash: str
    columns: tuple[str, ...]
    until: datetime
    since: datetime
    made_at: datetime


class Count(NamedTuple):
    """What is counted of a bucket.

    :ivar rows, hash: as of a `Bucket`
    :ivar changed: the number of rows created before ``until`` and written since
        ``since``, which may have been counted before
    """

    rows: int
    hash: str
    changed: int


class Difference(NamedTuple):
    """A bucket that is not as production had it.

    :ivar changed_rows: rows that were changed since, which explain as many
    :ivar text: in English
    """

    table: str
    first_id: int
    last_id: int
    expected_rows: int
    found_rows: int
    changed_rows: int
    made_at: datetime
    text: str


class Comparison(NamedTuple):
    """A restored copy compared with its manifest.

    :ivar compared: the number of buckets that are in the manifest
    :ivar not_comparable: so many of them have rows that were changed since, which
        explain what is missing; or columns that the database has no more
    """

    differences: list[Difference]
    compared: int
    not_comparable: int


def compare(cursor) -> list[Difference]:
    """Return what differs in a restored database from its manifest.

    An empty list says nothing where the manifest is empty, see `comparison`.
    """
    return comparison(cursor).differences


def comparison(cursor) -> Comparison:
    """Count all buckets of the manifest of a database again."""
    differences, compared, not_comparable = [], 0, 0
    columns = {name: columns_of(cursor, name) for name in TABLES}
    for bucket in stored(cursor):
        compared += 1
        count = count_again(cursor, bucket, columns.get(bucket.table, {}))
        if count is None or is_explained(bucket, count):
            not_comparable += 1
        elif found := difference(bucket, count):
            differences.append(found)
    return Comparison(differences, compared, not_comparable)


def is_explained(bucket: Bucket, count: Count) -> bool:
    """Return whether rows are missing, but no more than were changed since."""
    return 0 < bucket.rows - count.rows <= count.changed


def difference(bucket: Bucket, count: Count) -> Difference | None:
    """Return what differs from a bucket; ``None`` if nothing does, or it is explained.

    A row that is changed leaves those that are counted, and none can join them: the
    same number of rows are the same rows.
    """
    is_same = (bucket.rows, bucket.hash) == (count.rows, count.hash)
    if is_same or is_explained(bucket, count):
        return None
    return Difference(
        bucket.table,
        bucket.first_id,
        bucket.last_id,
        bucket.rows,
        count.rows,
        count.changed,
        bucket.made_at,
        _text(bucket, count),
    )


def _text(bucket: Bucket, count: Count) -> str:
    where = f"{bucket.table} {bucket.first_id} to {bucket.last_id}"
    when = f"{bucket.made_at:%Y-%m-%d %H:%M} UTC"
    if bucket.rows == count.rows:
        return f"{where}: {count.rows} rows, with other values than at {when}"
    changed = f" and {count.changed} changed since" if count.changed else ""
    return f"{where}: {count.rows} rows{changed}, {bucket.rows} at {when}"


# Buckets to count


def due(
    watermarks: dict[str, int], columns: dict[str, tuple[str, ...]], known: list[Bucket]
) -> list[tuple[str, int, int]]:
    """Return the buckets to count, the most urgent first.

    Those come first that are new, that ids were added to, or whose columns differ;
    then those that were made longest ago.

    :param watermarks: table → its largest id
    :param columns: table → those to be in the hash
    :return: table, first and last id of each
    """
    known = {(bucket.table, bucket.first_id): bucket for bucket in known}

    def urgency(one):
        table, first_id, last_id = one
        bucket = known.get((table, first_id))
        if not bucket or (bucket.last_id, bucket.columns) != (last_id, columns[table]):
            return False, datetime.min, one
        return True, bucket.made_at, one

    buckets = [
        (table, first_id, min(first_id + BUCKET_IDS - 1, watermark))
        for table, watermark in watermarks.items()
        for first_id in range(1, watermark + 1, BUCKET_IDS)
    ]
    return sorted(buckets, key=urgency)


# SQL


def columns_of(cursor, table: str) -> dict[str, str]:
    """Return column → type of a table; empty if there is no such table."""
    cursor.execute(
        """
        SELECT attribute.attname, type.typname
          FROM pg_attribute AS attribute JOIN pg_type AS type ON type.oid = atttypid
         WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped
        """,
        [table],
    )
    return dict(cursor.fetchall())


def hashed(table: str, columns: dict[str, str]) -> tuple[str, ...]:
    """Return the columns of a table that are in the hash; none if it cannot be counted.

    :param columns: as of `columns_of`
    """
    needed = ("id", *_TIMES, *TABLES[table].needs)
    if not columns.keys() >= set(needed):
        return ()
    return tuple(name for name in TABLES[table].columns if columns.get(name) in _TEXTS)


def watermark(cursor, table: str) -> int:
    """Return the largest id of a table; 0 if it is empty."""
    cursor.execute(f"SELECT coalesce(max(id), 0) FROM {TABLES[table].name}")
    return cursor.fetchone()[0]


def stored(cursor) -> list[Bucket]:
    """Return the buckets in the manifest of a database."""
    if not columns_of(cursor, TABLE):
        return []
    cursor.execute(
        f"""
        SELECT table_name, first_id, last_id, rows, hash, columns, until, since, made_at
          FROM {TABLE} ORDER BY table_name, first_id
        """
    )
    return [
        Bucket(*counted, tuple(columns.split(",")), until, since, made_at)
        for *counted, columns, until, since, made_at in cursor.fetchall()
    ]


def count_again(cursor, bucket: Bucket, columns: dict[str, str]) -> Count | None:
    """Count a bucket of the manifest again.

    :param columns: as of `columns_of`
    :return: ``None`` if the table is not known, or has not all columns any more
    """
    if bucket.table not in TABLES:
        return None
    if not columns:
        return Count(0, "", 0)  # the table is lost, and all of its rows
    if not set(bucket.columns) <= set(hashed(bucket.table, columns)):
        return None
    return count(
        cursor,
        bucket.table,
        (bucket.first_id, bucket.last_id),
        {name: columns[name] for name in bucket.columns},
        (bucket.until, bucket.since),
    )


def count(cursor, table: str, ids, columns: dict[str, str], times) -> Count:
    """Count the closed rows of a bucket.

    :param ids: the first and the last one
    :param columns: in the hash, with their types, in their order
    :param times: ``until`` and ``since`` of a `Bucket`
    """
    first_id, last_id = ids
    until, since = times
    row = ", ".join(_TEXTS[type_].format(name) for name, type_ in columns.items())
    # 64 bits of each hash; combined in any order.
    cursor.execute(
        f"""
        SELECT count(*) FILTER (WHERE is_counted),
               coalesce(to_hex(bit_xor(
                   ('x' || left(md5(ROW({row})::text), 16))::bit(64)::bigint
               ) FILTER (WHERE is_counted)), ''),
               count(*) FILTER (WHERE is_changed)
          FROM (SELECT *,
                       {TABLES[table].closed} AND write_date < %(until)s AS is_counted,
                       write_date >= %(since)s
                       AND coalesce(create_date < %(until)s, true) AS is_changed
                  FROM {TABLES[table].name}
                 WHERE id BETWEEN %(first_id)s AND %(last_id)s) AS row
        """,
        {"first_id": first_id, "last_id": last_id, "until": until, "since": since},
    )
    return Count(*cursor.fetchone())
