"""The page of the platform, as its browser code reads it."""

import json
from datetime import UTC, timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from ..watch.kinds import KINDS
from ..watch.watch import UNCHECKED
from .common import NAMES, NOON, PlatformCase


class PageCase(PlatformCase):
    def setUp(self):
        super().setUp()
        self.env["reliability.platform.sample"].search([]).unlink()
        groups = "base.group_user,reliability.group_admin"
        self.admin = new_test_user(self.env, "page_admin", groups, tz="UTC")

    def page(self, user=None):
        pages = self.env["reliability.platform.page"].with_user(user or self.admin)
        with freeze_time(NOON):
            return pages.read_page()

    def subjects(self):
        return {
            subject["key"]: subject
            for section in self.page()["sections"]
            for subject in section["subjects"]
        }


@tagged("-at_install", "post_install")
class TestPage(PageCase):
    def test_a_subject_is_as_bad_as_its_worst_problem(self):
        self.be_operator()
        self.host(
            problems=[self.problem("standby_lags"), self.problem()],
            facts={"postgres:": {}, "redis:cache": {}, "host:one": None},
        )
        states = {
            key: (subject["name"], subject["state"], subject["state_name"])
            for key, subject in self.subjects().items()
        }
        self.assertEqual(
            states,
            {
                "postgres:": ("", "interrupted", "Interrupted"),
                "redis:cache": ("Redis for the cache", "fine", "Fine"),
                "host:one": ("one", "unknown", "Unknown"),
            },
        )

    def test_what_was_not_checked_for_a_minute_is_unknown_and_says_for_how_long(self):
        self.be_operator()
        hangs = {UNCHECKED: 300.0}
        self.host(
            problems=[self.problem("disk_slow", "one")],
            facts={"host:one": hangs, "ingress:edge": hangs},
        )
        subjects = self.subjects()
        self.assertEqual(subjects["ingress:edge"]["state"], "unknown")
        self.assertEqual(subjects["host:one"]["state"], "degraded")
        for subject in subjects.values():
            (value,) = subject["values"]
            self.assertEqual(value, {"name": "Not checked for", "text": "5 min"})

    def test_of_two_hosts_one_that_checks_a_cluster_says_how_it_is(self):
        self.be_operator()
        self.host("one", problems=[], facts={"redis:cache": {"clients": 3}})
        self.host("two", problems=[], facts={"redis:cache": {UNCHECKED: 300.0}})
        (subject,) = self.subjects().values()
        self.assertEqual(subject["state"], "fine")

    def test_problems_have_names_and_what_to_do(self):
        self.be_operator()
        self.host(problems=[self.problem(names=NAMES)])
        ((problem,),) = (one["problems"] for one in self.subjects().values())
        self.assertIn("standby ffm2", problem["text"])
        self.assertIn("synchronous_standby_names", problem["to_do"])

    def test_facts_are_texts_and_what_is_unknown_says_so(self):
        self.be_operator()
        slots = [["ffm2", True, "reserved", 2_000_000, None]]
        facts = {"clients": 1200, "limit_bytes": None, "slots": slots, "new": "x"}
        self.host(facts={"postgres:": facts})
        (subject,) = self.subjects().values()
        self.assertEqual(
            [(value["name"], value["text"]) for value in subject["values"]],
            [("Clients", "1,200"), ("Memory limit", "Unknown"), ("new", "x")],
        )
        (table,) = subject["tables"]
        self.assertEqual(table["columns"][:2], ["Name", "Active"])
        self.assertEqual(
            table["rows"], [["ffm2", "Yes", "reserved", "2.0 MB", "Unknown"]]
        )

    def test_shares_have_their_sign_and_durations_their_unit(self):
        self.be_operator()
        self.host(facts={"host:one": {"cpu_limit": 2, "memory_left_percent": 90.4}})
        (subject,) = self.subjects().values()
        texts = {value["name"]: value["text"] for value in subject["values"]}
        self.assertEqual(texts, {"CPU limit": "2", "Available memory": "90%"})

    def test_since_when_a_server_is_the_primary(self):
        self.be_operator()
        since = (NOON - timedelta(hours=1)).replace(tzinfo=UTC).timestamp()
        primary = {"server": "10.0.0.1:5432", "since": since, "timeline": 2}
        self.host(facts={"postgres:": {"primary": primary}})
        (subject,) = self.subjects().values()
        texts = {value["name"]: value["text"] for value in subject["values"]}
        self.assertEqual(texts["Primary since"], "11:00")

    def test_rows_may_be_dicts(self):
        self.be_operator()
        self.host(facts={"pgbouncer:": {"pools": [{"database": "x", "waiting": 3}]}})
        (table,) = self.subjects()["pgbouncer:"]["tables"]
        self.assertEqual(table["columns"], ["Database", "Waiting clients"])
        self.assertEqual(table["rows"], [["x", "3"]])

    def sample(self, metric, minutes, value):
        """Store a value of the cluster, so many minutes before noon."""
        self.env["reliability.platform.sample"].create(
            {
                "kind": "postgres",
                "subject": "",
                "metric": metric,
                "minute": NOON - timedelta(minutes=minutes),
                "value": value,
            }
        )

    def test_trends_of_a_day_have_gaps_where_nothing_was_stored(self):
        self.be_operator()
        self.sample("commit_seconds", 25, 0.2)
        self.sample("commit_seconds", 24, 0.1)
        self.env.flush_all()
        page = self.page()
        (subject,) = page["sections"][0]["subjects"]
        (trend,) = subject["trends"]
        self.assertEqual(
            (trend["name"], trend["unit"]), ("Duration of a commit", "seconds")
        )
        self.assertEqual(len(trend["values"]), len(page["times"]))
        known = {
            time: round(value, 3)
            for time, value in zip(page["times"], trend["values"], strict=True)
            if value is not None
        }
        self.assertEqual(known, {"2026-03-02 11:30:00": 0.15})

    def test_whether_there_is_a_primary_has_no_chart(self):
        self.be_operator()
        self.sample("primary", 25, 1)
        self.env.flush_all()
        self.assertEqual(self.page()["sections"], [])

    def test_nothing_is_reported(self):
        self.assertIn("Nothing was reported", self.page()["hint"])
        self.assertEqual(self.page()["sections"], [])

    def test_every_kind_of_problem_has_a_section(self):
        self.host(problems=[self.problem(code) for code in KINDS])
        shown = {
            problem["code"]
            for subject in self.subjects().values()
            for problem in subject["problems"]
        }
        self.assertEqual(shown, set(KINDS))


@tagged("-at_install", "post_install")
class TestReaders(PageCase):
    def test_only_administrators_read_it(self):
        for group in ("reliability.group_manager", "base.group_system"):
            groups = f"base.group_user,{group}"
            user = new_test_user(self.env, f"page_{group}", groups)
            with self.assertRaises(AccessError):
                self.page(user)

    def test_a_tenant_reads_no_name_of_a_neighbour(self):
        """Neither on the page nor in alerts, of all kinds of problems."""
        self.be_operator("operator")
        self.host(problems=[self.problem(code) for code in KINDS])
        page = self.page()
        self.assertIn("concerns this database", page["hint"])
        with freeze_time(NOON):
            alerts, _work = self.env["reliability.evaluator"]._evaluate(NOON)
        everything = json.dumps([page, alerts], default=str)
        self.assertIn("commits_unconfirmed", everything)
        for name in NAMES.values():
            self.assertNotIn(name, everything)

    def test_a_tenant_reads_the_names_of_its_own_tables(self):
        self.be_operator("operator")
        names = {"table": "stock_move"}
        numbers = {"dead_rows": 90_000, "live_rows": 10_000}
        self.host(
            problems=[self.problem("vacuum_behind", numbers=numbers, names=names)],
            facts={"tables": [["stock_move", 8_000_000, 10_000, 90_000, None]]},
        )
        (subject,) = self.subjects().values()
        self.assertIn("the table stock_move has 90,000", subject["problems"][0]["text"])
        self.assertEqual(subject["tables"][0]["rows"][0][:2], ["stock_move", "8.0 MB"])
        self.assertEqual(subject["state"], "degraded")

    def test_a_tenant_knows_nothing_of_the_cluster_that_is_not_reported(self):
        self.be_operator("operator")
        self.host(facts={"tables": [["stock_move", 8_000_000, 10_000, 90, None]]})
        (subject,) = self.subjects().values()
        self.assertEqual(subject["state"], "unknown")

    def test_without_an_operator_database_it_says_what_to_configure(self):
        self.be_operator("")
        self.host(problems=[])
        self.assertIn("operator_database in section", self.page()["hint"])
