"""What a database has stored: rows, numbers of sequences, quantities and files."""

import json

from setup import postgres, workplace

_TABLES = """
    SELECT relname FROM pg_class JOIN pg_namespace AS space ON space.oid = relnamespace
     WHERE relkind = 'r' AND nspname = 'public' AND relname NOT LIKE 'reliability\\_%'
"""
_WRITERS = """
    SELECT table_name FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name = 'write_uid'
       AND table_name IN ({tables})
"""
_NUMBERS = """
    SELECT json_object_agg(name, value) FROM (
        SELECT sequencename AS name, last_value AS value FROM pg_sequences
         WHERE sequencename ~ '^ir_sequence_[0-9]'
         UNION ALL
        SELECT 'ir.sequence ' || id, number_next FROM ir_sequence
         UNION ALL
        SELECT 'ir.sequence.date_range ' || id, number_next FROM ir_sequence_date_range
    ) AS number
"""
_QUANTITIES = """
    SELECT json_object_agg(product_id || ' in ' || location_id, quantities) FROM (
        SELECT product_id, location_id, array_agg(quantity) AS quantities
          FROM stock_quant GROUP BY product_id, location_id) AS quant
"""


def traces(database):
    """Return what a database has stored: kind and name → value.

    Our own tables are left out: what the collector stores depends on the time.
    """
    return {
        **_named("rows", _rows(database)),
        **_named("number", json.loads(postgres.psql(_NUMBERS, database))),
        **_named("quantities", json.loads(postgres.psql(_QUANTITIES, database))),
        **_named(
            "unreferenced file", dict.fromkeys(_unreferenced_files(database), True)
        ),
    }


def written_by(database, user):
    """Return the tables with rows that a user has created or written → their number."""
    tables = ",".join(f"'{table}'" for table in _tables(database))
    writers = postgres.psql(_WRITERS.format(tables=tables), database).split()
    counts = " UNION ALL ".join(
        f"SELECT '{table}', count(*) FROM \"{table}\""
        f" WHERE create_uid = {user} OR write_uid = {user}"
        for table in writers
    )
    return {table: count for table, count in _pairs(counts, database) if count}


def _named(kind, values):
    return {f"{kind}: {name}": value for name, value in values.items()}


def _tables(database):
    return postgres.psql(_TABLES, database).split()


def _rows(database):
    counts = " UNION ALL ".join(
        f"SELECT '{table}', count(*) FROM \"{table}\"" for table in _tables(database)
    )
    return dict(_pairs(counts, database))


def _pairs(query, database):
    rows = postgres.psql(query, database).splitlines()
    return [(name, int(count)) for name, count in (row.split("|") for row in rows)]


def _unreferenced_files(database):
    """Return the files of the filestore that no attachment refers to."""
    named = "SELECT store_fname FROM ir_attachment WHERE store_fname IS NOT NULL"
    return _files(database) - set(postgres.psql(named, database).split())


def _files(database):
    folder = workplace.filestore(database)
    return {
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()
    }
