"""Figures of a whole database that show whether it is consistent.

Production stores them: it may have faults of its own, which are not the backup's.
Plain Python; cursors are of psycopg2 or Odoo.
"""

TABLE = "reliability_recovery_figures"

_STOCK = """
    SELECT count(*) FROM (
        SELECT product_id, location_id, lot_id
          FROM (SELECT product_id, location_id, lot_id, quantity FROM stock_quant
                 UNION ALL
                SELECT product_id, location_id, lot_id, quantity_product_uom
                  FROM stock_move_line WHERE state = 'done'
                 UNION ALL
                SELECT product_id, location_dest_id, lot_id, -quantity_product_uom
                  FROM stock_move_line WHERE state = 'done') AS movement
         WHERE location_id IN (SELECT id FROM stock_location
                                WHERE usage IN ('internal', 'transit'))
           AND product_id IN (SELECT product.id
                                FROM product_product AS product
                                JOIN product_template AS template
                                  ON template.id = product.product_tmpl_id
                               WHERE template.is_storable)
         GROUP BY product_id, location_id, lot_id
        HAVING abs(sum(quantity)) > 0.0001
    ) AS different
"""
"""Quants less what came in, plus what went out, is nothing."""
_ENTRIES = """
    SELECT count(*) FROM (
        SELECT move_id FROM account_move_line WHERE parent_state = 'posted'
         GROUP BY move_id HAVING abs(sum(balance)) > 0.0001
    ) AS unbalanced
"""
_SEQUENCES = """
    SELECT sequencename, last_value FROM pg_sequences
     WHERE schemaname = current_schema() AND last_value IS NOT NULL
       AND (sequencename ~ '^ir_sequence_[0-9]+(_[0-9]+)?$'
            OR sequencename IN ('sale_order_line_id_seq', 'stock_move_id_seq',
                                'stock_move_line_id_seq', 'account_move_line_id_seq'))
"""
_UUID = "SELECT value FROM ir_config_parameter WHERE key = 'database.uuid'"


def figures(cursor) -> dict:
    """Return the figures of a database as it is now; may take long.

    :return: ``stock``: number of products by location and lot whose quants differ from
        their done moves; ``entries``: number of posted entries that do not balance;
        ``sequences``: sequence → last value; ``uuid``: of the database.  ``None`` is
        what the database has not.
    """
    return {
        **quick_figures(cursor),
        "stock": _value(cursor, _STOCK, "stock_quant"),
        "entries": _value(cursor, _ENTRIES, "account_move_line"),
    }


def quick_figures(cursor) -> dict:
    """Return the same without those that read whole tables, which are ``None``."""
    return {
        "stock": None,
        "entries": None,
        "sequences": _sequences(cursor),
        "uuid": _value(cursor, _UUID, "ir_config_parameter"),
    }


def stored_figures(cursor) -> dict | None:
    """Return the figures that production stored last; ``None`` if it never did.

    :return: as of `figures`, and ``made_at``: in UTC without a time zone
    """
    if not _exists(cursor, TABLE):
        return None
    cursor.execute(
        f"SELECT made_at, figures FROM {TABLE} ORDER BY made_at DESC LIMIT 1"
    )
    row = cursor.fetchone()
    return row and {**row[1], "made_at": row[0]}


def _sequences(cursor) -> dict[str, int]:
    cursor.execute(_SEQUENCES)
    return dict(cursor.fetchall())


def _value(cursor, query, table):
    if not _exists(cursor, table):
        return None
    cursor.execute(query)
    row = cursor.fetchone()
    return row and row[0]


def _exists(cursor, table) -> bool:
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
    return cursor.fetchone()[0]
