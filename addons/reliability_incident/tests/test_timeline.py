"""One list joins what happened in an incident, what was changed, said and done."""

from unittest.mock import patch

from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.reliability.api import MAX_ENTRIES, TimelineEntry

from .common import IncidentCase, after


class TimelineCase(IncidentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(
            cls.env, "an admin", "base.group_user,reliability.group_admin"
        )

    def timeline(self, user=None):
        """Return what a person reads."""
        self.env.flush_all()
        self.env.invalidate_all()
        with freeze_time(after(30)):
            return self.incident().with_user(user or self.user).read_timeline()

    def entries(self, *kinds, user=None):
        """Return (text, person) of the entries of some kinds."""
        return [
            (entry["text"], entry["who"])
            for entry in self.timeline(user)["entries"]
            if entry["kind"] in kinds
        ]


@tagged("-at_install", "post_install")
class TestTimeline(TimelineCase):
    def test_stamps_alerts_and_notifications_are_in_order(self):
        self.evaluate(0, self.alert())
        with freeze_time(after(3)):
            self.incident().with_user(self.user).action_acknowledge()
        self.evaluate(9)
        found = self.entries("state", "alert", "notification")
        name = self.user.name
        for expected in (
            ("Began", ""),
            ("Detected", ""),
            ("broken", ""),
            ("Notified by Activity: Opened", name),
            ("Acknowledged", name),
            ("Restored", ""),
            ("Over: broken", ""),
        ):
            self.assertIn(expected, found)
        moments = [entry["moment"] for entry in self.timeline()["entries"]]
        self.assertEqual(moments, sorted(moments))

    def test_a_corrected_stamp_has_its_reason(self):
        self.evaluate(0, self.alert())
        self.incident()._stamp("began", after(-5), "person", "A customer had called")
        self.assertIn(
            "Began (corrected: A customer had called)",
            [text for text, _who in self.entries("state")],
        )

    def test_comments_have_their_author(self):
        self.evaluate(0, self.alert())
        self.incident().with_user(self.user).message_post(body="The printer is off")
        self.assertIn(("The printer is off", self.user.name), self.entries("comment"))

    def test_thresholds_that_were_changed_shortly_before_are_there(self):
        self.evaluate(0, self.alert())
        self.env.cr.execute(
            "UPDATE reliability_service SET write_date = %s, write_uid = %s"
            " WHERE id = %s",
            [after(-90), self.manager.id, self.service.id],
        )
        self.assertIn(
            ("Changed: Reliability Service Probing", self.manager.name),
            self.entries("change"),
        )

    def change(self, record, **values):
        """Change a record 90 minutes before noon, as an administrator does."""
        self.env.cr.precommit.run()
        with freeze_time(after(-90)):
            record.with_user(self.admin).write(values)
            self.env.flush_all()
            self.env.cr.precommit.run()

    def test_a_changed_threshold_has_its_old_and_its_new_value(self):
        self.service.write({"slow_threshold": 0.2, "late_threshold": 0})
        operation = self.make_operation()
        operation.write({"threshold": 3, "failing_threshold": 0})
        self.evaluate(0, self.alert())
        self.change(self.service, slow_threshold=0.125, late_threshold=30)
        self.change(operation, threshold=90, failing_threshold=0.5)
        self.assertCountEqual(
            self.entries("change"),
            [
                (text, self.admin.name)
                for text in (
                    "Probing: “Degraded: slow” was changed from 20 % to 12.5 %",
                    "Probing: “Degraded: late” was changed from only shown to 30 min",
                    "Probe: “Latency threshold” was changed from 3.00 s to 90.00 s",
                    "Probe: “Degraded: failing” was changed from that of the service"
                    " to 50 %",
                )
            ],
        )

    def test_of_other_fields_the_timeline_shows_no_values(self):
        self.evaluate(0, self.alert())
        self.change(self.service, runbook="The password is old")
        self.assertIn(
            ("Changed: Reliability Service Probing", self.admin.name),
            self.entries("change"),
        )

    def test_system_parameters_are_shown_to_administrators_without_values(self):
        self.evaluate(0, self.alert())
        self.env["ir.config_parameter"].set_param("probe.limit", "secret")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_config_parameter SET write_date = %s WHERE key = 'probe.limit'",
            [after(1)],
        )
        expected = "Changed: System Parameter probe.limit"
        self.assertNotIn(expected, [text for text, _who in self.entries("change")])
        self.user.group_ids += self.env.ref("reliability.group_admin")
        self.assertIn(expected, [text for text, _who in self.entries("change")])

    def test_what_one_person_changed_within_a_minute_is_one_entry(self):
        self.evaluate(0, self.alert())
        services = self.env["reliability.service"].search([], limit=5)
        self.env.cr.execute(
            "UPDATE reliability_service SET write_date = %s, write_uid = %s"
            " WHERE id IN %s",
            [after(-20), self.manager.id, tuple(services.ids)],
        )
        ((text, who),) = [
            entry for entry in self.entries("change") if "2 more" in entry[0]
        ]
        self.assertRegex(text, "^Changed: Reliability Service .*, .*, .* and 2 more$")
        self.assertEqual(who, self.manager.name)

    def test_killed_calls_are_there(self):
        self.make_operation()
        self.count(after(1), "killed")
        self.evaluate(2, self.alert())
        self.assertEqual(
            self.entries("killed"),
            [("Probe: the worker was killed during the call", "")],
        )

    def test_it_is_bounded_and_says_how_many_are_left_out(self):
        self.evaluate(0, self.alert())
        many = [TimelineEntry(after(-9), "change", "x")] * (MAX_ENTRIES + 5)
        provider = type(self.env["reliability.health.provider"])
        with patch.object(provider, "_timeline", lambda _self, _affected: many):
            found = self.timeline()
        self.assertEqual(len(found["entries"]), MAX_ENTRIES)
        self.assertRegex(found["more"], r"^\d+ earlier entries are not shown$")

    def test_of_thousands_of_alerts_the_last_are_described(self):
        alerts = [self.alert(f"number {n}") for n in range(MAX_ENTRIES + 30)]
        self.evaluate(0, *alerts)
        provider = type(self.env["reliability.health.provider"])
        describe = provider._describe_alert
        with patch.object(provider, "_describe_alert", autospec=True) as described:
            described.side_effect = describe
            found = self.timeline()
        self.assertEqual(described.call_count, MAX_ENTRIES)
        total = len(alerts) + len(self.incident().stamp_ids) + 1
        self.assertEqual(
            found["more"],
            f"{total - MAX_ENTRIES} earlier entries are not shown",
            "besides alerts and stamps, one notification",
        )


@tagged("-at_install", "post_install")
class TestRights(TimelineCase):
    """What a reader may not read is left out."""

    def test_alerts_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        shared = {"company_id": None, "warehouse": "", "is_shared": True}
        self.evaluate(0, self.alert(**shared))
        self.evaluate(
            1, self.alert(**shared), self.alert("hidden", company_id=other.id)
        )
        self.assertIn("broken", [text for text, _who in self.entries("alert")])
        self.assertNotIn("hidden", [text for text, _who in self.entries("alert")])
        self.assertEqual(len(self.incident().evidence_ids), 2)
