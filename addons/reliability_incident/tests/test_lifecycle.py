"""What evaluations and people do to an incident, with stamps of when."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import IncidentCase, after


@tagged("-at_install", "post_install")
class TestRestored(IncidentCase):
    """It is restored when no alert is present, as of the begin of the good run."""

    def test_when_the_last_alert_ends(self):
        self.evaluate(0, self.alert(), self.alert("slow"))
        self.evaluate(5, self.alert("slow"))
        self.assertEqual(self.incident().state, "open")
        self.evaluate(9)
        incident = self.incident()
        self.assertEqual((incident.state, incident.restored_at), ("restored", after(9)))

    def test_of_sampled_calls_the_begin_of_the_good_run(self):
        sampled = self.alert(is_sampled=True)
        for minute in (0, 1, 2):
            self.evaluate(minute, sampled)
        for minute in (3, 4, 5, 6):
            self.evaluate(minute)
        self.assertEqual(self.incident().restored_at, after(3), "known at 12:06")

    def test_open_again_within_a_day(self):
        self.evaluate(0, self.alert())
        self.evaluate(5)
        self.evaluate(23 * 60, self.alert(since=after(23 * 60)))
        incident = self.incident()
        self.assertEqual((incident.state, incident.reopened), ("open", 1))
        self.assertFalse(incident.restored_at)
        self.evaluate(23 * 60 + 5)
        self.assertEqual(self.incident().restored_at, after(23 * 60 + 5))

    def test_another_one_after_a_day(self):
        self.evaluate(0, self.alert())
        self.evaluate(5)
        self.evaluate(25 * 60 + 5, self.alert())
        self.assertEqual(len(self.incidents()), 2)

    def test_tickets_close_themselves_and_pages_do_not(self):
        self.evaluate(0, self.alert(), self.alert(warehouse="B", severity="degraded"))
        self.evaluate(5)
        self.evaluate(5 + 24 * 60)
        states = self.incidents().mapped(lambda one: (one.tier, one.state))
        self.assertEqual(states, [("page", "restored"), ("ticket", "closed")])


@tagged("-at_install", "post_install")
class TestBegan(IncidentCase):
    """It began with the first bad minute that any of its first alerts knows."""

    def test_an_alert_that_joins_soon_afterwards_may_know_better(self):
        budget = self.alert("budget", since=after(0), values={"tier": "page"})
        self.evaluate(0, budget)
        self.evaluate(1, budget, self.alert(since=after(-9)))
        self.assertEqual(self.incident().began_at, after(-9))
        moments = self.incident().stamp_ids.filtered(lambda one: one.kind == "began")
        self.assertEqual(moments.mapped("moment"), [after(0), after(-9)])

    def test_one_that_joins_later_does_not(self):
        self.evaluate(0, self.alert())
        self.evaluate(16, self.alert(), self.alert("slow", since=after(-60)))
        self.assertEqual(len(self.incident().evidence_ids), 2)
        self.assertEqual(self.incident().began_at, after(-2))

    def test_nor_does_one_against_the_word_of_a_person(self):
        self.evaluate(0, self.alert())
        incident = self.incident()
        incident._stamp("began", after(-1), "person", "The customer says so")
        self.evaluate(1, self.alert(), self.alert("slow", since=after(-60)))
        self.assertEqual(incident.began_at, after(-1))


@tagged("-at_install", "post_install")
class TestReaders(IncidentCase):
    """The people of a company read the incidents with its alerts."""

    def test_one_that_an_alert_without_a_company_has_opened(self):
        budget = self.alert("budget", company_id=None, warehouse="")
        self.evaluate(0, budget)
        viewers = self.env["reliability.incident"].with_user(self.user)
        self.assertFalse(viewers.search([]))
        self.evaluate(1, budget, self.alert())
        self.assertEqual(viewers.search([]), self.incident())
        self.assertEqual(self.incident().company_id, self.env.company)


@tagged("-at_install", "post_install")
class TestClockSetBack(IncidentCase):
    """An hour back: still one incident, and stamps stay in their order."""

    def test_what_is_present_stays_one_incident(self):
        self.evaluate(60, self.alert())
        self.evaluate(0, self.alert())
        self.evaluate(1, self.alert(count=5))
        incident = self.incident()
        self.assertEqual((incident.state, incident.reopened), ("open", 0))
        self.assertEqual(len(incident.evidence_ids), 1)
        self.assertEqual(len(self.activities()), 1)

    def test_it_is_restored_no_earlier_than_it_was_detected(self):
        self.evaluate(60, self.alert())
        self.evaluate(0, self.alert())
        self.evaluate(5)
        incident = self.incident()
        self.assertEqual(incident.state, "restored")
        self.assertEqual(incident.restored_at, incident.detected_at)
        with freeze_time(after(6)):
            incident.with_user(self.manager).action_close()
        self.assertEqual(incident.closed_at, incident.restored_at)

    def test_what_ends_at_once_and_returns_is_the_same_one(self):
        self.evaluate(60, self.alert())
        self.evaluate(0)
        self.assertEqual(self.incident().restored_at, after(60))
        self.evaluate(5, self.alert())
        incident = self.incident()
        self.assertEqual((incident.state, incident.reopened), ("open", 1))
        self.evaluate(9)
        self.assertEqual(self.incident().restored_at, after(60))

    def test_who_acknowledges_does_so_after_it_was_detected(self):
        self.evaluate(60, self.alert())
        with freeze_time(after(3)):
            self.incident().with_user(self.user).action_acknowledge()
        self.assertEqual(self.incident().acknowledged_at, after(60))


@tagged("-at_install", "post_install")
class TestGap(IncidentCase):
    """After a time without evaluations, open incidents are said to be of before."""

    def log(self):
        return " ".join(self.incident().message_ids.mapped("body"))

    def test_of_a_restored_database(self):
        self.evaluate(0, self.alert())
        self.evaluate(59, self.alert())
        self.assertNotIn("of before", self.log())
        self.evaluate(24 * 60, self.alert())
        self.assertIn("not evaluated from", self.log())
        self.assertEqual(self.incident().state, "open")


@tagged("-at_install", "post_install")
class TestAcknowledge(IncidentCase):
    def acknowledge(self, minutes, user=None, records=None):
        records = self.incident() if records is None else records
        with freeze_time(after(minutes)):
            records.with_user(user or self.user).action_acknowledge()

    def test_the_first_person_takes_care(self):
        self.evaluate(0, self.alert())
        self.acknowledge(3)
        self.acknowledge(4, self.manager)
        incident = self.incident()
        self.assertEqual(incident.state, "acknowledged")
        self.assertEqual(incident.acknowledged_at, after(3))
        self.assertEqual(incident.user_id, self.user)

    def test_its_alerts_are_acknowledged_with_it(self):
        self.evaluate(0, self.alert())
        self.acknowledge(3)
        alert = self.incident().evidence_ids.alert_id
        self.assertEqual(alert.state, "acknowledged")
        self.assertEqual(alert.acknowledged_by_id, self.user)

    def test_who_acknowledges_an_alert_acknowledges_its_incident(self):
        self.evaluate(0, self.alert())
        self.acknowledge(3, records=self.incident().evidence_ids.alert_id)
        self.assertEqual(self.incident().acknowledged_by_id, self.user)

    def test_assigning_acknowledges(self):
        self.evaluate(0, self.alert())
        incident = self.incident()
        with freeze_time(after(4)):
            incident.with_user(self.user).activity_schedule(
                "reliability_incident.activity_incident", user_id=self.manager.id
            )
        self.assertEqual(incident.acknowledged_at, after(4))
        self.assertEqual(incident.acknowledged_by_id, self.user)
        self.assertEqual(incident.user_id, self.manager)

    def test_who_ends_his_activity_has_acknowledged(self):
        self.evaluate(0, self.alert())
        with freeze_time(after(6)):
            self.activities().with_user(self.user).action_done()
        self.assertEqual(self.incident().acknowledged_at, after(6))

    def test_snoozing_is_no_acknowledgement(self):
        self.evaluate(0, self.alert())
        self.incident().with_user(self.user).action_snooze()
        self.assertFalse(self.incident().acknowledged_at)
        self.assertEqual(self.incident().state, "open")

    def test_it_stays_acknowledged_when_it_returns(self):
        self.evaluate(0, self.alert())
        self.acknowledge(3)
        self.evaluate(5)
        self.evaluate(9, self.alert())
        incident = self.incident()
        self.assertEqual(incident.state, "acknowledged")
        self.assertEqual(incident.acknowledged_at, after(3))


@tagged("-at_install", "post_install")
class TestResolve(IncidentCase):
    def as_manager(self, minutes, action):
        with freeze_time(after(minutes)):
            return getattr(self.incident().with_user(self.manager), action)()

    def test_a_manager_verifies_that_it_is_over(self):
        self.evaluate(0, self.alert())
        self.evaluate(5)
        self.as_manager(30, "action_close")
        incident = self.incident()
        self.assertEqual(incident.restored_at, after(5))
        self.assertEqual(incident.closed_at, after(30))
        self.assertEqual(incident.stamp_ids[-1].source, "person")

    def test_not_while_an_alert_is_present(self):
        self.evaluate(0, self.alert())
        with self.assertRaisesRegex(UserError, "its alert is still there"):
            self.as_manager(1, "action_close")

    def test_only_managers(self):
        self.evaluate(0, self.alert())
        self.evaluate(5)
        with self.assertRaises(AccessError):
            self.incident().with_user(self.user).action_close()

    def test_a_false_alarm_is_closed_while_its_alert_is_present(self):
        self.evaluate(0, self.alert())
        self.as_manager(1, "action_false_alarm")
        self.evaluate(2, self.alert())
        incident = self.incident()
        self.assertEqual((incident.state, incident.kind), ("closed", "false_alarm"))

    def test_reopened_by_a_person_it_is_restored_by_a_person(self):
        self.evaluate(0, self.alert())
        self.evaluate(5)
        self.as_manager(10, "action_reopen")
        self.evaluate(11)
        self.assertEqual(self.incident().state, "open")
        self.as_manager(12, "action_restore")
        self.assertEqual(self.incident().restored_at, after(12))

    def test_not_reopened_after_a_day(self):
        self.evaluate(0, self.alert())
        self.evaluate(5)
        self.as_manager(10, "action_close")
        with self.assertRaisesRegex(UserError, "Report a new incident"):
            self.as_manager(10 + 24 * 60 + 1, "action_reopen")


@tagged("-at_install", "post_install")
class TestMerge(IncidentCase):
    def setUp(self):
        super().setUp()
        self.evaluate(0, self.alert(), self.alert(warehouse="B", since=after(-9)))
        self.first, self.second = self.incidents()

    def merge(self):
        with freeze_time(after(3)):
            both = (self.first | self.second).with_user(self.manager)
            return both.action_merge()

    def test_one_remains_with_all_alerts(self):
        self.merge()
        self.assertEqual(len(self.first.evidence_ids), 2)
        self.assertEqual(self.first.began_at, after(-9))
        self.assertEqual(self.second.kind, "duplicate")
        self.assertEqual(self.second.merged_into_id, self.first)
        self.assertEqual(self.second.state, "closed")

    def test_it_is_over_when_all_alerts_are(self):
        self.merge()
        self.evaluate(5, self.alert(warehouse="B"))
        self.assertEqual(self.first.state, "open")
        self.evaluate(6)
        self.assertEqual(self.first.state, "restored")

    def test_one_alone_cannot_be_merged(self):
        with self.assertRaisesRegex(UserError, "two or more"):
            self.first.with_user(self.manager).action_merge()


@tagged("-at_install", "post_install")
class TestReported(IncidentCase):
    """People report what no alert has found."""

    def report(self, minutes=0, **values):
        with freeze_time(after(minutes)):
            dialog = self.env["reliability.incident.report"].with_user(self.user)
            dialog.create(
                {"title": "A customer called", "service_id": self.service.id} | values
            ).action_report()
        return self.incidents()[-1:]

    def test_with_when_it_began_if_that_is_known(self):
        incident = self.report(began_at=after(-30))
        self.assertEqual(incident.text, "A customer called")
        self.assertEqual(incident.began_at, after(-30))
        self.assertEqual(incident.reported_by_id, self.user)
        self.assertFalse(self.report(5, began_at=False).began_at)

    def test_alerts_join_it(self):
        incident = self.report(warehouse=False)
        self.evaluate(60, self.alert(warehouse=""))
        self.assertEqual(self.incident(), incident)

    def test_it_is_restored_by_a_person(self):
        incident = self.report()
        self.evaluate(5)
        self.assertEqual(incident.state, "open")
        with freeze_time(after(9)):
            incident.with_user(self.manager).action_close()
        self.assertEqual(incident.restored_at, after(9))

    def test_a_drill_is_marked(self):
        self.assertEqual(self.report(is_drill=True).kind, "drill")


@tagged("-at_install", "post_install")
class TestCorrection(IncidentCase):
    """Stamps are corrected with a reason, and both values stay."""

    def correct(self, kind, minutes, now=60):
        with freeze_time(after(now)):
            dialog = self.env["reliability.incident.correction"].with_user(self.manager)
            dialog.create(
                {
                    "incident_id": self.incident().id,
                    "kind": kind,
                    "moment": after(minutes),
                    "reason": "A customer had called before",
                }
            ).action_correct()

    def test_both_values_stay(self):
        self.evaluate(0, self.alert())
        self.correct("began", -45)
        incident = self.incident()
        self.assertEqual(incident.began_at, after(-45))
        began = incident.stamp_ids.filtered(lambda stamp: stamp.kind == "began")
        self.assertEqual(began.mapped("moment"), [after(-2), after(-45)])
        self.assertEqual(began[-1].user_id, self.manager)
        self.assertEqual(began[-1].reason, "A customer had called before")

    def test_times_stay_in_their_order(self):
        self.evaluate(0, self.alert())
        self.evaluate(5)
        with self.assertRaisesRegex(UserError, "in this order"):
            self.correct("restored", -20)
        with self.assertRaisesRegex(UserError, "in the future"):
            self.correct("began", 90)
        with self.assertRaisesRegex(UserError, "buttons"):
            self.correct("closed", 20)
