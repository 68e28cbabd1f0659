"""Files of a folder decide on owners, thresholds and objectives, all or nothing."""

import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.reliability.api import settings, store_text

from ..files.reading import read
from ..files.writing import write
from ..models.reliability_files import APPLIED, OPTION
from ..objective import GAUGE, SLICES, Objective
from .test_counting import MINUTE, NOON, ObjectiveCase


class FilesCase(ObjectiveCase):
    """A database on a server with a folder of files."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.options = {OPTION: folder.name}
        cls.folder = Path(folder.name)
        cls.files = cls.env["reliability.files"]
        cls.owner = new_test_user(
            cls.env, "objectives_owner", groups="reliability.group_viewer"
        )
        cls.admin = new_test_user(
            cls.env, "objectives_admin", groups="reliability.group_admin"
        )

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.dict(settings().options, self.options))
        for path in self.folder.iterdir():
            path.unlink()

    def spec(self, **values):
        """Return an objective for a file."""
        values = {
            "code": "from_file",
            "name": "From a file",
            "service": self.service.code,
            "goal_ppm": 987_654,
            "owner": self.owner.login,
            "description": "Why it matters.",
        } | values
        return Objective(**values)

    def put(self, *objectives, text="", name="objectives.yaml", now=NOON):
        """Write a file, and let the database apply the folder."""
        (self.folder / "new").write_text(write(objectives) + text)
        os.replace(self.folder / "new", self.folder / name)
        self.files._apply_files(now)

    def slo_of(self, code="from_file"):
        every = self.env["reliability.slo"].with_context(active_test=False)
        return every.search([("code", "=", code)])

    def problems(self):
        """Return the problems as the self-check shows them."""
        return "\n".join(self.env["reliability.self.check"]._addon_problems())

    def alerts(self):
        found = self.env["reliability.health.provider"]._alerts()
        return [alert for alert in found if alert.provider == "files"]


SERVICE = """---
apiVersion: openslo/v1
kind: Service
metadata:
  name: {code}
  annotations: {{reliability/owner: objectives_owner, reliability/slow-percent: "7"}}
"""
OPERATION = """---
apiVersion: reliability/v1
kind: Operation
metadata: {{name: {code}}}
spec: {{latencySeconds: 1.25, failingPercent: 2.5}}
"""


@tagged("-at_install", "post_install")
class TestFilesAreApplied(FilesCase):
    def test_an_objective_is_created_with_all_that_the_file_has(self):
        spec = self.spec(budgeting=SLICES, slice_minutes=15, slice_goal_ppm=900_000)
        self.put(spec)
        slo = self.slo_of()
        self.assertEqual(slo.managed_file, "objectives.yaml")
        self.assertEqual(slo._specification()._replace(zone="UTC"), spec)
        self.assertEqual(len(slo.alert_ids), 4)
        self.assertEqual(self.problems(), "")

    def test_an_objective_of_a_gauge(self):
        gauge = self.env["reliability.slo"]._gauges()[0]
        spec = self.spec(
            measure=GAUGE, gauge=gauge, bound=2.5, window="month", zone="Asia/Kathmandu"
        )
        self.put(spec._replace(split="none"))
        self.assertEqual(self.slo_of().bound, 2.5)
        self.assertEqual(self.slo_of().zone, "Asia/Kathmandu")

    def test_one_that_exists_is_changed_and_its_alerts_with_its_goal(self):
        self.assertEqual(len(self.slo.alert_ids), 4)
        self.put(self.spec(code=self.slo.code, goal_ppm=900_000))
        self.assertEqual(self.slo.goal, 90)
        self.assertEqual(self.slo.managed_file, "objectives.yaml")
        self.assertEqual(len(self.slo.alert_ids), 3)

    def test_owners_and_thresholds(self):
        operation = self.env["reliability.operation"].search([], limit=1)
        texts = SERVICE.format(code=self.service.code)
        self.service.failing_threshold = 0.25
        self.put(text=texts + OPERATION.format(code=operation.code))
        self.assertEqual(self.service.owner_id, self.owner)
        self.assertEqual(self.service.slow_threshold, 0.07)
        self.assertEqual(self.service.failing_threshold, 0.25)
        self.assertEqual(operation.threshold, 1.25)
        self.assertEqual(operation.failing_threshold, 0.025)

    def test_again_changes_nothing(self):
        self.put(self.spec(), text=SERVICE.format(code=self.service.code))
        slo = self.slo_of()
        slo.is_counted = slo.is_added_up = True
        alerts = slo.alert_ids
        store_text(self.env, APPLIED, "another")
        written = []
        model = self.env.registry["reliability.managed"]
        with patch.object(model, "write", lambda *args: written.append(args)):
            self.files._apply_files(NOON + MINUTE)
        self.assertEqual(written, [])
        self.assertTrue(slo.is_counted and slo.is_added_up)
        self.assertEqual(slo.alert_ids, alerts)

    def test_unchanged_files_cost_one_query(self):
        self.put(self.spec())
        with self.assertQueryCount(1):
            self.files._apply_files(NOON + MINUTE)

    def test_what_is_exported_changes_nothing_elsewhere(self):
        """Another database with the same records has them as managed ones."""
        slos = self.env["reliability.slo"].search([])
        text = slos._as_openslo()
        content = read(text)
        self.assertEqual((content.problems, content.notices), ((), ()))
        before = [slo._specification() for slo in slos]
        slos.is_counted = True
        self.put(text=text)
        self.assertEqual(self.problems(), "")
        self.assertEqual([slo._specification() for slo in slos], before)
        self.assertTrue(all(slos.mapped("is_counted")))

    def test_the_name_is_the_same_in_all_languages(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.slo.with_context(lang="de_DE").name = "Anders"
        self.put(self.spec(code=self.slo.code))
        for lang in ("de_DE", "en_US"):
            name = self.slo.with_context(lang=lang).name
            self.assertEqual(name, "From a file")

    def test_what_is_not_carried_over_is_in_the_self_check(self):
        labels = "metadata:\n  labels: {team: shipping}\n"
        self.put(text=write([self.spec()]).replace("metadata:\n", labels, 1))
        self.assertIn("metadata.labels is not carried over", self.problems())
        self.assertEqual(self.alerts(), [])
        self.assertEqual(self.slo_of().goal_ppm, 987_654)

    def test_only_where_the_addon_is_installed(self):
        lines = "  annotations:\n", "  annotations:\n    reliability/addon: {}\n"
        text = write([self.spec(service="nowhere")])
        self.put(text=text.replace(lines[0], lines[1].format("reliability_edi"), 1))
        if self.env["ir.module.module"]._get("reliability_edi").state == "installed":
            self.assertIn("There is no service nowhere", self.problems())
        else:
            self.assertEqual(self.problems(), "")
        self.assertFalse(self.slo_of())
        self.put(text=text.replace(lines[0], lines[1].format("reliability_edy"), 1))
        self.assertIn("There is no addon reliability_edy", self.problems())


@tagged("-at_install", "post_install")
class TestOneProblemAndNothingIsApplied(FilesCase):
    def assertRefused(self, text):
        self.assertIn(text, self.problems())
        self.assertFalse(self.slo_of())
        self.assertFalse(self.slo.managed_file)
        (alert,) = self.alerts()
        described = self.env["reliability.health.provider"]._describe_alert(alert)
        self.assertIn(text, described.text)

    def test_a_goal_of_100_percent(self):
        text = write([self.spec()]).replace("98.7654", "100")
        self.put(self.spec(code=self.slo.code), text=text)
        self.assertRefused("A goal lies between 0 % and 100 %")
        self.assertIn("objectives.yaml, document ", self.problems())

    def test_names_that_the_database_does_not_have(self):
        for values, text in (
            ({"service": "nowhere"}, "There is no service nowhere here."),
            ({"operations": ("nothing",)}, "There is no operation nothing here."),
            ({"owner": "nobody"}, "There is no user with the login nobody here."),
            ({"calendar": "Never"}, "There are no working hours called Never here."),
            ({"measure": "beauty"}, "Odoo has no measure beauty."),
            ({"family": "beauty"}, "There are no events of the kind beauty here."),
            ({"measure": GAUGE, "gauge": "beauty"}, "There is no gauge beauty here."),
        ):
            with self.subTest(text):
                self.put(self.spec(code=self.slo.code), self.spec(**values))
                self.assertRefused(text)

    def test_what_a_record_refuses_names_the_document(self):
        self.env["resource.calendar"].create(
            {"name": "Without hours", "attendance_ids": False}
        )
        calendars = self.env["resource.calendar"].search(
            [("name", "=", "Without hours")]
        )
        calendars.attendance_ids.unlink()
        specs = self.spec(code="a_first"), self.spec(calendar="Without hours")
        self.put(*specs)
        self.assertRefused("The working hours Without hours are empty")
        self.assertFalse(self.slo_of("a_first"))
        self.assertIn("objectives.yaml, document 2, line ", self.problems())

    def test_it_is_applied_once_it_is_corrected(self):
        self.put(self.spec(), text="{")
        self.assertRefused("This is not valid YAML")
        self.put(self.spec(), text="{", now=NOON + MINUTE)
        (alert,) = self.alerts()
        self.assertEqual(alert.since, NOON)
        self.put(self.spec())
        self.assertEqual(self.problems(), "")
        self.assertEqual(self.alerts(), [])
        self.assertTrue(self.slo_of())

    def test_it_is_applied_once_the_database_has_the_name(self):
        self.put(self.spec(service="new_service"))
        self.assertRefused("There is no service new_service")
        self.env["reliability.service"].create({"name": "New", "code": "new_service"})
        self.files._apply_files(NOON + MINUTE)
        self.assertTrue(self.slo_of())

    def test_a_folder_that_is_gone_changes_nothing(self):
        self.put(self.spec())
        with patch.dict(settings().options, {OPTION: "/nowhere/at/all"}):
            self.files._apply_files(NOON + MINUTE)
        self.assertIn("The folder /nowhere/at/all cannot be read", self.problems())
        self.assertEqual(self.slo_of().managed_file, "objectives.yaml")


@tagged("-at_install", "post_install")
class TestWhatIsManagedIsReadOnly(FilesCase):
    def test_people_cannot_change_it(self):
        self.put(self.spec(), text=SERVICE.format(code=self.service.code))
        slo = self.slo_of().with_user(self.admin)
        for values in ({"goal": 95}, {"active": False}, {"name": "Mine"}):
            with self.assertRaisesRegex(UserError, "The file objectives.yaml manages"):
                slo.write(values)
        with self.assertRaisesRegex(UserError, "The file objectives.yaml manages"):
            slo.unlink()
        service = self.service.with_user(self.admin)
        with self.assertRaisesRegex(UserError, "Change the file"):
            service.slow_threshold = 0.5
        service.name = "What people call it"

    def test_the_form_shows_the_file_and_no_fields_to_edit(self):
        self.put(self.spec())
        with self.assertRaisesRegex(AssertionError, "can't write on readonly"):
            Form(self.slo_of().with_user(self.admin)).goal = 90
        with Form(self.slo.with_user(self.admin)) as form:
            form.goal = 98
        arch = self.env["reliability.slo"].get_view(view_type="form")["arch"]
        self.assertIn('invisible="not managed_file"', arch)

    def test_the_evaluation_goes_on(self):
        self.put(self.spec())
        self.evaluate(NOON + MINUTE)
        self.assertTrue(self.slo_of().is_counted)

    def test_without_its_document_it_is_released(self):
        shipped = self.env["reliability.slo"].with_context(active_test=False)
        shipped = shipped.search([]).filtered(lambda slo: slo._is_shipped())[:1]
        spec = self.spec(code=shipped.code, service=shipped.service_id.code)
        self.put(spec, self.spec(), text=SERVICE.format(code=self.service.code))
        self.assertTrue(shipped.managed_file and self.service.managed_file)
        self.put()
        self.assertFalse(shipped.managed_file or self.service.managed_file)
        self.assertTrue(shipped.active)
        self.assertFalse(self.slo_of().active or self.slo_of().managed_file)

    def test_without_the_option_everything_is_released(self):
        self.put(self.spec(code=self.slo.code))
        with patch.dict(settings().options, {OPTION: ""}):
            self.files._apply_files(NOON + MINUTE)
        self.assertFalse(self.slo.managed_file)
