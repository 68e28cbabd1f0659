"""Reports become rows and alerts, in any order and repetition."""

from itertools import permutations

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.reliability_inbound.kinds import InvalidMessage

from .common import RecoveryCase, after, at, dump, report

FIRST = "000000010000000000000002"
SECOND = "000000010000000000000003"
FOURTH = "000000010000000000000005"


@tagged("-at_install", "post_install")
class TestReports(RecoveryCase):
    def test_a_set_and_its_backups(self):
        (result,) = self.receive(report(0, dump("a", -3)))
        found = self.backup_set()
        self.assertEqual(result["set"], found.id)
        self.assertEqual(result["newest_point"], f"{after(-3)}Z")
        self.assertEqual(found.newest_point, after(-3), "a dump is worth its begin")
        self.assertEqual(found.last_success, after(-2))
        row = found.backup_ids
        self.assertEqual((row.label, row.size), ("a", 5000))
        self.assertTrue(row.is_complete)
        self.assertEqual((row.elsewhere, row.encrypted), ("yes", "yes"))

    def test_any_order_and_repetition_has_the_same_end(self):
        older = report(-24, dump("a", -30), dump("b", -27, error="cut off"))
        newer = report(0, dump("b", -27), dump("c", -3))
        for order in permutations([older, newer, older, newer]):
            self.sets.search([]).unlink()
            self.receive(*order)
            found = self.backup_set()
            self.assertEqual(found.reported, after(0))
            self.assertEqual(found.newest_point, after(-3))
            listed = found.backup_ids.filtered(lambda row: not row.expired)
            self.assertEqual(set(listed.mapped("label")), {"b", "c"})
            self.assertFalse(any(listed.mapped("error")))

    def test_what_is_listed_no_more_has_expired(self):
        self.receive(report(-1, dump("a", -30)), report(0, dump("b", -3)))
        expired = self.backup_set().backup_ids.filtered("expired")
        self.assertEqual(expired.mapped("label"), ["a"])
        self.assertEqual(expired.expired, after(0))
        self.receive(report(1, dump("a", -30), dump("b", -3)))
        self.assertFalse(any(self.backup_set().backup_ids.mapped("expired")))

    def test_database_and_filestore_of_one_name_are_two_sets(self):
        self.receive(report(0), report(0, contents="filestore"))
        self.assertEqual(len(self.backup_set()), 2)

    def test_the_retention_of_the_tool_is_the_first_policy(self):
        self.receive(report(0, retention={"backups": 2, "days": 14}))
        found = self.backup_set()
        self.assertEqual((found.retention_backups, found.retention_days), (2, 14))
        found.retention_days = 30
        self.receive(report(1, retention={"days": 7}))
        self.assertEqual(found.retention_days, 30, "people have changed it")

    def test_secrets_are_masked(self):
        secret = "https://user:secret@host/path"
        bad = dump("a", -3, error=f"cannot write to {secret}")
        self.receive(report(0, bad, tool=f"tool {secret}"))
        found = self.backup_set()
        stored = f"{found.tool} {found.summary} {found.backup_ids.error}"
        self.assertNotIn("secret", stored)

    def test_names_with_secrets_are_refused(self):
        """Masked, two of them could be the same backup."""
        for body in (
            report(0, name="password=secret1"),
            report(0, dump("password=secret1", -3)),
        ):
            with self.assertRaisesRegex(InvalidMessage, "looks like a secret"):
                self.receive(body)
        self.assertFalse(self.sets.search([]))

    def test_what_breaks_the_contract_is_refused(self):
        with self.assertRaisesRegex(InvalidMessage, "version must be 1"):
            self.env["reliability.inbound"]._receive_backups({})

    def test_a_clock_that_is_ahead_is_refused(self):
        with freeze_time(after(-1)), self.assertRaisesRegex(InvalidMessage, "clock"):
            self.env["reliability.inbound"]._receive_backups(report(0))

    def test_too_many_sets_are_refused(self):
        row = {"contents": "database", "first_reported": at(0)[:-1], "summary": {}}
        row |= {"first_reported": after(0), "reported": after(0)}
        self.sets.create([{"name": str(n), **row} for n in range(200)])
        with self.assertRaisesRegex(InvalidMessage, "same name"):
            self.receive(report(0))


@tagged("-at_install", "post_install")
class TestAlerts(RecoveryCase):
    def test_good_backups_are_no_alert(self):
        self.receive(report(0, dump("a", -3)))
        self.assertEqual(self.causes(0), [])
        self.assertFalse(self.backup_set().with_context(tz="UTC")._problems(after(0)))

    def test_one_that_did_not_come(self):
        self.receive(report(0, dump("a", -3)))
        self.assertEqual(self.causes(23), [])
        self.assertEqual(self.causes(25), ["too_old", "not_elsewhere"])
        self.assertEqual(self.causes(27), ["silent", "too_old", "not_elsewhere"])

    def test_one_that_is_damaged(self):
        self.receive(report(0, dump("a", -3), dump("b", -2, error="It is cut off")))
        (alert,) = self.alerts(0)
        self.assertEqual(alert.severity, "degraded")
        text = self.text(0, alert).text
        self.assertIn("prod", text)
        self.assertIn("It is cut off", text)

    def test_one_that_is_much_smaller_than_usual(self):
        earlier = [dump(str(hours), hours) for hours in (-9, -8, -7)]
        self.receive(report(0, *earlier, dump("a", -3, size=1_000_000)))
        (alert,) = self.alerts(0)
        text = self.text(0, alert).text
        self.assertIn("has 1.0 MB, usual are 5,000.0 MB", text)

    def test_what_has_expired_still_says_what_is_usual(self):
        earlier = [dump(str(hours), hours) for hours in (-9, -8, -7)]
        small = dump("a", -3, size=0)
        self.receive(report(-1, *earlier), report(0, small))
        self.assertEqual(self.causes(0), ["small"])

    def test_a_gap_in_wal(self):
        base = dump("base", -3, type="full")
        base["wal"] = {"archive": "wal", "first": FIRST, "last": FIRST}
        archive = {
            "name": "wal",
            "ranges": [
                {"first": FIRST, "last": SECOND, "last_commit": at(-1.5)},
                {"first": FOURTH, "last": FOURTH, "last_commit": at(-0.5)},
            ],
        }
        self.receive(report(0, base, archives=[archive], contents="cluster"))
        self.assertEqual(self.backup_set().newest_point, after(-1.5))
        (alert,) = self.alerts(0)
        text = self.text(0, alert).text
        self.assertIn("WAL segment 000000010000000000000004 of prod is missing", text)

    def test_what_is_unknown_is_said_to_be_unknown(self):
        self.receive(report(0, dump("a", -3), repositories=[{"name": "site"}]))
        alerts = self.alerts(0)
        self.assertEqual({alert.severity for alert in alerts}, {"information"})
        for alert in alerts:
            self.assertIn("It is unknown", self.text(0, alert).text)

    def test_an_archived_set_is_not_checked(self):
        self.receive(report(0))
        self.assertEqual(self.causes(0), ["never"])
        self.backup_set().active = False
        self.assertEqual(self.causes(0), [])
        self.receive(report(1))
        self.assertEqual(self.causes(1), [], "reports do not activate it")

    def test_each_sentence_has_what_it_needs(self):
        bad = dump("a", -80, error="It is cut off", size=1)
        repositories = [{"name": "site", "elsewhere": False, "encrypted": False}]
        repositories[0]["problem"] = "unknown"
        good = dump("b", -90)
        self.receive(report(-60, bad, good, repositories=repositories))
        self.backup_set().retention_backups = 5
        alerts = self.alerts(0)
        expected = {"silent", "too_old", "failed", "repository", "not_elsewhere"}
        expected |= {"not_encrypted", "retention"}
        self.assertEqual({alert.cause for alert in alerts}, expected)
        for alert in alerts:
            text = self.text(0, alert).text
            self.assertIn("prod", text)
            self.assertNotIn("None", text)

    def test_people_who_may_not_read_them_get_no_action(self):
        self.receive(report(0))
        (alert,) = self.alerts(0)
        opened = self.text(0, alert).action
        self.assertEqual(opened["res_id"], self.backup_set().id)
        groups = "base.group_user,reliability.group_manager"
        manager = new_test_user(self.env, "manager_of_no_backups", groups)
        self.assertFalse(self.text(0, alert, manager).action)


@tagged("-at_install", "post_install")
class TestRights(RecoveryCase):
    def test_administrators_write_the_policy_and_no_facts(self):
        self.receive(report(0))
        groups = "base.group_user,reliability.group_admin"
        admin = new_test_user(self.env, "admin_of_backups", groups)
        found = self.backup_set().with_user(admin)
        found.max_age_hours = 30
        with self.assertRaisesRegex(AccessError, "by reports only"):
            found.newest_point = after(0)

    def test_a_manager_of_reliability_sends_them(self):
        groups = "base.group_user,reliability.group_manager"
        manager = new_test_user(self.env, "sender_of_backups", groups)
        with freeze_time(after(0)):
            inbound = self.env["reliability.inbound"].with_user(manager)
            inbound._receive_backups(report(0, dump("a", -3)))
        self.assertTrue(self.backup_set().backup_ids)

    def test_expired_backups_are_deleted_after_their_retention(self):
        self.receive(report(-1, dump("a", -30)), report(0, dump("b", -3)))
        expired = self.backup_set().backup_ids.filtered("expired")
        expired.expired = after(-24 * 500)
        self.env["reliability.backup"]._gc_backups()
        self.assertEqual(self.backup_set().backup_ids.mapped("label"), ["b"])
