"""The cockpit says how things are, and shows to each user what is his."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged

from odoo.addons.reliability.api import Alert, Backlog, Series, Warehouse
from odoo.addons.reliability.models import shared_cache
from odoo.addons.reliability.tests import test_evaluator
from odoo.addons.reliability.tests.test_evaluator import NOON


class CockpitCase(test_evaluator.JudgedCase):
    """A service whose calls are counted, and a viewer who looks at it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operation = cls.make_operation()
        cls.cockpit = cls.env["reliability.cockpit"].with_user(cls.user)

    def setUp(self):
        super().setUp()
        self.env.registry.clear_cache()  # what is usual is remembered
        shared_cache.forget()
        self.know_of_no_host()

    def with_warehouses(self, *codes):
        """Let the user have warehouses, ids from 1, whatever is installed."""
        company = self.env.company.id
        found = [Warehouse(n, f"House {c}", c, company) for n, c in enumerate(codes, 1)]
        situation = type(self.env["reliability.health.provider"])
        patching = patch.object(situation, "_warehouses", lambda _self: found)
        patching.start()
        self.addCleanup(patching.stop)

    def arrive(self, when, host="one"):
        """Let a server bring what it measured, at a moment."""
        self.visits[host] = when

    def read(self, when, warehouse_id=0, **arguments):
        self.arrive(when)
        with freeze_time(when):
            return self.cockpit.read_cockpit(warehouse_id, **arguments)

    def card(self, picture, key="probing"):
        (card,) = [card for card in picture["cards"] if card["key"] == key]
        return card


@tagged("-at_install", "post_install")
class TestHowThingsAre(CockpitCase):
    def test_everything_works(self):
        self.with_warehouses("WH")
        self.count(NOON, *["success"] * 5)
        self.look(NOON + timedelta(minutes=1))
        picture = self.read(NOON + timedelta(minutes=1))
        headline = picture["headline"]
        self.assertEqual(headline["state"], "fine")
        self.assertIn("What people do here works", headline["text"])
        card = self.card(picture)
        self.assertEqual((card["state"], card["text"]), ("fine", ""))
        self.assertEqual(card["today"], {"calls": 5, "failures": 0, "slow": 0})
        self.assertEqual(card["trend"]["today"][12], 5)
        self.assertEqual(card["operation"], "probe")
        self.assertFalse(picture["attention"])

    def test_what_fails_since_when_and_what_to_do(self):
        self.service.contingency = "<p>Write it <b>down</b>.</p>"
        self.trouble()
        picture = self.read(NOON + timedelta(minutes=5))
        headline = picture["headline"]
        self.assertEqual(headline["state"], "interrupted")
        self.assertIn("Probe: 12 of 16 fail since 12:00", headline["text"])
        self.assertIn("Write it", headline["advice"])
        self.assertNotIn("<b>", headline["advice"])
        (item,) = picture["attention"]
        self.assertTrue(item["can_act"], "it is the owner's")
        self.assertEqual(item["action"]["res_model"], "reliability.top.call")
        calls = self.env["reliability.top.call"].with_user(self.user)
        failed = calls.search(item["action"]["domain"])
        self.assertEqual(set(failed.mapped("outcome")), {"failed"})
        self.assertEqual(len(failed), 12)

    def test_another_viewer_sees_it_and_is_not_called_upon(self):
        self.trouble()
        other = new_test_user(
            self.env, "other", "base.group_user,reliability.group_viewer"
        )
        self.arrive(NOON + timedelta(minutes=5))
        with freeze_time(NOON + timedelta(minutes=5)):
            theirs = self.cockpit.with_user(other)
            self.assertEqual(theirs.read_cockpit(0)["headline"]["state"], "interrupted")
            self.assertEqual(theirs.read_summary()["count"], 0)
            self.assertEqual(theirs.read_summary()["state"], "fine")
            mine = self.cockpit.read_summary()
        self.assertEqual((mine["state"], mine["count"]), ("interrupted", 1))

    def test_the_sentence_opens_what_it_speaks_of(self):
        self.trouble()
        picture = self.read(NOON + timedelta(minutes=5))
        (item,) = picture["attention"]
        self.assertEqual(picture["headline"]["action"], item["action"])
        self.assertEqual(picture["headline"]["button"], item["button"])

    def test_only_the_place_that_is_in_trouble_is_opened(self):
        self.with_warehouses("A", "B")
        for n in range(3):
            at = NOON + timedelta(minutes=n)
            self.count(at, *["failed"] * 5, warehouse="A")
            self.count(at, "failed", *["success"] * 50, warehouse="B")
            self.look(at + timedelta(seconds=30))
        (item,) = self.read(NOON + timedelta(minutes=3))["attention"]
        calls = self.env["reliability.top.call"].with_user(self.user)
        opened = calls.search(item["action"]["domain"])
        self.assertEqual(set(opened.mapped("warehouse")), {"A"})

    def of_the_whole_database(self, code, **values):
        """Make the condition of a service that is of no company."""
        service = self.env.ref(f"reliability.service_{code}")
        self.env["reliability.service.status"].create(
            {"service_id": service.id, "is_shared": True, "since": NOON, **values}
        )
        self.env["reliability.evaluator"]._note(NOON)
        return service

    def told_of_mail_that_fails(self):
        """Return what is told of it, and the service it is of."""
        since = fields.Datetime.to_string(NOON + timedelta(minutes=10))
        reason = {"operation": "mail", "kind": "failing", "part": 9, "whole": 12}
        reason |= {"since": since}
        service = self.of_the_whole_database(
            "background_work", state="interrupted", reason=reason
        )
        (item,) = self.read(NOON)["attention"]
        self.assertIn("Outgoing mail: 9 of 12 fail since 12:10", item["text"])
        return item, service

    def test_trouble_of_the_whole_database_is_opened_by_the_hour(self):
        self.user.group_ids += self.env.ref("reliability.group_admin")
        mails = Series("mail", self.env.cr.dbname, ("refused",), 0.0)
        self.record(mails, NOON, *["failed"] * 9)
        item, service = self.told_of_mail_that_fails()
        self.assertEqual(item["action"]["res_model"], "reliability.report")
        reports = self.env["reliability.report"].with_user(self.user)
        opened = reports.search(item["action"]["domain"])
        self.assertEqual(opened.service_id, service)
        self.assertEqual(opened.mapped("count"), [9])

    def test_who_may_not_see_its_calls_is_told_what_to_do(self):
        item, service = self.told_of_mail_that_fails()
        action = item["action"]
        self.assertEqual(
            (item["button"], action["res_model"], action["res_id"]),
            ("What to do", service._name, service.id),
        )

    def test_old_numbers_are_stale_and_never_fine(self):
        self.count(NOON, *["success"] * 5)
        self.look(NOON + timedelta(minutes=1))
        self.arrive(NOON)
        with freeze_time(NOON + timedelta(minutes=12)):
            picture = self.cockpit.read_cockpit(0)
        self.assertTrue(picture["source"]["stale"])
        self.assertEqual(picture["source"]["age"], 720)
        self.assertEqual(picture["headline"]["state"], "stale")
        self.assertIn("12 min old", picture["headline"]["text"])
        self.assertEqual(self.card(picture)["state"], "stale")

    def test_numbers_that_nobody_judges_are_stale_too(self):
        self.count(NOON, *["success"] * 5)
        self.look(NOON + timedelta(minutes=1))
        picture = self.read(NOON + timedelta(minutes=9))
        self.assertEqual(picture["headline"]["state"], "stale")
        self.assertIn("scheduled actions do not run", picture["headline"]["text"])

    def test_where_nothing_was_ever_measured_it_says_what_to_do(self):
        self.visits.clear()
        with freeze_time(NOON):
            picture = self.cockpit.read_cockpit(0)
        self.assertEqual(picture["headline"]["state"], "stale")
        self.assertIn("Nothing was measured", picture["headline"]["text"])

    def test_a_server_that_fell_silent_is_named(self):
        self.count(NOON, *["success"] * 5)
        self.look(NOON + timedelta(minutes=10))
        self.arrive(NOON, host="two")
        picture = self.read(NOON + timedelta(minutes=10))
        self.assertFalse(picture["source"]["stale"])
        (item,) = picture["attention"]
        self.assertIn("server two has brought no numbers", item["text"])
        self.assertFalse(item["can_act"], "a viewer cannot mend it")

    def test_today_beside_a_usual_day(self):
        for weeks in (1, 2):
            then = NOON - timedelta(weeks=weeks)
            self.count(then - timedelta(hours=2), *["success"] * (10 * weeks))
            self.count(then + timedelta(hours=2), *["success"] * 40)
        self.count(NOON, "success")
        card = self.card(self.read(NOON))
        self.assertEqual(card["usual"], 15)
        self.assertEqual(card["trend"]["usual"][10], 15)
        self.assertEqual(card["trend"]["usual"][14], 40)
        self.assertEqual(len(card["trend"]["usual"]), 24)

    def test_where_clocks_are_off_by_half_an_hour(self):
        self.user.tz = "Asia/Kolkata"
        self.count(NOON - timedelta(weeks=1), *["success"] * 8)
        self.count(NOON, *["success"] * 3)
        card = self.card(self.read(NOON + timedelta(hours=1)))
        self.assertEqual(card["today"]["calls"], 3)
        self.assertEqual((sum(card["trend"]["usual"]), card["usual"]), (8, 8))

    def test_what_is_counted_for_nobody_here_shows_no_count(self):
        self.of_the_whole_database("platform", state="fine")
        card = self.card(self.read(NOON), "platform")
        self.assertEqual((card["state"], card["today"]), ("fine", None))
        self.assertIsNone(card["usual"])

    def test_what_waits_is_added_over_warehouses(self):
        late = NOON - timedelta(hours=2)
        waiting = [
            Backlog("x", "probing", self.env.company.id, "A", 3),
            Backlog("x", "probing", self.env.company.id, "B", 4, 1, late),
        ]
        situation = type(self.env["reliability.health.provider"])
        with (
            patch.object(situation, "_backlogs", lambda _self: waiting),
            patch.object(
                situation,
                "_describe_backlog",
                lambda _self, kind, scope, *of: (" ".join(map(str, of)), False),
            ),
        ):
            self.look(NOON)
            self.with_warehouses("A", "B")
            both = self.card(self.read(NOON))["waiting"]
            (first,) = self.card(self.read(NOON, warehouse_id=1))["waiting"]
        self.assertEqual(both[0]["text"], f"7 1 {late}")
        self.assertEqual(first["text"], "3 0 None")

    def test_addons_add_cards_and_attention_items(self):
        card = {"key": "cutoff", "name": "Cutoff", "state": "fine", "text": ""}
        item = Alert("y", "interrupted", "Now", "Go", {"type": "x"})
        situation = type(self.env["reliability.health.provider"])
        with (
            patch.object(situation, "_cards", lambda _self, _scope: [card]),
            patch.object(situation, "_alerts", lambda _self, _scope: [item]),
        ):
            picture = self.read(NOON)
        self.assertIn(card, picture["cards"])
        self.assertEqual(picture["attention"][0]["text"], "Now")

    def test_what_is_to_be_done_on_any_day_is_no_trouble(self):
        self.count(NOON, *["success"] * 5)
        self.look(NOON + timedelta(minutes=1))
        item = Alert("y", "fine", "3 are late", "Go", {"type": "x"})
        situation = type(self.env["reliability.health.provider"])
        with patch.object(situation, "_alerts", lambda _self, _scope: [item]):
            picture = self.read(NOON + timedelta(minutes=1))
            with freeze_time(NOON + timedelta(minutes=1)):
                summary = self.cockpit.read_summary()
        self.assertEqual(picture["headline"]["state"], "fine")
        self.assertEqual(picture["attention"][0]["state"], "fine")
        self.assertEqual(summary, {"state": "fine", "count": 0, "text": "3 are late"})


@tagged("-at_install", "post_install")
class TestItIsCheap(CockpitCase):
    def test_what_one_screen_has_read_another_need_not(self):
        self.count(NOON, *["success"] * 5)
        other = new_test_user(
            self.env, "another", "base.group_user,reliability.group_viewer", tz="UTC"
        )
        self.arrive(NOON)
        with freeze_time(NOON):
            mine = self.cockpit.read_cockpit(0)
            with self.queries() as queries:
                theirs = self.cockpit.with_user(other).read_cockpit(0)
        self.assertEqual(self.card(mine)["today"], self.card(theirs)["today"])
        self.assertFalse([of for of in queries if "reliability_rollup_hour" in of])

    def test_what_a_server_has_brought_is_read_by_the_next(self):
        self.count(NOON, *["success"] * 5)
        self.read(NOON)
        self.count(NOON, *["success"] * 2)
        card = self.card(self.read(NOON + timedelta(seconds=10)))
        self.assertEqual(card["today"]["calls"], 7)

    def test_who_looks_at_all_of_his_hears_what_the_icon_says(self):
        self.with_warehouses("A", "B")
        self.trouble()
        at = NOON + timedelta(minutes=5)
        with freeze_time(at):
            said = self.read(at, 0)["summary"]
            self.assertEqual(said, self.cockpit.read_summary())
            self.assertFalse(self.read(at, 1)["summary"], "it says more than he sees")

    def test_a_dozen_queries_and_a_few_of_addons_show_all_of_it(self):
        """Twelve of the cockpit, counterparts included; jobs, documents, silence, and
        when it was last looked once more."""
        self.count(NOON, *["success"] * 5)
        self.trouble()
        at = NOON + timedelta(minutes=5)
        self.read(at, None)  # what is usual is remembered
        self.env.invalidate_all()
        ours = self.cockpit.env
        # What Odoo reads about who asks, for any request.
        ours.user.tz, ours.companies.partner_id.mapped("lang")
        with freeze_time(at), self.queries() as queries:
            picture = self.cockpit.read_cockpit()
        self.assertEqual(picture["headline"]["state"], "interrupted")
        self.assertLessEqual(len(queries), 16, "\n".join(queries))

    @contextmanager
    def queries(self):
        """Give the queries that are made in the block."""
        made, execute = [], type(self.env.cr).execute

        def executing(cr, query, *arguments, **options):
            made.append(str(getattr(query, "code", query))[:200])
            return execute(cr, query, *arguments, **options)

        with patch.object(type(self.env.cr), "execute", executing):
            yield made


@tagged("-at_install", "post_install")
class TestWhoSeesWhat(CockpitCase):
    def test_without_a_role_nothing(self):
        plain = new_test_user(self.env, "plain_looker", "base.group_user")
        theirs = self.cockpit.with_user(plain)
        for ask in (
            theirs.read_cockpit,
            theirs.read_technical,
            theirs.read_summary,
            lambda: theirs.read_chart("probe"),
            lambda: theirs.open_calls("probe", NOON, NOON),
            lambda: theirs.read_comparison("weeks"),
            lambda: theirs.set_technical(True),
        ):
            with self.assertRaises(AccessError):
                ask()

    def test_other_companies_are_not_shown(self):
        other = self.env["res.company"].create({"name": "Other"})
        for n in range(3):
            at = NOON + timedelta(minutes=n)
            self.count(at, *["failed"] * 5, company=other.id)
            self.count(at, "success")
            self.look(at + timedelta(seconds=30))
        at = NOON + timedelta(minutes=3)
        picture = self.read(at)
        self.assertEqual(picture["headline"]["state"], "fine")
        self.assertEqual(self.card(picture)["today"]["calls"], 3)
        with freeze_time(at):
            chart = self.cockpit.read_chart("probe", 0)
            calls = self.env["reliability.top.call"].with_user(self.user).search([])
        self.assertEqual(sum(point["failures"] for point in chart["points"]), 0)
        self.assertNotIn(other, calls.company_id)
        self.user.company_ids |= other
        with freeze_time(at):
            theirs = self.cockpit.with_context(allowed_company_ids=other.ids)
            self.assertEqual(theirs.read_cockpit(0)["headline"]["state"], "interrupted")

    def test_a_warehouse_is_looked_at_alone(self):
        self.with_warehouses("A", "B")
        for n in range(3):
            at = NOON + timedelta(minutes=n)
            self.count(at, *["failed"] * 5, warehouse="A")
            self.count(at, *["success"] * 5, warehouse="B")
            self.look(at + timedelta(seconds=30))
        at = NOON + timedelta(minutes=3)
        self.assertEqual(self.read(at, 1)["headline"]["state"], "interrupted")
        self.assertEqual(self.read(at, 2)["headline"]["state"], "fine")
        self.assertEqual(self.read(at, None)["warehouse"], 1, "his own, at first")
        states = [of["state"] for of in self.read(at, 0)["warehouses"]]
        self.assertEqual(states, ["interrupted", "fine"])

    def test_a_warehouse_that_is_not_his_is_not_looked_at(self):
        self.with_warehouses("A")
        picture = self.read(NOON, 99)
        self.assertFalse(picture["warehouse"])

    def test_it_says_where_the_time_of_each_operation_goes(self):
        self.count(NOON, "success", seconds=1.0)
        with freeze_time(NOON + timedelta(minutes=1)):
            technical = self.cockpit.read_technical(0)
        (operation,) = technical["operations"]
        self.assertEqual(operation["shares"].keys(), technical["layers"].keys())
        self.assertAlmostEqual(sum(operation["shares"].values()), 1.0)
        self.assertEqual(technical["waited"], "")

    def test_the_technical_view_is_remembered_for_each_user(self):
        self.cockpit.set_technical(True)
        self.assertTrue(self.read(NOON)["technical"])
        self.cockpit.set_technical(False)
        self.assertFalse(self.read(NOON)["technical"])


@tagged("-at_install", "post_install")
class TestTheDayOfAnOperation(CockpitCase):
    def chart(self, when, **arguments):
        with freeze_time(when):
            return self.cockpit.read_chart("probe", 0, **arguments)

    def test_by_quarter_of_an_hour_up_to_now(self):
        self.count(NOON, "success", "success", "failed", "rejected", seconds=0.5)
        self.count(NOON + timedelta(minutes=16), "success", seconds=9)
        chart = self.chart(NOON + timedelta(minutes=20))
        points = {point["start"]: point for point in chart["points"]}
        self.assertEqual(len(points), 12 * 4 + 2)
        at_noon = points["2026-03-02 12:00:00"]
        counted = [at_noon[name] for name in ("done", "failures", "rejected", "slow")]
        self.assertEqual(counted, [2, 1, 1, 0])
        self.assertAlmostEqual(at_noon["p50"], 0.5, delta=0.01)
        self.assertEqual(points["2026-03-02 12:15:00"]["slow"], 1)
        self.assertIsNone(points["2026-03-02 11:45:00"]["p50"])

    def test_what_was_never_there_before_is_not_usual(self):
        self.count(NOON, "success")
        self.assertEqual(self.chart(NOON)["usual"], [])

    def test_days_to_come_and_what_is_not_measured_are_refused(self):
        with self.assertRaisesRegex(UserError, "yet to come"):
            self.chart(NOON, day="2026-03-03")
        with self.assertRaisesRegex(UserError, "not measured any more"):
            self.cockpit.read_chart("gone", 0)

    def test_between_what_is_usual(self):
        for weeks, calls in ((1, 8), (2, 16)):
            at = NOON - timedelta(weeks=weeks)
            self.count(at, *["success"] * calls, seconds=weeks)
        usual = self.chart(NOON)["usual"]
        self.assertEqual(len(usual), 96)
        (band,) = [of for of in usual if of["start"] == "2026-03-02 12:15:00"]
        self.assertEqual((band["done_low"], band["done_high"]), (2, 4))
        self.assertAlmostEqual(band["p50_low"], 1, delta=0.02)
        self.assertAlmostEqual(band["p50_high"], 2, delta=0.03)

    def test_older_days_by_hour(self):
        at = NOON - timedelta(days=30)
        self.count(at, "success")
        chart = self.chart(NOON, day=at.date().isoformat())
        self.assertEqual((chart["step"], len(chart["points"])), (3600, 24))
        self.assertEqual(chart["points"][12]["done"], 1)

    def test_upgrades_are_marked(self):
        self.env["reliability.upgrade"].create(
            {"name": "base", "version": "19.0.9", "upgraded": NOON}
        )
        (mark,) = self.chart(NOON + timedelta(hours=1))["marks"]
        self.assertEqual(mark["time"], "2026-03-02 12:00:00")
        self.assertIn("19.0.9", mark["text"])

    def test_a_day_that_is_none_is_refused_with_what_to_do(self):
        with self.assertRaisesRegex(UserError, "2026-03-02"):
            self.cockpit.read_chart("probe", 0, "tomorrow")

    def test_points_open_their_calls(self):
        self.count(NOON, "success", "failed", "rejected", seconds=4)
        self.count(NOON, "success")
        calls = self.env["reliability.top.call"].with_user(self.user)
        for which, outcomes in (
            ("failures", {"failed"}),
            ("rejected", {"rejected"}),
            ("slow", {"success"}),
            ("all", {"failed", "success", "rejected"}),
        ):
            action = self.cockpit.open_calls(
                "probe", "2026-03-02 12:00:00", "2026-03-02 12:15:00", 0, which
            )
            found = calls.search(action["domain"])
            self.assertEqual(set(found.mapped("outcome")), outcomes)
            if which == "slow":
                self.assertEqual(found.mapped("seconds"), [4], "not the one in time")


@tagged("-at_install", "post_install")
class TestComparisons(CockpitCase):
    def compare(self, kind, when=NOON, **arguments):
        with freeze_time(when):
            return self.cockpit.read_comparison(kind, 0, **arguments)

    def row(self, comparison):
        (row,) = [row for row in comparison["rows"] if row["operation"] == "probe"]
        return row

    def test_warehouses_side_by_side(self):
        self.with_warehouses("A", "B")
        self.count(NOON, *["success"] * 3, warehouse="A")
        self.count(NOON, "success", "failed", warehouse="B")
        comparison = self.compare("warehouses", NOON + timedelta(hours=1))
        self.assertEqual(comparison["columns"], ["House A", "House B"])
        cells = self.row(comparison)["cells"]
        self.assertEqual([cell["calls"] for cell in cells], [3, 2])
        self.assertEqual([cell["failures"] for cell in cells], [0, 0.5])

    def test_this_week_with_the_same_part_of_the_last(self):
        self.count(NOON - timedelta(weeks=1, hours=1), *["success"] * 30, seconds=0.2)
        self.count(NOON - timedelta(days=3), *["success"] * 500)
        self.count(NOON - timedelta(hours=1), *["success"] * 30, seconds=0.5)
        row = self.row(self.compare("weeks"))
        self.assertEqual([cell["calls"] for cell in row["cells"]], [30, 30])
        self.assertIn("Slower", row["worse"])

    def test_an_hour_that_has_begun_is_compared_with_its_beginning(self):
        week = timedelta(weeks=1)
        self.count(NOON - week, *["success"] * 5)
        self.count(NOON - week + timedelta(minutes=40), *["success"] * 50)
        self.count(NOON, *["success"] * 5)
        row = self.row(self.compare("weeks", NOON + timedelta(minutes=20)))
        self.assertEqual([cell["calls"] for cell in row["cells"]], [5, 5])

    def test_before_and_after_an_upgrade(self):
        upgrade = self.env["reliability.upgrade"].create(
            {"name": "base", "version": "19.0.9", "upgraded": NOON}
        )
        week_before = NOON - timedelta(weeks=1) + timedelta(hours=1)
        self.count(week_before, *["success"] * 40)
        after = NOON + timedelta(hours=1)
        self.count(after, *["success"] * 20, *["failed"] * 20)
        comparison = self.compare(
            "upgrade", after + timedelta(minutes=1), upgrade_id=upgrade.id
        )
        row = self.row(comparison)
        self.assertEqual([cell["calls"] for cell in row["cells"]], [40, 40])
        self.assertIn("More fail: 50.0 % instead of 0.0 %", row["worse"])

    def test_without_an_upgrade_it_says_so(self):
        self.env["reliability.upgrade"].search([]).unlink()
        comparison = self.compare("upgrade")
        self.assertFalse(comparison["rows"])
        self.assertIn("No module", comparison["note"])

    def test_what_cannot_be_compared_is_refused(self):
        with self.assertRaisesRegex(UserError, "warehouses, weeks"):
            self.compare("apples")


@tagged("-at_install", "post_install")
class TestUpgradesAreNoted(TransactionCase):
    def noted(self):
        self.env["reliability.upgrade"]._note_upgrades()
        return self.env["reliability.upgrade"].search([("name", "=", "base")])

    def test_once_for_each(self):
        before = self.noted()
        self.assertTrue(before, "its last upgrade before we were installed, too")
        self.assertEqual(self.noted(), before)
        later = fields.Datetime.now() + timedelta(hours=1)
        self.env.cr.execute(
            "UPDATE ir_module_module SET write_date = %s WHERE name = 'base'", [later]
        )
        self.assertEqual(len(self.noted()), len(before) + 1)
        self.assertEqual(len(self.noted()), len(before) + 1)

    def test_as_long_as_hours_are_kept(self):
        upgrades = self.env["reliability.upgrade"]
        old, new = upgrades.create(
            [
                {
                    "name": "base",
                    "version": "1",
                    "upgraded": self.env.cr.now() - timedelta(days=days),
                }
                for days in (500, 300)
            ]
        )
        upgrades._gc_upgrades()
        self.assertEqual((old | new).exists(), new)

    def test_those_of_one_minute_are_one_mark(self):
        upgrades = self.env["reliability.upgrade"]
        upgrades.search([]).unlink()
        for n, name in enumerate(("base", "web", "mail", "bus", "nowhere")):
            at = NOON + timedelta(seconds=n)
            upgrades.create({"name": name, "version": "1", "upgraded": at})
        (minute,) = upgrades._between(NOON, NOON + timedelta(hours=1))
        self.assertIn("2 more", minute._describe())
