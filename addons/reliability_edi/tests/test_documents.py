"""What did not come, came twice, waits or was never acknowledged is known."""

from datetime import datetime, timedelta
from unittest.mock import patch

import pytz

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.reliability.tests.clocks import zone_of_noon

from .common import EdiCase
from .test_step_tracing import GARBAGE, fail, say


class DocumentCase(EdiCase):
    """Documents of weeks, as they come, seen by the collector's visits."""

    def setUp(self):
        super().setUp()
        zone = zone_of_noon(fields.Datetime.now())
        self.zone = pytz.timezone(zone)
        self.addCleanup(self._work_in, self._work_in(zone))
        self.addCleanup(self._forget_what_is_known)

    def _work_in(self, zone):
        """Let the company's hours be those of a time zone; return which it was."""
        with self.committed() as env:
            calendar = env.ref("base.main_company").resource_calendar_id
            before, calendar.tz = calendar.tz, zone
            return before

    def _forget_what_is_known(self):
        with self.cursor() as cr:
            for table in ("document", "expected_document"):
                table = SQL.identifier(f"reliability_edi_{table}")
                cr.execute(
                    SQL("DELETE FROM %s WHERE backend_id = %s", table, self.backend_id)
                )

    def visit(self):
        """Let the database look what has changed, as it does every few seconds."""
        with self.cursor() as cr:
            cr.execute("SELECT reliability_maintain_edi()")

    def learn(self):
        with self.committed() as env:
            env["reliability.edi.expected.document"]._learn()

    def documents(self):
        """Return what is known of the documents, oldest first."""
        return self.rows(
            "SELECT * FROM reliability_edi_document"
            f" WHERE backend_id = {self.backend_id} ORDER BY record_id"
        )

    def document(self):
        """Return the only document there is."""
        (found,) = self.documents()
        return found

    def came(
        self, days, hour, minute=0, count=1, type_id=None, state="input_processed"
    ):
        """Let documents have come so many days ago, at a time of the company's."""
        moment = self.at(days, hour, minute)
        with self.cursor() as cr:
            cr.execute(
                "INSERT INTO edi_exchange_record (identifier, type_id, backend_id,"
                " company_id, edi_exchange_state, active, create_date, write_date)"
                " SELECT gen_random_uuid()::text, %s, %s, %s, %s, true, %s,"
                "        now() AT TIME ZONE 'UTC'"
                "   FROM generate_series(1, %s)",
                [
                    type_id or self.orders_id,
                    self.backend_id,
                    1,
                    state,
                    moment,
                    count,
                ],
            )

    def at(self, days, hour, minute=0):
        """Return a moment so many days ago, at a time of the company's, in UTC."""
        now = datetime.now(self.zone)
        local = self.zone.localize(
            datetime(now.year, now.month, now.day, hour, minute) - timedelta(days=days)
        )
        return local.astimezone(pytz.UTC).replace(tzinfo=None)

    def today(self, hour, minute=0):
        """Return what is said at a time of today of what this backend's should be."""
        at = self.at(0, hour, minute)
        with self.committed() as env:
            found = env["reliability.edi.expected.document"]._read_today(at)
            return [
                (of.state, of.came, of.expectation._describe(of))
                for of in found
                if of.expectation.backend_id.id == self.backend_id
            ]


@tagged("post_install", "-at_install")
class TestDocuments(DocumentCase):
    """A document is known with its number, whose it is, and what has become of it."""

    def test_it_is_found_by_what_people_know(self):
        with self.committed() as env:
            partner = env["res.partner"].create({"name": "Globex", "ref": "G-17"})
        self.make_document(
            self.orders_id,
            "input_received",
            "UNB+",
            model="res.partner",
            res_id=partner.id,
            exchange_filename="ORDERS_4711.edi",
        )
        self.visit()
        found = self.document()
        self.assertEqual(found["number"], "ORDERS_4711.edi")
        self.assertEqual(found["document_name"], "Globex")
        self.assertEqual(found["reference"], "G-17")
        self.assertEqual(found["partner_id"], partner.id)
        self.assertEqual((found["direction"], found["state"]), ("in", "waiting"))

    def test_it_follows_what_happens(self):
        order = self.make_document(self.orders_id, "input_received", GARBAGE)
        states = []
        for handler in (None, fail(ValueError("no UNB segment")), say("ok")):
            if handler:
                self.handle(process=handler)
                self.do("process", order)
            self.visit()
            states.append((self.document()["state"], self.document()["error"]))
        self.assertEqual(
            states, [("waiting", None), ("failed", "no UNB segment"), ("done", None)]
        )

    def test_an_error_that_was_undone_is_known_from_the_ledger(self):
        self.handle(process=fail(KeyError("BGM")))
        order = self.make_document(self.orders_id, "input_received", GARBAGE)
        with self.assertRaises(KeyError):
            self.do("process", order)
        self.visit()
        found = self.document()
        self.assertEqual((found["state"], found["error"]), ("failed", "'BGM'"))

    def test_what_is_deleted_waits_no_more(self):
        order = self.make_document(self.orders_id, "input_received", "UNB+")
        self.visit()
        with self.cursor() as cr:
            cr.execute("DELETE FROM edi_exchange_record WHERE id = %s", [order])
        self.visit()
        self.assertEqual(self.document()["state"], "gone")

    def test_history_is_known_too(self):
        for days in (200, 20, 2):
            self.came(days, 8)
        self.visit()
        self.assertEqual(len(self.documents()), 3)

    def test_a_visit_that_finds_nothing_new_writes_nothing(self):
        self.make_document(self.orders_id, "input_received", "UNB+")
        self.visit()
        before = self.rows("SELECT xmin::text, id FROM reliability_edi_document")
        self.visit()
        after = self.rows("SELECT xmin::text, id FROM reliability_edi_document")
        self.assertEqual(before, after)


@tagged("post_install", "-at_install")
class TestTwice(DocumentCase):
    """The same content, or the same number for something else, came before."""

    def flags(self):
        self.visit()
        return [of["is_duplicate"] for of in self.documents()]

    def test_the_same_content_came_before(self):
        for content in ("UNB+1", "UNB+2", "UNB+1"):
            self.make_document(self.orders_id, "input_received", content)
        self.assertEqual(self.flags(), [False, False, True])

    def test_documents_without_content_are_no_duplicates(self):
        for _document in range(2):
            self.make_document(self.orders_id, "input_pending")
        self.assertEqual(self.flags(), [False, False])

    def test_a_number_that_has_made_two_things_came_before(self):
        with self.committed() as env:
            values = [{"name": "A", "ref": "4711"}, {"name": "B", "ref": "4711"}]
            made = env["res.partner"].create(values)
            company = env["res.partner"].create({"name": "C", "is_company": True})
            made.parent_id = company
        for one in made.ids:
            self.make_document(
                self.orders_id,
                "input_received",
                str(one),
                model="res.partner",
                res_id=one,
            )
        self.assertEqual(self.flags(), [False, True])

    def test_what_is_sent_twice_is_the_senders_business(self):
        for _document in range(2):
            self.make_document(self.invoic_id, "output_pending", "UNB+")
        self.assertEqual(self.flags(), [False, False])


@tagged("post_install", "-at_install")
class TestAcknowledgements(DocumentCase):
    """What must be acknowledged is not done before that, and late past its time."""

    def setUp(self):
        super().setUp()
        self.handle(send=say("ok"))
        with self.committed() as env:
            self.contrl_id = self.make_type(env, "CONTRL", "input")
            env["edi.exchange.type"].browse(self.invoic_id).write(
                {"ack_type_id": self.contrl_id, "reliability_answer_hours": 4}
            )

    def send(self):
        invoice = self.make_document(self.invoic_id, "output_pending", "UNB+")
        self.do("send", invoice)
        self.visit()
        return invoice

    def is_late(self, later):
        now = fields.Datetime.now() + later
        with self.committed() as env, patch.object(fields.Datetime, "now", lambda: now):
            found = env["reliability.edi.document"].search(
                [("backend_id", "=", self.backend_id), ("is_late", "=", True)]
            )
            return found.mapped("is_late")

    def test_it_is_late_when_its_time_is_over(self):
        self.send()
        self.assertEqual(self.document()["state"], "awaiting")
        self.assertEqual(self.is_late(timedelta(hours=3)), [])
        self.assertEqual(self.is_late(timedelta(hours=5)), [True])

    def test_it_is_done_when_the_answer_is_there(self):
        invoice = self.send()
        self.make_document(self.contrl_id, "input_received", "UNB+", parent_id=invoice)
        self.visit()
        self.assertEqual(self.documents()[0]["state"], "done")
        self.assertEqual(self.is_late(timedelta(hours=5)), [])


@tagged("post_install", "-at_install")
class TestExpectations(DocumentCase):
    """What comes on a day of the week is expected on the next one."""

    def weeks(self, hour, minute=0, count=1, weeks=range(1, 8)):
        for week in weeks:
            self.came(7 * week, hour, minute, count)
        self.visit()
        self.learn()

    def expectations(self):
        return self.rows(
            "SELECT weekday, hour, usual, learned, partner_id"
            f" FROM reliability_edi_expected_document WHERE backend_id = {self.backend_id}"
        )

    def test_it_is_learned_by_day_of_the_week(self):
        self.weeks(8, 5, count=3)
        (found,) = self.expectations()
        self.assertEqual(found["weekday"], str(datetime.now(self.zone).weekday()))
        self.assertEqual((found["hour"], found["usual"]), (8.5, 3))
        self.assertEqual(found["partner_id"], self.acme_id)
        self.assertTrue(found["learned"])

    def test_what_came_now_and_then_is_not_expected(self):
        self.weeks(8, 5, weeks=(1, 4, 7))
        self.assertFalse(self.expectations())

    def test_who_is_silent_is_said_so(self):
        self.weeks(8)
        ((state, came, text),) = self.today(9)
        self.assertEqual((state, came), ("missing", 0))
        self.assertIn("No ORDERS from ACME since", text)
        self.assertIn("s they come by 08:15", text)

    def test_before_its_time_it_is_only_expected(self):
        self.weeks(8)
        ((state, _came, text),) = self.today(8, 10)
        self.assertEqual((state, text), ("expected", "Expected by 08:15"))

    def test_what_came_is_not_missing(self):
        self.weeks(8)
        self.came(0, 7)
        self.visit()
        ((state, came, _text),) = self.today(9)
        self.assertEqual((state, came), ("came", 1))

    def test_who_falls_silent_in_the_middle_of_the_day_is_said_so(self):
        for week in range(1, 8):
            for hour in (8, 9, 10, 11):
                self.came(7 * week, hour, count=3)
        self.came(0, 8, count=3)
        self.visit()
        self.learn()
        self.assertEqual([of[0] for of in self.today(9, 30)], ["came"])
        ((state, came, text),) = self.today(12, 30)
        self.assertEqual((state, came), ("few", 3))
        self.assertRegex(text, r"3 ORDERS from ACME today, .*usually 12 by now")

    def test_a_holiday_is_no_silence(self):
        self.weeks(8)
        now = fields.Datetime.now()
        with self.committed() as env:
            leave = env["resource.calendar.leaves"].create(
                {
                    "name": "Holiday",
                    "company_id": 1,
                    "date_from": now - timedelta(days=2),
                    "date_to": now + timedelta(days=2),
                }
            )
        states = [of[0] for of in self.today(9)]
        with self.committed() as env:
            env["resource.calendar.leaves"].browse(leave.id).unlink()
        self.assertEqual(states, ["holiday"])

    def test_what_somebody_sets_is_not_learned_over(self):
        self.weeks(0, 5)
        with self.committed() as env:
            found = env["reliability.edi.expected.document"].search(
                [("backend_id", "=", self.backend_id)]
            )
            found.hour = 11.5
        self.learn()
        (found,) = self.expectations()
        self.assertEqual((found["hour"], found["learned"]), (11.5, False))

    def test_a_calendar_shows_the_days_on_which_it_did_not_come(self):
        self.weeks(0, 5, weeks=(1, 2, 4, 5, 6, 7))
        self.came(14, 9, state="input_processed_error")
        self.visit()
        days = self.rows(
            "SELECT state, documents, is_missing FROM reliability_edi_daily_status"
            f" WHERE backend_id = {self.backend_id} AND day < current_date - 1"
            " ORDER BY day"
        )
        states = [of["state"] for of in days]
        self.assertEqual(states, ["green"] * 4 + ["red", "red", "green"])
        self.assertEqual([of["documents"] for of in days], [1, 1, 1, 1, 0, 2, 1])


@tagged("post_install", "-at_install")
class TestOnTheCockpit(DocumentCase):
    """What somebody should act on is said in a sentence, once."""

    def texts(self):
        with self.committed() as env:
            env = env(context={"allowed_company_ids": [1]})
            situation = env["reliability.health.provider"]
            found = situation._alerts(situation._scope(0))
            return {of.key: of.text for of in found}

    def test_a_failed_document_is_told_once(self):
        self.handle(process=fail(ValueError("no UNB segment")))
        order = self.make_document(self.orders_id, "input_received", GARBAGE)
        self.do("process", order)
        self.visit()
        texts = self.texts()
        self.assertIn("An EDI document failed", texts["edi_failed"])
        self.assertNotIn("integration_failed", texts)

    def test_silence_is_told(self):
        for week in range(1, 8):
            self.came(7 * week, 0)
        self.visit()
        self.learn()
        with self.committed() as env:
            found = env["reliability.edi.expected.document"].search(
                [("backend_id", "=", self.backend_id)]
            )
            found.hour = 0
        self.assertIn(
            "No ORDERS from ACME since", self.texts()[f"edi_silent_{found.id}"]
        )

    def test_metrics_tell_the_same(self):
        self.handle(process=fail(ValueError("no UNB segment")))
        order = self.make_document(self.orders_id, "input_received", GARBAGE)
        self.do("process", order)
        self.visit()
        found = self.rows(
            "SELECT integration, type, value FROM reliability_gauge_edi_documents_failed"
            f" WHERE type = 'orders_{self.acme_id}'"
        )
        self.assertEqual(
            found,
            [{"integration": "acme", "type": f"orders_{self.acme_id}", "value": 1}],
        )


@tagged("post_install", "-at_install")
class TestAdvice(DocumentCase):
    """Errors are told in words for everybody, with what to do."""

    def advice(self, error):
        self.handle(process=fail(ValueError(error)))
        order = self.make_document(self.orders_id, "input_received", GARBAGE)
        self.do("process", order)
        self.visit()
        with self.committed() as env:
            found = env["reliability.edi.document"].search([("record_id", "=", order)])
            return found.what_is_wrong, found.what_to_do

    def test_what_cannot_be_read_goes_back_to_the_partner(self):
        wrong, to_do = self.advice("'utf-8' codec can't decode byte 0xe4")
        self.assertIn("cannot be read", wrong)
        self.assertIn("Send the file back", to_do)

    def test_a_product_that_is_not_known_is_to_be_added(self):
        self.assertIn("product", self.advice("Product 4711 not found")[0])

    def test_what_nobody_knows_is_shown_as_it_is(self):
        self.assertIn("not among the usual ones", self.advice("Zonk")[0])

    def test_secrets_in_what_was_said_are_for_administrators(self):
        self.advice("login failed: password=tr0ub4dor for ann@acme.example")
        with self.committed() as env:
            found = env["reliability.edi.document"].search(
                [("backend_id", "=", self.backend_id)]
            )
            self.assertNotIn("tr0ub4dor", found.said)
            self.assertNotIn("ann@", found.said)


@tagged("post_install", "-at_install")
class TestPeople(DocumentCase):
    """Who may see, retry, hand over and comment."""

    def user(self, env, *groups, companies=(1,)):
        name = f"{groups} {self.id()}"
        return env["res.users"].create(
            {
                "name": name,
                "login": name,
                "company_id": companies[0],
                "company_ids": [(6, 0, companies)],
                "group_ids": [(6, 0, [env.ref(group).id for group in groups])],
            }
        )

    def failed(self):
        self.handle(process=fail(ValueError("no UNB segment")))
        order = self.make_document(self.orders_id, "input_received", GARBAGE)
        self.do("process", order)
        self.visit()

    def seen_by(self, env, user):
        return (
            env["reliability.edi.document"]
            .with_user(user)
            .search([("backend_id", "=", self.backend_id)])
        )

    def test_a_viewer_reads_comments_and_hands_over(self):
        self.failed()
        with self.committed() as env:
            viewer = self.user(env, "reliability.group_viewer")
            found = self.seen_by(env, viewer)
            self.assertTrue(found.what_is_wrong)
            self.assertEqual(found.said, "no UNB segment")
            found.message_post(body="I have called them.")
            action = found.action_hand_over()
            window = env[action["res_model"]].with_user(viewer)
            window = window.with_context(**action["context"]).create(
                {"activity_user_id": env.ref("base.user_admin").id}
            )
            window.action_schedule_activities()
            found.invalidate_recordset()
            self.assertEqual(found.activity_user_id, env.ref("base.user_admin"))

    def test_another_company_does_not_see_it(self):
        self.failed()
        with self.committed() as env:
            other = env["res.company"].create({"name": self.id()})
            viewer = self.user(env, "reliability.group_viewer", companies=[other.id])
            self.assertFalse(self.seen_by(env, viewer))

    def test_a_manager_tries_again(self):
        self.failed()
        with self.committed() as env:
            manager = self.user(env, "reliability.group_manager")
            action = self.seen_by(env, manager).action_retry()
            self.assertEqual(action["res_model"], "reliability.retry")

    def test_nobody_writes(self):
        self.failed()
        with self.committed() as env:
            found = env["reliability.edi.document"].with_user(
                env.ref("base.user_admin")
            )
            for operation in ("write", "create", "unlink"):
                self.assertFalse(found.has_access(operation))
