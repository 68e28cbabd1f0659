"""Documents: duplicate, late, missing and failed ones are found and reported."""

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import new_test_user, tagged

from .common import GARBAGE, DocumentCase, raises, returns


@tagged("post_install", "-at_install")
class TestDocuments(DocumentCase):
    """A document has its number, partner, Odoo document and state."""

    def test_number_name_reference_and_partner_are_stored(self):
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
        self.maintain()
        document = self.document()
        self.assertEqual(document["number"], "ORDERS_4711.edi")
        self.assertEqual(document["document_name"], "Globex")
        self.assertEqual(document["reference"], "G-17")
        self.assertEqual(document["partner_id"], partner.id)
        self.assertEqual((document["direction"], document["state"]), ("in", "waiting"))

    def test_the_state_follows_the_framework(self):
        order = self.make_document(self.orders_id, "input_received", GARBAGE)
        states = []
        for handler in (None, raises(ValueError("no UNB segment")), returns("ok")):
            if handler:
                self.handle(process=handler)
                self.do("process", order)
            self.maintain()
            states.append((self.document()["state"], self.document()["error"]))
        self.assertEqual(
            states, [("waiting", None), ("failed", "no UNB segment"), ("done", None)]
        )

    def test_an_error_that_was_rolled_back_comes_from_the_ledger(self):
        self.handle(process=raises(KeyError("BGM")))
        order = self.make_document(self.orders_id, "input_received", GARBAGE)
        with self.assertRaises(KeyError):
            self.do("process", order)
        self.maintain()
        document = self.document()
        self.assertEqual((document["state"], document["error"]), ("failed", "'BGM'"))

    def test_a_deleted_record_is_gone(self):
        order = self.make_document(self.orders_id, "input_received", "UNB+")
        self.maintain()
        with self.cursor() as cr:
            cr.execute("DELETE FROM edi_exchange_record WHERE id = %s", [order])
        self.maintain()
        self.assertEqual(self.document()["state"], "gone")

    def test_older_documents_are_recorded(self):
        for days in (200, 20, 2):
            self.receive(days, 8)
        self.maintain()
        self.assertEqual(len(self.documents()), 3)

    def test_without_changes_nothing_is_written(self):
        self.make_document(self.orders_id, "input_received", "UNB+")
        self.maintain()
        before = self.rows("SELECT xmin::text, id FROM reliability_edi_document")
        self.maintain()
        after = self.rows("SELECT xmin::text, id FROM reliability_edi_document")
        self.assertEqual(before, after)


@tagged("post_install", "-at_install")
class TestDuplicates(DocumentCase):
    """Duplicates have the same content, or the same reference for another record."""

    def flags(self):
        self.maintain()
        return [document["is_duplicate"] for document in self.documents()]

    def test_the_same_content_is_a_duplicate(self):
        for content in ("UNB+1", "UNB+2", "UNB+1"):
            self.make_document(self.orders_id, "input_received", content)
        self.assertEqual(self.flags(), [False, False, True])

    def test_documents_without_content_are_no_duplicates(self):
        for _document in range(2):
            self.make_document(self.orders_id, "input_pending")
        self.assertEqual(self.flags(), [False, False])

    def test_a_reference_of_two_records_is_a_duplicate(self):
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

    def test_sent_documents_are_no_duplicates(self):
        for _document in range(2):
            self.make_document(self.invoic_id, "output_pending", "UNB+")
        self.assertEqual(self.flags(), [False, False])


@tagged("post_install", "-at_install")
class TestAcknowledgements(DocumentCase):
    """A document is done when it is acknowledged, and late after its time limit."""

    def setUp(self):
        super().setUp()
        self.handle(send=returns("ok"))
        with self.committed() as env:
            self.contrl_id = self.make_type(env, "CONTRL", "input")
            env["edi.exchange.type"].browse(self.invoic_id).write(
                {"ack_type_id": self.contrl_id, "reliability_acknowledgement_hours": 4}
            )

    def send(self):
        invoice = self.make_document(self.invoic_id, "output_pending", "UNB+")
        self.do("send", invoice)
        self.maintain()
        return invoice

    def is_late(self, later):
        now = fields.Datetime.now() + later
        with self.committed() as env, patch.object(fields.Datetime, "now", lambda: now):
            documents = env["reliability.edi.document"].search(
                [("backend_id", "=", self.backend_id), ("is_late", "=", True)]
            )
            return documents.mapped("is_late")

    def test_it_is_late_after_the_time_limit(self):
        self.send()
        self.assertEqual(self.document()["state"], "awaiting")
        self.assertEqual(self.is_late(timedelta(hours=3)), [])
        self.assertEqual(self.is_late(timedelta(hours=5)), [True])

    def test_a_later_change_does_not_begin_the_time_limit_anew(self):
        invoice = self.make_document(self.invoic_id, "output_sent", "UNB+")
        due = []
        for hours in (2, 1):
            with self.cursor() as cr:
                cr.execute(
                    "UPDATE edi_exchange_record SET exchanged_on = NULL, write_date ="
                    " now() AT TIME ZONE 'UTC' - %s * interval '1 hour' WHERE id = %s",
                    [hours, invoice],
                )
            self.maintain()
            due.append(self.document()["acknowledgement_due"])
        self.assertEqual(due[0], due[1])

    def test_it_is_done_when_it_is_acknowledged(self):
        invoice = self.send()
        self.make_document(self.contrl_id, "input_received", "UNB+", parent_id=invoice)
        self.maintain()
        self.assertEqual(self.documents()[0]["state"], "done")
        self.assertEqual(self.is_late(timedelta(hours=5)), [])


@tagged("post_install", "-at_install")
class TestExpectedDocuments(DocumentCase):
    """Documents received on a day of the week are expected on the next one."""

    def weeks(self, hour, minute=0, count=1, weeks=range(1, 8)):
        for week in weeks:
            self.receive(7 * week, hour, minute, count)
        self.maintain()
        self.learn()

    def expected_documents(self):
        return self.rows(
            "SELECT weekday, hour, baseline, learned, partner_id"
            "  FROM reliability_edi_expected_document"
            f" WHERE backend_id = {self.backend_id}"
        )

    def test_the_baseline_is_learned_by_day_of_the_week(self):
        self.weeks(8, 5, count=3)
        (expected,) = self.expected_documents()
        self.assertEqual(expected["weekday"], str(datetime.now(self.zone).weekday()))
        self.assertEqual((expected["hour"], expected["baseline"]), (8.5, 3))
        self.assertEqual(expected["partner_id"], self.acme_id)
        self.assertTrue(expected["learned"])

    def test_irregular_documents_are_not_expected(self):
        self.weeks(8, 5, weeks=(1, 4, 7))
        self.assertFalse(self.expected_documents())

    def test_a_partner_without_documents_is_reported(self):
        self.weeks(8)
        ((state, received, text),) = self.today(9)
        self.assertEqual((state, received), ("missing", 0))
        self.assertIn("No ORDERS from ACME since", text)
        self.assertIn("s the first arrives by 08:15", text)

    def test_a_document_is_not_missing_before_its_time(self):
        self.weeks(8)
        ((state, _received, text),) = self.today(8, 10)
        self.assertEqual((state, text), ("expected", "Expected by 08:15"))

    def test_a_received_document_is_not_missing(self):
        self.weeks(8)
        self.receive(0, 7)
        self.maintain()
        ((state, received, _text),) = self.today(9)
        self.assertEqual((state, received), ("received", 1))

    def test_a_partner_who_stops_during_the_day_is_reported(self):
        for week in range(1, 8):
            for hour in (8, 9, 10, 11):
                self.receive(7 * week, hour, count=3)
        self.receive(0, 8, count=3)
        self.maintain()
        self.learn()
        self.assertEqual([state for state, *_rest in self.today(9, 30)], ["received"])
        ((state, received, text),) = self.today(12, 30)
        self.assertEqual((state, received), ("few", 3))
        self.assertRegex(text, r"3 ORDERS from ACME today, .*usually 12 by now")

    def test_no_document_is_missing_on_a_holiday(self):
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
        states = [state for state, *_rest in self.today(9)]
        with self.committed() as env:
            env["resource.calendar.leaves"].browse(leave.id).unlink()
        self.assertEqual(states, ["holiday"])

    def test_learning_keeps_the_time_that_a_user_has_set(self):
        self.weeks(0, 5)
        with self.committed() as env:
            expected = env["reliability.edi.expected.document"].search(
                [("backend_id", "=", self.backend_id)]
            )
            expected.hour = 11.5
        self.learn()
        (expected,) = self.expected_documents()
        self.assertEqual((expected["hour"], expected["learned"]), (11.5, False))


@tagged("post_install", "-at_install")
class TestOnTheCockpit(DocumentCase):
    """One cause is one alert: company, partner, type of documents, problem."""

    def alerts(self, env):
        """Return the alerts about documents of this test, by cause."""
        documents = env["reliability.edi.document"].search(
            [("backend_id", "=", self.backend_id)]
        )
        expected = env["reliability.edi.expected.document"].search(
            [("backend_id", "=", self.backend_id)]
        )
        subjects = {
            *(
                f"{one.partner_id.id or 0}/{one.type_id.id}/{one.direction}"
                for one in documents
            ),
            *map(str, expected.ids),
        }
        alerts = env["reliability.health.provider"].sudo()._alerts()
        return {
            alert.cause: alert
            for alert in alerts
            if alert.provider == "edi" and alert.subject in subjects
        }

    def described(self, env, alert):
        return env["reliability.health.provider"]._describe_alert(alert)

    def test_it_is_proposed_to_who_is_responsible_for_the_partner(self):
        self.fail()
        with self.committed() as env:
            ann = self.user(env, "reliability.group_manager")
            env["res.partner"].browse(self.acme_id).user_id = ann
            provider = env["reliability.health.provider"]
            alert = self.alerts(env)["failed"]
            self.assertEqual(provider._proposed_owner(alert), ann)

    def fail(self, error="no UNB segment", **values):
        """Return the exchange record of an order that could not be processed."""
        self.handle(process=raises(ValueError(error)))
        order = self.make_document(self.orders_id, "input_received", GARBAGE, **values)
        self.do("process", order)
        self.maintain()
        return order

    def assert_opens(self, env, alert, *records):
        """Check that an alert counts and opens exactly these exchange records."""
        self.assertEqual(alert.count, len(records))
        domain = self.described(env, alert).action["domain"]
        opened = env["reliability.edi.document"].search(domain)
        self.assertEqual(set(opened.mapped("record_id")), set(records))

    def test_a_failed_document_has_one_alert(self):
        order = self.fail(external_identifier="PO-1")
        with self.committed() as env:
            (alert,) = self.alerts(env).values()
            self.assertEqual((alert.cause, alert.company_id), ("failed", 1))
            text = self.described(env, alert).text
            self.assertRegex(text, r"^ACME: PO-1 is not imported\. ")
            self.assert_opens(env, alert, order)
            others = env["reliability.health.provider"].sudo()._alerts()
            causes = {(one.provider, one.cause) for one in others}
            self.assertNotIn(("integration", "failed"), causes, "the same failure")

    def test_it_names_the_partner_system_whose_card_it_degrades(self):
        self.fail()
        with self.committed() as env:
            systems = env["reliability.exchange"].search([]).integration_id
            alert = self.alerts(env)["failed"]
            self.assertEqual(alert.values["systems"], systems.mapped("code"))

    def test_it_is_as_bad_as_the_partner_system_that_fails(self):
        self.fail()
        with self.committed() as env:
            self.assertEqual(self.alerts(env)["failed"].severity, "degraded")
        for _order in range(2):
            self.fail()
        with self.committed() as env:
            self.assertEqual(self.alerts(env)["failed"].severity, "interrupted")

    def test_partners_and_types_are_apart(self):
        with self.committed() as env:
            globex = env["res.partner"].create({"name": "Globex"}).id
        about = {"model": "res.partner", "res_id": globex}
        ours = [self.fail(), self.fail()]
        theirs = self.fail(**about)
        with self.committed() as env:
            alerts = [
                alert
                for alert in env["reliability.health.provider"].sudo()._alerts()
                if (alert.provider, alert.cause) == ("edi", "failed")
                and alert.subject.endswith(f"/{self.orders_id}/in")
            ]
            by_count = {alert.count: alert for alert in alerts}
            self.assertEqual(by_count.keys(), {1, 2})
            self.assert_opens(env, by_count[2], *ours)
            self.assert_opens(env, by_count[1], theirs)
            self.assertIn("Globex", self.described(env, by_count[1]).text)

    def test_each_problem_opens_its_documents(self):
        self.handle(send=returns("ok"))
        with self.committed() as env:
            contrl_id = self.make_type(env, "CONTRL", "input")
            env["edi.exchange.type"].browse(self.invoic_id).write(
                {"ack_type_id": contrl_id, "reliability_acknowledgement_hours": 4}
            )
        invoice = self.make_document(self.invoic_id, "output_pending", "UNB+")
        self.do("send", invoice)
        _first, repeated = (
            self.make_document(self.orders_id, "input_processed", "UNB+1")
            for _time in range(2)
        )
        waiting = self.make_document(self.orders_id, "input_received", "UNB+2")
        self.maintain()
        later = fields.Datetime.now() + timedelta(hours=5)
        with (
            self.committed() as env,
            patch.object(fields.Datetime, "now", lambda: later),
        ):
            alerts = self.alerts(env)
            for cause, record, text in (
                ("not_acknowledged", invoice, "has not acknowledged"),
                ("duplicate", repeated, "has sent this document before"),
                ("waiting", waiting, "has been waiting for 5 h"),
            ):
                self.assert_opens(env, alerts[cause], record)
                self.assertIn(text, self.described(env, alerts[cause]).text)
            self.assertEqual(len(alerts), 3)

    def test_a_missing_document_has_an_alert_and_opens_the_earlier_ones(self):
        for week in range(1, 8):
            self.receive(7 * week, 0)
        self.maintain()
        self.learn()
        with self.committed() as env:
            expected = env["reliability.edi.expected.document"].search(
                [("backend_id", "=", self.backend_id)]
            )
            expected.hour = 0
        with self.committed() as env:
            alert = self.alerts(env)["missing"]
            described = self.described(env, alert)
            self.assertIn("No ORDERS from ACME since", described.text)
            self.assertEqual((alert.count, alert.company_id), (0, 1))
            documents = env["reliability.edi.document"]
            self.assertEqual(documents.search_count(described.action["domain"]), 7)
            env["reliability.edi.expected.document"].browse(expected.id).unlink()
            described = self.described(env, alert)
            self.assertEqual(described.text, "The document is not expected any more")
            self.assertFalse(described.action)

    def test_readers_of_another_company_open_none_of_its_documents(self):
        self.fail()
        with self.committed() as env:
            other = env["res.company"].create({"name": self.id()})
            reader = new_test_user(
                env,
                f"reader of {other.id}",
                "reliability.group_viewer",
                company_id=other.id,
                company_ids=[(6, 0, other.ids)],
            )
            (alert,) = self.alerts(env).values()
            self.assertFalse(alert.is_shared)
            documents = env["reliability.edi.document"].with_user(reader)
            domain = self.described(documents.env, alert).action["domain"]
            self.assertFalse(documents.search(domain))
            env.cr.rollback()  # leaves no company and no user behind

    def test_users_without_a_role_get_no_action(self):
        self.fail()
        with self.committed() as env:
            (alert,) = self.alerts(env).values()
            plain = new_test_user(env, f"plain {self.backend_id}", "base.group_user")
            self.assertFalse(self.described(env(user=plain), alert).action)
            env.cr.rollback()

    def test_a_failed_document_is_in_the_gauge(self):
        self.handle(process=raises(ValueError("no UNB segment")))
        order = self.make_document(self.orders_id, "input_received", GARBAGE)
        self.do("process", order)
        self.maintain()
        rows = self.rows(
            "SELECT integration, type, value"
            "  FROM reliability_gauge_edi_documents_failed"
            f" WHERE type = 'orders_{self.acme_id}'"
        )
        self.assertEqual(
            rows,
            [{"integration": "acme", "type": f"orders_{self.acme_id}", "value": 1}],
        )
