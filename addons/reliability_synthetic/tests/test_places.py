"""Places of probes: silent ones, removed ones, and those whose clock is wrong."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.reliability.api import Scope

from .. import families
from .test_probe import NOON, ProbeCase, failed, step, text


@tagged("-at_install", "post_install")
class TestSilence(ProbeCase):
    def test_three_intervals_without_a_report(self):
        self.receive(0)
        self.assertEqual(self.alerts(15), {})
        severity, sentence = self.alerts(17)["silent"]
        self.assertEqual(severity, "degraded")
        self.assertIn("The probe in Frankfurt has sent nothing about Public", sentence)
        self.assertIn("since 12:00", sentence)

    def test_another_place_is_no_reason_to_be_quiet(self):
        self.receive(0)
        self.receive(20, place="dublin")
        self.assertIn("Frankfurt", self.alerts(21)["silent"][1])

    def test_it_is_over_with_the_next_report(self):
        self.receive(0)
        self.receive(20)
        self.assertEqual(self.alerts(21), {})

    def test_a_place_is_expected_until_it_is_removed(self):
        run = self.receive(0)
        self.assertIn("silent", self.alerts(8 * 24 * 60))
        run.unlink()  # after 90 days
        self.assertIn("since", self.alerts(100 * 24 * 60)["silent"][1])
        self.journey.place_ids.action_remove()
        self.assertEqual(self.alerts(100 * 24 * 60 + 1), {})

    def test_an_archived_journey_needs_no_reports(self):
        self.receive(0)
        self.journey.active = False
        self.assertEqual(self.alerts(60), {})

    def test_one_that_was_restored_has_its_intervals_again(self):
        self.receive(0)
        self.journey.active = False
        with freeze_time(NOON + timedelta(minutes=60)):
            self.journey.active = True
        self.assertEqual(self.alerts(75), {})
        self.assertIn("silent", self.alerts(76))

    def test_maintenance_windows_do_not_count(self):
        self.receive(0)
        self.maintain(10, 60)
        self.assertEqual(self.alerts(59), {})
        self.assertEqual(self.alerts(75), {})
        self.assertIn("silent", self.alerts(76))

    def test_a_neutralized_copy_needs_none(self):
        self.receive(0, ends=1)
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        self.assertEqual(self.alerts(60), {})


@tagged("-at_install", "post_install")
class TestSilentPlaces(ProbeCase):
    """A place that is silent has no data, and nothing is fine with it."""

    FAILED = [step("resolve"), failed("connect", "unreachable")]

    def states(self, minutes):
        """Return place → state and last run some minutes after noon."""
        with freeze_time(NOON + timedelta(minutes=minutes)):
            self.journey.place_ids.invalidate_recordset()
            return {
                place.display_name: (place.state, place.last_run)
                for place in self.journey.place_ids
            }

    def test_one_that_failed_and_then_went_silent(self):
        self.receive(0, self.FAILED, place="dublin")
        for minutes in (0, 30, 60):
            self.receive(minutes)
        silence = "no_data", "No report from Dublin since 12:00"
        self.assertEqual(self.shown(61), silence)
        places = self.states(61)
        self.assertEqual(places["Dublin"], silence)
        self.assertEqual(places["Frankfurt"][0], "fine")

    def test_its_failure_stays_an_alert_until_it_passes_or_is_removed(self):
        self.receive(0, self.FAILED, place="dublin")
        self.receive(60)
        self.assertEqual(self.failing(61), [("degraded", "dublin")])
        self.journey.place_ids.filtered(
            lambda one: one.name == "dublin"
        ).action_remove()
        self.assertEqual(self.failing(61), [])

    def test_where_all_others_fail_it_is_interrupted(self):
        self.receive(0, place="dublin")
        self.receive(60, self.FAILED)
        self.assertEqual(self.shown(61)[0], "interrupted")
        self.assertEqual(self.failing(61), [("interrupted", "")])

    def failing(self, minutes):
        """Return severity and place of the alerts about failures."""
        with freeze_time(NOON + timedelta(minutes=minutes)):
            return [
                (alert.severity, alert.values["place"])
                for alert in self.provider._alerts()
                if alert.cause == "failing"
            ]

    def test_several_are_named(self):
        self.receive(0, place="dublin")
        self.receive(5)
        sentence = "No report from Dublin, Frankfurt since 12:05"
        self.assertEqual(self.shown(60), ("no_data", sentence))

    def test_the_card_is_not_fine_either(self):
        self.receive(0, place="dublin")
        self.receive(60)
        with freeze_time(NOON + timedelta(minutes=61)):
            cards = self.provider._cards(Scope((self.env.company.id,)))
        (card,) = [card for card in cards if card.key == "synthetic_checks"]
        self.assertNotEqual(card.state, "fine")
        self.assertIn("No report from Dublin since", card.text)


@tagged("-at_install", "post_install")
class TestRemovedPlaces(ProbeCase):
    """A probe that was renamed, or is gone, is not waited for."""

    def setUp(self):
        super().setUp()
        self.receive(0, place="dublin", ends=1)
        self.receive(60)

    def dublin(self):
        return self.journey.place_ids.filtered(lambda one: one.name == "dublin")

    def test_nothing_is_expected_from_it_at_once(self):
        self.assertIn("silent", self.alerts(61))
        self.dublin().action_remove()
        self.assertEqual(self.alerts(61), {})
        self.assertEqual(self.shown(61)[0], "fine")

    def test_its_runs_stay(self):
        self.dublin().action_remove()
        self.assertIn("dublin", self.journey.run_ids.mapped("place"))

    def test_a_later_report_brings_it_back(self):
        self.dublin().action_remove()
        self.receive(65, place="dublin")
        self.assertEqual(self.shown(66)[0], "fine")
        self.receive(120)
        self.assertIn("Dublin", self.alerts(121)["silent"][1])

    def test_a_report_that_is_sent_again_does_not(self):
        self.dublin().action_remove()
        self.receive(0, place="dublin", ends=1)
        self.assertFalse(self.dublin())

    def test_without_any_place_no_run_is_expected(self):
        self.journey.place_ids.action_remove()
        self.assertFalse(self.journey._switched_on())
        self.assertEqual(self.shown(61), ("no_data", "No probe reports it"))

    def test_only_administrators_remove_one(self):
        groups = "base.group_user,reliability.group_manager"
        manager = new_test_user(self.env, "manager_of_places", groups)
        with self.assertRaises(AccessError):
            self.dublin().with_user(manager).action_remove()
        admin = new_test_user(
            self.env, "admin_of_places", "base.group_user,reliability.group_admin"
        )
        self.dublin().with_user(admin).action_remove()
        self.assertFalse(self.dublin())


@tagged("-at_install", "post_install")
class TestClocks(ProbeCase):
    """A host whose clock is wrong reports all the same, and the clock is named."""

    def sent(self, minutes, behind, *attempts, **values):
        """Receive a report at once from a host whose clock is minutes behind."""
        sent_at = text(NOON + timedelta(minutes=minutes - behind))
        arguments = minutes - behind, *attempts
        return self.receive(*arguments, at=minutes, sent_at=sent_at, **values)

    def test_one_that_is_slow_is_not_silent(self):
        run = self.sent(60, 600)
        self.assertEqual(run.started_at, NOON + timedelta(minutes=60))
        self.assertEqual(run.host_time, NOON - timedelta(minutes=540))
        self.assertEqual(self.shown(61)[0], "fine")
        severity, sentence = self.alerts(61)["clock"]
        self.assertEqual(severity, "information")
        self.assertEqual(
            sentence,
            "The clock of the host in Frankfurt that runs Public address is 10 h behind"
            " that of Odoo: let NTP set the clocks of both hosts",
        )

    def test_one_that_is_ahead_is_not_refused(self):
        run = self.sent(60, -90)
        self.assertEqual(run.started_at, NOON + timedelta(minutes=60))
        self.assertEqual(list(self.alerts(61)), ["clock"])
        self.assertIn("1 h 30 min ahead of", self.alerts(61)["clock"][1])

    def test_one_that_becomes_slow_hides_nothing_new(self):
        self.sent(0, 0)
        run = self.sent(5, 600, [failed("resolve", "no_dns")], ends=None)
        with freeze_time(NOON + timedelta(minutes=6)):
            self.assertEqual(self.journey._latest_runs()[self.journey], run)
        self.assertEqual(self.shown(6)[0], "interrupted")

    def test_sent_again_it_changes_nothing(self):
        run = self.sent(60, 600)
        again = self.report(60 - 600, sent_at=text(NOON - timedelta(minutes=530)))
        with freeze_time(NOON + timedelta(minutes=70)):
            answer = self.inbound._receive_synthetic(again)
        self.assertEqual(answer["run"], run.id)

    def test_its_runs_are_events(self):
        self.env.cr.postcommit.clear()
        with patch.object(families, "record") as record:
            self.sent(60, 600)
            self.env.cr.postcommit.run()
        self.assertEqual(record.call_count, 1)

    def test_all_places_are_one_alert_about_the_worst(self):
        self.sent(0, 10, place="dublin")
        self.sent(1, -120)
        self.sent(2, 0, place="oslo")
        self.assertIn("Frankfurt", self.alerts(3)["clock"][1])

    def test_it_begins_with_the_first_such_run_and_ends_with_a_right_one(self):
        self.sent(0, 10)
        self.sent(5, 10)
        place = self.journey.place_ids
        self.assertEqual(place.clock_wrong_since, NOON)
        self.sent(10, 0)
        self.assertFalse(place.clock_wrong_since)
        self.assertEqual(self.alerts(11), {})

    def test_a_silent_place_has_no_alert_about_its_clock(self):
        self.sent(0, 10)
        self.assertEqual(list(self.alerts(60)), ["silent"])

    def test_a_report_that_has_waited_is_no_sign_of_a_wrong_clock(self):
        run = self.receive(0, at=60, sent_at=text(NOON + timedelta(minutes=60)))
        self.assertEqual(run.started_at, NOON)
        self.assertEqual(list(self.alerts(61)), ["silent"])
