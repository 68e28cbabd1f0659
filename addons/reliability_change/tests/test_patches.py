"""What runs beside what somebody has reported: behind, none newer known, or unknown."""

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.reliability_change.models import reliability_patch
from odoo.addons.reliability_inbound.kinds import InvalidMessage

from ..fingerprint import Fingerprint
from .common import NOON, DeploymentCase, after

DAY = 24 * 60


@tagged("-at_install", "post_install")
class TestPatches(DeploymentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.patches = cls.env["reliability.patch"]
        cls.known = cls.env["reliability.newest.version"]
        cls.known.search([]).unlink()
        cls.admin = new_test_user(
            cls.env, "admin_of_patches", "base.group_user,reliability.group_admin"
        )

    def setUp(self):
        super().setUp()
        for host, version in (("odoo-1", "6.0"), ("odoo-2", "6.0"), ("odoo-3", "5.4")):
            packages = {"lxml": version, "odoo": "19.0", "odoo-addon-x": "1"}
            packages["odoorpc"] = "0.9"
            content = Fingerprint({"sale": "1.0"}, {}, packages, {})
            self.runs(0, host=host, content=content.dumps(), is_followed=True)

    def report(self, *versions, minutes=0):
        """Receive a message of one who knows; versions are lists of values."""
        names = ("kind", "name", "version", "released_on")
        body = {
            "version": 1,
            "at": f"{after(minutes).isoformat()}Z",
            "versions": [dict(zip(names, one, strict=False)) for one in versions],
        }
        with freeze_time(after(minutes)):
            return self.env["reliability.inbound"]._receive_newest_versions(body)

    def found(self, kind, name):
        """Return version that runs → status, newest known, days behind."""
        rows = self.patches.search([("kind", "=", kind), ("name", "=", name)])
        with freeze_time(NOON):
            rows.invalidate_recordset(["days"])
            return {one.version: (one.state, one.newest, one.days) for one in rows}

    def refresh(self, minutes=0):
        with freeze_time(after(minutes)):
            self.patches._cron_refresh()

    def test_where_nobody_reports_nothing_is_known(self):
        self.refresh()
        self.assertEqual(set(self.patches.search([]).mapped("state")), {"unknown"})
        kinds = set(self.patches.search([]).mapped("kind"))
        self.assertEqual(kinds, {"odoo", "postgresql", "addon", "package"})

    def test_python_packages_by_the_hosts_that_run_them(self):
        self.report(
            ["package", "LXML", "6.1", "2026-02-20"],
            ["package", "lxml", "6.0", "2026-01-01"],
        )
        self.assertEqual(
            self.found("package", "lxml"),
            {"6.0": ("behind", "6.1", 10), "5.4": ("behind", "6.1", 60)},
        )
        hosts = {one.version: one.hosts for one in self.patches.search([])}
        self.assertEqual((hosts["6.0"], hosts["5.4"]), ("odoo-1, odoo-2", "odoo-3"))
        self.assertFalse(self.found("package", "odoo-addon-x"))
        self.assertFalse(self.found("package", "odoo"))
        self.assertTrue(self.found("package", "odoorpc"), "it is no app")

    def test_hosts_that_are_gone_run_nothing(self):
        self.hosts["odoo-3"] = after(-60)
        self.refresh()
        self.assertEqual(self.found("package", "lxml").keys(), {"6.0"})
        self.hosts.clear()  # nobody knows which hosts are there
        self.refresh()
        self.assertEqual(self.found("package", "lxml").keys(), {"6.0", "5.4"})

    def test_postgresql_of_its_major_version_only(self):
        version = self.patches._postgresql_version()
        major = version.partition(".")[0]
        self.report(["postgresql", None, f"{int(major) + 1}.1", "2026-01-01"])
        self.assertEqual(
            self.found("postgresql", "postgresql"), {version: ("unknown", False, 0)}
        )
        self.report(["postgresql", None, f"{major}.999", "2026-03-01"])
        self.assertEqual(
            self.found("postgresql", "postgresql"),
            {version: ("behind", f"{major}.999", 1)},
        )

    def test_odoo_built_on_a_day(self):
        self.patch(reliability_patch, "odoo_version", "19.0-20260201")
        self.report(["odoo", None, "19.0-20260201"])
        self.assertEqual(
            self.found("odoo", "odoo"),
            {"19.0-20260201": ("newest", "19.0-20260201", 0)},
        )

    def test_apps_that_are_no_part_of_odoo(self):
        self.report(["addon", "reliability_change", "19.0.9.0.0", "2026-03-01"])
        ((_version, found),) = self.found("addon", "reliability_change").items()
        self.assertEqual(found, ("behind", "19.0.9.0.0", 1))
        self.assertFalse(self.found("addon", "sale"))
        self.assertFalse(self.found("addon", "base"))
        self.assertFalse(self.found("addon", "html_editor"))

    def test_in_other_folders_all_authors_have_to_be_odoo(self):
        module = self.env.ref("base.module_reliability_change")
        for authors, is_listed in (
            ("Odoo S.A.", False),
            ("odoo, Odoo SA", False),
            ("Odoo S.A., Somebody", True),
            (False, True),
        ):
            module.author = authors
            self.refresh()
            self.assertEqual(bool(self.found("addon", module.name)), is_listed)

    def test_apps_that_python_has_installed_into_the_folder_of_odoo(self):
        self.patch(reliability_patch, "_folder_of", lambda _name: "/odoo/addons")
        for packages, is_listed in (
            ({}, False),
            ({"odoo-addon-reliability-change": "19.0.1.0.0"}, True),
        ):
            self.patch(reliability_patch, "python_packages", packages.copy)
            self.refresh()
            self.assertEqual(bool(self.found("addon", "reliability_change")), is_listed)

    def test_what_was_told_long_ago_is_unknown(self):
        self.report(["package", "lxml", "6.0"])
        self.assertEqual(self.found("package", "lxml")["6.0"][0], "newest")
        self.refresh(31 * DAY)
        self.assertEqual(self.found("package", "lxml")["6.0"][0], "unknown")
        self.report(["package", "lxml", "6.0"], minutes=31 * DAY)
        self.assertEqual(self.found("package", "lxml")["6.0"][0], "newest")

    def test_twice_and_in_any_order_it_ends_the_same(self):
        messages = [
            (["package", "lxml", "6.1", "2026-02-20"], 0),
            (["package", "lxml", "6.1"], DAY),
        ]
        for order in (messages, messages[::-1], messages * 2):
            self.known.search([]).unlink()
            for version, minutes in order:
                self.report(version, minutes=minutes)
            row = self.known.search([])
            self.assertEqual(row.reported_at, after(DAY))
        self.assertEqual(row.released_on, fields.Date.to_date("2026-02-20"))

    def test_an_upgraded_package_is_no_longer_listed(self):
        self.refresh()
        content = Fingerprint({}, {}, {"lxml": "6.1"}, {})
        self.runs(9, host="odoo-3", content=content.dumps(), is_followed=True)
        self.refresh()
        self.assertEqual(self.found("package", "lxml").keys(), {"6.0", "6.1"})

    def test_by_hand(self):
        known = self.known.with_user(self.admin)
        row = known.create({"kind": "package", "name": "Lxml ", "version": "6.1"})
        self.assertEqual(self.found("package", "lxml")["6.0"][0], "behind")
        row.version = "6.0"
        self.assertEqual(self.found("package", "lxml")["6.0"][0], "newest")
        row.unlink()
        self.assertEqual(self.found("package", "lxml")["6.0"][0], "unknown")
        with self.assertRaises(AccessError):
            self.patches.with_user(self.admin).search([], limit=1).version = "1"

    def test_an_alert_names_what_has_been_behind_for_long(self):
        provider = self.env["reliability.health.provider"]

        def alerts():
            with freeze_time(NOON):
                found = provider._alerts()
            return [one for one in found if one.cause == "patches"]

        self.report(["package", "lxml", "6.1", "2026-01-02"])
        self.assertFalse(alerts())
        self.report(["package", "lxml", "5.5", "2025-12-01"])
        (alert,) = alerts()
        self.assertEqual((alert.severity, alert.count), ("information", 1))
        text = provider.with_user(self.admin)._describe_alert(alert)
        self.assertEqual(
            text.text,
            "lxml 5.4 is behind its newest version for more than 60 days: upgrade it",
        )
        self.assertEqual(text.action["res_model"], "reliability.patch")
        settings = self.env["res.config.settings"]
        settings.create({"reliability_patch_days": 30}).execute()
        (alert,) = alerts()
        self.assertIn("2 components", provider._describe_alert(alert).text)

    def test_without_a_release_date_it_is_behind_since_that_was_told(self):
        self.report(["package", "lxml", "6.1"])
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE reliability_newest_version SET create_date = '2025-12-01'"
        )
        self.env.invalidate_all()
        self.refresh()
        self.assertEqual(self.found("package", "lxml")["6.0"], ("behind", "6.1", 91))
        with freeze_time(NOON):
            self.assertIn("6.0", self.patches._overdue().mapped("version"))

    def test_what_breaks_the_contract_is_refused(self):
        with self.assertRaisesRegex(InvalidMessage, "kind must be one of"):
            self.report(["system", "linux", "6"])
        kinds = dict(self.env["reliability.inbound"]._kind_names())
        self.assertEqual(kinds["newest_versions"], "Newest Versions")
