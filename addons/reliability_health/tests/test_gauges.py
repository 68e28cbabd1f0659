"""On /metrics: when the health of services was last evaluated."""

from datetime import UTC, timedelta

from odoo.tests import tagged

from odoo.addons.reliability.tests.counting import NOON

from .test_evaluator import EvaluatedCase


@tagged("-at_install", "post_install")
class TestTimeOfTheLastEvaluation(EvaluatedCase):
    def read(self):
        self.env.cr.execute(
            "SELECT * FROM reliability_gauge_reliability_evaluated_timestamp_seconds"
        )
        self.assertEqual([column.name for column in self.env.cr.description], ["value"])
        return [float(value) for (value,) in self.env.cr.fetchall()]

    def store(self, text):
        self.env["ir.config_parameter"].set_param("reliability.evaluated", text)
        self.env.flush_all()

    def test_it_is_that_of_the_last_evaluation_as_a_unix_time(self):
        for minutes in (1, 2):
            moment = NOON + timedelta(minutes=minutes)
            self.evaluate_at(moment)
            self.assertEqual(self.read(), [moment.replace(tzinfo=UTC).timestamp()])

    def test_it_does_not_depend_on_the_time_zone_of_the_connection(self):
        self.evaluate_at(NOON)
        self.env.cr.execute("SET LOCAL TIME ZONE 'Asia/Kolkata'")
        self.assertEqual(self.read(), [NOON.replace(tzinfo=UTC).timestamp()])

    def test_it_is_absent_where_services_were_never_evaluated(self):
        self.store(False)
        self.assertEqual(self.read(), [])

    def test_it_is_absent_where_the_parameter_is_no_moment(self):
        for text in (
            "yesterday",
            "",
            "2026",
            "2026-02-30 12:00:00",
            "2026-13-01 12:00:00",
            "2026-00-01 12:00:00",
            "2026-01-00 12:00:00",
            "2026-01-99 12:00:00",
            "2026-01-01 24:00:00",
            "2026-01-01 12:60:00",
            "2026-01-01 12:00:60",
            "2026-01-01T12:00:00",
            "2026-01-01 12:00:00\n",
            " 2026-01-01 12:00:00",
            "2026-01-01 12:00:00+02",
            "0000-01-01 12:00:00",
            "٢٠٢٦-01-01 12:00:00",
            "infinity",
        ):
            self.env.cr.execute(
                "INSERT INTO ir_config_parameter (key, value)"
                " VALUES ('reliability.evaluated', %s)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                [text],
            )
            with self.subTest(text):
                self.assertEqual(self.read(), [])

    def test_29_february_is_a_day_of_leap_years_only(self):
        self.store("2028-02-29 00:00:01")
        self.assertEqual(self.read(), [1835395201])
        self.store("2027-02-29 00:00:01")
        self.assertEqual(self.read(), [])
