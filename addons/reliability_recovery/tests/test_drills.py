"""Evidence of drills becomes rows, what was achieved, and what people confirm."""

import hashlib

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import file_open

from odoo.addons.reliability_inbound.kinds import InvalidMessage

from .common import DrillCase, after, drill_evidence


@tagged("-at_install", "post_install")
class TestEvidence(DrillCase):
    def test_a_drill_with_its_phases_and_checks(self):
        found = self.receive_drill()
        self.assertEqual(found.result, "passed")
        self.assertEqual((found.set_name, found.backup), ("main", "20261129-020000F"))
        self.assertEqual(found.size, 41000)
        self.assertEqual(found.level, "3")
        phases = [(one.name, one.seconds) for one in found.phase_ids]
        self.assertEqual(phases, [("restore", 93.2), ("start", 4.5)])
        self.assertEqual(found.check_ids.mapped("title"), ["Manifest", "our_prices"])
        self.assertEqual(found.lost, "orders: 3")
        self.assertFalse(found.problem)

    def test_sent_again_it_changes_nothing(self):
        found = self.receive_drill()
        found.action_confirm()
        self.assertEqual(self.receive_drill(), found)
        self.assertEqual(self.drills.search_count([]), 1)
        self.assertEqual(found.state, "confirmed")

    def test_other_evidence_with_the_same_name_is_refused(self):
        self.receive_drill()
        with self.assertRaisesRegex(InvalidMessage, "name of its own"):
            self.receive_drill(level=2)

    def test_what_breaks_the_contract_is_refused(self):
        with self.assertRaisesRegex(InvalidMessage, "version must be 1"):
            self.env["reliability.inbound"]._receive_drill({})

    def test_a_name_with_a_secret_is_refused(self):
        with self.assertRaisesRegex(InvalidMessage, "looks like a secret"):
            self.receive_drill(name="password=secret1")

    def test_a_clock_that_is_ahead_is_refused(self):
        with freeze_time(after(-1)), self.assertRaisesRegex(InvalidMessage, "clock"):
            self.env["reliability.inbound"]._receive_drill(drill_evidence(self.uuid))

    def test_it_is_a_kind_of_message(self):
        kinds = dict(self.env["reliability.inbound"]._kind_names())
        self.assertEqual(kinds["drill"], "Restore Drill")


@tagged("-at_install", "post_install")
class TestAchieved(DrillCase):
    def test_the_recovery_time_is_from_the_decision_until_all_checks_were_green(self):
        found = self.receive_drill()
        self.assertEqual(found.rto_seconds, 7 * 60 + 31)
        self.assertEqual(found.rto, "7 min")

    def test_the_older_heartbeat_is_what_was_lost(self):
        found = self.receive_drill()
        self.assertEqual((found.database_rpo, found.filestore_rpo), ("1 min", "20 min"))
        self.assertEqual((found.rpo, found.rpo_seconds), ("20 min", 1200))
        self.assertTrue(found.is_rpo_known)

    def test_without_a_heartbeat_it_is_unknown(self):
        heartbeats = {"database": "2026-11-29T11:59:00Z", "filestore": None}
        found = self.receive_drill(heartbeats=heartbeats)
        self.assertEqual(
            (found.database_rpo, found.filestore_rpo), ("1 min", "Unknown")
        )
        self.assertEqual(found.rpo, "Unknown")
        self.assertFalse(found.is_rpo_known)

    def test_a_failed_drill_has_achieved_nothing(self):
        found = self.receive_drill(
            usable_at=None, level=1, error={"phase": "start", "text": "disk full"}
        )
        self.assertEqual(found.result, "failed")
        self.assertEqual((found.rto, found.rpo), ("Not achieved", "Not achieved"))
        self.assertFalse(found.is_rpo_known)
        self.assertIn("in the phase Start PostgreSQL: disk full", found.problem)

    def test_a_drill_of_another_database_has_failed(self):
        found = self.receive_drill(database_uuid="another")
        self.assertEqual(found.result, "failed")
        self.assertIn("another database, with the database.uuid another", found.problem)

    def test_a_check_that_failed_is_named(self):
        check = {"name": "stock", "result": "failed", "text": "differs at 3 places"}
        found = self.receive_drill(checks=[check], usable_at=None, level=2)
        self.assertIn("the check Stock: differs at 3 places", found.problem)

    def test_what_it_could_not_delete_is_said_although_it_has_passed(self):
        found = self.receive_drill(error={"phase": "drop", "text": "busy"})
        self.assertEqual(found.result, "passed")
        self.assertIn("could not delete what it has restored: busy", found.problem)

    def test_each_failure_has_its_words(self):
        for values in (
            {"database_uuid": None},
            {"usable_at": None, "level": 2},
            {"level": 2},
        ):
            name = f"drill-{values}".replace("'", "")
            found = self.receive_drill(name=name, **values)
            self.assertEqual(found.result, "failed")
            self.assertIn("The restore drill of", found.problem)
            self.assertNotIn("False", found.problem)


@tagged("-at_install", "post_install")
class TestObjectivesOfADrill(DrillCase):
    def setUp(self):
        super().setUp()
        self.services.write({"rpo_minutes": 0, "rto_minutes": 0})
        self.service = self.services[0]

    def objectives(self, **values):
        return self.receive_drill(**values).objectives.splitlines()

    def test_each_service_with_objectives_is_compared(self):
        self.service.write({"rpo_minutes": 15, "rto_minutes": 240})
        point, time = self.objectives()
        self.assertIn("must not lose more than 15 min", point)
        self.assertIn("has lost 20 min: back up more often", point)
        self.assertIn(self.service.name, time)
        self.assertTrue(time.endswith("has taken 7 min"), time)

    def test_what_is_unknown_is_said_to_be_unknown(self):
        self.service.rpo_minutes = 15
        (point,) = self.objectives(heartbeats={"database": "2026-11-29T11:59:00Z"})
        self.assertIn("is unknown", point)

    def test_a_failed_drill_has_achieved_none(self):
        self.service.write({"rpo_minutes": 15, "rto_minutes": 240})
        for line in self.objectives(database_uuid="another"):
            self.assertIn("has not achieved it", line)


@tagged("-at_install", "post_install")
class TestHash(DrillCase):
    def test_it_can_be_repeated_from_what_is_stored(self):
        found = self.receive_drill()
        repeated = hashlib.sha256(found.evidence.encode()).hexdigest()
        self.assertEqual(found.sha256, repeated)
        self.assertFalse(found.is_masked)

    def test_what_is_masked_keeps_the_hash_of_the_original(self):
        secret = "postgresql://user:secret1@host/prod"
        checks = [{"name": "login", "result": "passed", "text": f"with {secret}"}]
        found = self.receive_drill(tool=secret, checks=checks)
        stored = f"{found.evidence} {found.tool} {found.check_ids.found}"
        self.assertNotIn("secret1", stored)
        self.assertTrue(found.is_masked)
        repeated = hashlib.sha256(found.evidence.encode()).hexdigest()
        self.assertNotEqual(found.sha256, repeated)


@tagged("-at_install", "post_install")
class TestPeople(DrillCase):
    def user(self, role):
        groups = f"base.group_user,reliability.group_{role}"
        return new_test_user(self.env, f"{role}_of_drills", groups)

    def test_a_person_confirms_it_once(self):
        found = self.receive_drill()
        self.assertEqual(found.state, "to_confirm")
        admin = self.user("admin")
        with freeze_time(after(1)):
            found.with_user(admin).action_confirm()
        found.action_confirm()
        self.assertEqual(found.confirmed_by_id, admin)
        self.assertEqual(found.confirmed_at, after(1))
        message = found.message_ids.filtered(lambda one: "is confirmed" in one.body)
        self.assertEqual(message.author_id, admin.partner_id)

    def test_nobody_writes_facts(self):
        found = self.receive_drill().with_user(self.user("admin"))
        with self.assertRaises(AccessError):
            found.result = "failed"

    def test_managers_send_them_and_only_administrators_see_them(self):
        manager = self.user("manager")
        with freeze_time(after(1)):
            inbound = self.env["reliability.inbound"].with_user(manager)
            inbound._receive_drill(drill_evidence(self.uuid))
        found = self.drills.search([])
        self.assertEqual(found.result, "passed")
        with self.assertRaises(AccessError):
            found.with_user(manager).action_confirm()


@tagged("-at_install", "post_install")
class TestRetention(DrillCase):
    def test_evidence_is_kept_for_three_years(self):
        found = self.receive_drill()
        for days, is_there in ((1000, True), (1200, False)):
            found.ended_at = self.env.cr.now() - (after(24 * days) - after(0))
            self.drills._gc_drills()
            self.assertEqual(bool(found.exists()), is_there)

    def test_a_neutralized_copy_begins_without_any(self):
        found = self.receive_drill()
        self.env.flush_all()
        with file_open("reliability_recovery/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertFalse(self.drills.search([]))
        messages = self.env["mail.message"].sudo()
        self.assertFalse(messages.search([("model", "=", found._name)]))
