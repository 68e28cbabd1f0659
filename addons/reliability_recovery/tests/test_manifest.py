"""Closed rows as production counts them, and a restored copy again, on PostgreSQL."""

import random
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from .. import manifest
from ..manifest import BUCKET_IDS, TABLES, Table

_TABLE = """
    CREATE TABLE closed_line (
        id integer PRIMARY KEY, state varchar, name text, quantity double precision,
        price numeric, day date, moment timestamp, is_good boolean,
        create_date timestamp, write_date timestamp)
"""
_FILL = """
    INSERT INTO closed_line
    SELECT n, 'done', CASE WHEN n %% 3 > 0 THEN 'line ' || n END, n / 3.0, n / 7.0,
           DATE '2026-01-01' + n %% 300, TIMESTAMP '2026-01-01 12:00:00.123',
           n %% 2 = 0,
           now() AT TIME ZONE 'UTC' - interval '9 days',
           now() AT TIME ZONE 'UTC' - interval '9 days'
      FROM generate_series(1, %s) AS n
"""
LINES = Table(
    "closed_line",
    "state = 'done'",
    ("state",),
    ("id", "name", "quantity", "price", "day", "moment", "is_good", "missing"),
)


class ManifestCase(TransactionCase):
    def setUp(self):
        super().setUp()
        self.manifests = self.env["reliability.recovery.manifest"]
        self.manifests.search([]).sudo().unlink()
        self.cr = self.env.cr

    def make(self, seconds=60):
        self.env.flush_all()
        self.manifests._update(seconds)

    def compare(self):
        self.env.flush_all()
        return manifest.comparison(self.cr)


@tagged("-at_install", "post_install")
class TestLines(ManifestCase):
    """A table with which the test does what it likes."""

    def setUp(self):
        super().setUp()
        tables = {"closed_line": LINES}
        self.startPatcher(patch.dict(TABLES, tables, clear=True))
        self.cr.execute(_TABLE)
        self.cr.execute(_FILL, [100])

    def run_sql(self, query):
        self.cr.execute(query)
        self.assertTrue(self.cr.rowcount, query)

    def test_what_is_as_it_was_does_not_differ(self):
        self.make()
        bucket = self.manifests.search([])
        self.assertEqual((bucket.first_id, bucket.last_id, bucket.rows), (1, 100, 100))
        self.assertEqual(bucket.columns, "id,name,quantity,price,day,moment,is_good")
        self.assertEqual(self.compare(), ([], 1, 0))

    def test_settings_and_the_scale_of_numbers_change_nothing(self):
        self.make()
        self.run_sql("UPDATE closed_line SET price = price::numeric(40, 30)")
        (bucket,) = manifest.stored(self.cr)
        types = manifest.columns_of(self.cr, bucket.table)
        for setting in (
            "datestyle = 'German, DMY'",
            "extra_float_digits = -10",
            "timezone = 'Asia/Tokyo'",
            "bytea_output = 'escape'",
        ):
            self.cr.execute(f"SET LOCAL {setting}")
        found = manifest.count_again(self.cr, bucket, types)
        self.assertEqual((found.rows, found.hash), (bucket.rows, bucket.hash))

    def test_one_row_silently_deleted(self):
        self.make()
        self.run_sql("DELETE FROM closed_line WHERE id = 50")
        (found,) = self.compare().differences
        self.assertEqual((found.expected_rows, found.found_rows), (100, 99))
        self.assertIn("closed_line 1 to 100: 99 rows, 100 at ", found.text)

    def test_each_column_counts(self):
        self.make()
        for change in (
            "name = name || '.'",
            "name = coalesce(name, '')",
            "quantity = quantity + 0.001",
            "price = price + 0.00001",
            "day = day + 1",
            "moment = moment + interval '1 microsecond'",
            "is_good = NULL",
        ):
            with self.subTest(change), self.cr.savepoint() as savepoint:
                self.run_sql(f"UPDATE closed_line SET {change}")
                (found,) = self.compare().differences
                self.assertIn("with other values", found.text)
                savepoint.rollback()

    def test_what_people_change_is_no_difference_and_not_comparable(self):
        self.make()
        self.run_sql(
            "UPDATE closed_line SET price = 0, write_date = now() AT TIME ZONE 'UTC'"
            " WHERE id <= 3"
        )
        self.assertEqual(self.compare(), ([], 1, 1))

    def test_more_rows_lost_than_changed(self):
        self.make()
        self.run_sql(
            "UPDATE closed_line SET write_date = now() AT TIME ZONE 'UTC' WHERE id = 1"
        )
        self.run_sql("DELETE FROM closed_line WHERE id = 2")
        (found,) = self.compare().differences
        self.assertEqual(found.changed_rows, 1)
        self.assertIn("98 rows and 1 changed since, 100 at", found.text)

    def test_new_rows_are_no_explanation_for_lost_ones(self):
        self.make()
        self.run_sql(
            "UPDATE closed_line SET id = 101, create_date = now() AT TIME ZONE 'UTC',"
            " write_date = now() AT TIME ZONE 'UTC' WHERE id = 1"
        )
        (found,) = self.compare().differences
        self.assertEqual((found.found_rows, found.changed_rows), (99, 0))

    def test_what_was_written_within_a_day_is_not_counted(self):
        self.run_sql(
            "UPDATE closed_line SET write_date = now() AT TIME ZONE 'UTC'"
            " - interval '5 hours' WHERE id <= 10"
        )
        self.make()
        self.assertEqual(self.manifests.search([]).rows, 90)
        self.run_sql("DELETE FROM closed_line WHERE id <= 10")
        self.assertEqual(self.compare(), ([], 1, 0))

    def test_a_table_that_is_gone_has_lost_its_rows(self):
        self.make()
        self.cr.execute("ALTER TABLE closed_line RENAME TO other_line")
        (found,) = self.compare().differences
        self.assertEqual((found.expected_rows, found.found_rows), (100, 0))
        self.make()
        self.assertFalse(self.manifests.search([]), "production has it no more")

    def test_a_column_that_is_gone_is_not_comparable(self):
        self.make()
        self.cr.execute("ALTER TABLE closed_line DROP COLUMN day")
        self.assertEqual(self.compare(), ([], 1, 1))

    def test_buckets_are_made_in_increments(self):
        self.cr.execute(
            "UPDATE closed_line SET id = id + %s WHERE id > 50", [BUCKET_IDS]
        )
        self.make(seconds=0)
        self.assertFalse(self.manifests.search([]))
        self.make()
        found = self.manifests.search([])
        self.assertEqual(found.mapped("first_id"), [1, BUCKET_IDS + 1])
        self.assertEqual(found.mapped("rows"), [50, 50])
        self.make()
        self.assertEqual(self.manifests.search([]), found, "they are made again")

    def test_any_work_is_no_difference_and_any_loss_beyond_it_is(self):
        random.seed(self.id())
        self.make()
        for _repetition in range(30):
            with self.cr.savepoint() as savepoint:
                numbers = random.sample(range(1, 101), random.randint(0, 20))
                changed = numbers[: random.randint(0, len(numbers))]
                lost = numbers[len(changed) :]
                self.cr.execute(
                    "UPDATE closed_line SET price = id,"
                    " state = CASE WHEN id %% 2 = 0 THEN 'done' ELSE 'draft' END,"
                    " write_date = now() AT TIME ZONE 'UTC' WHERE id = ANY(%s)",
                    [changed],
                )
                self.cr.execute("DELETE FROM closed_line WHERE id = ANY(%s)", [lost])
                is_different = bool(lost)
                self.assertEqual(
                    bool(self.compare().differences), is_different, numbers
                )
                savepoint.rollback()

    def test_a_transaction_that_still_runs_may_change_what_was_counted(self):
        """Its rows have the time at which it began."""
        began = self.cr.now() - timedelta(minutes=5)
        self.make()
        self.cr.execute("UPDATE closed_line SET write_date = %s WHERE id = 1", [began])
        self.assertEqual(self.compare(), ([], 1, 1))


@tagged("-at_install", "post_install")
class TestDatabase(ManifestCase):
    def test_the_tables_of_this_database(self):
        self.make()
        found = set(self.manifests.search([]).mapped("table_name"))
        self.assertLessEqual(found, set(TABLES))
        self.assertEqual(self.compare().differences, [])

    def test_each_column_is_one_of_odoo(self):
        for table in TABLES.values():
            types = manifest.columns_of(self.cr, table.name)
            if types:
                with self.subTest(table.name):
                    self.assertEqual(manifest.hashed(table.name, types), table.columns)

    def test_a_neutralized_copy_keeps_that_of_the_original(self):
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        self.manifests._cron_update()
        self.assertFalse(self.manifests.search([]))

    def test_figures(self):
        figures = self.env["reliability.recovery.figures"]
        figures.search([]).sudo().unlink()
        self.assertIsNone(manifest.stored_figures(self.cr))
        figures._update()
        self.env.flush_all()
        stored = manifest.stored_figures(self.cr)
        self.assertTrue(stored.pop("made_at"))
        self.assertEqual(stored, manifest.figures(self.cr))
        uuid = self.env["ir.config_parameter"].get_param("database.uuid")
        self.assertEqual(stored["uuid"], uuid)

    def test_figures_that_took_long_are_made_less_often(self):
        figures = self.env["reliability.recovery.figures"]
        figures.search([]).sudo().unlink()
        figures._update()
        last = figures.search([])
        hour_ago = self.cr.now().replace(microsecond=0) - timedelta(hours=1)
        last.write({"made_at": hour_ago, "seconds": 30})
        figures._update()
        self.assertEqual(last.made_at, hour_ago)
        last.seconds = 1
        figures._update()
        self.assertGreater(last.made_at, hour_ago)
