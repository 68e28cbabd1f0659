"""What pipelines report, and how it is matched with what servers run."""

import itertools

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import file_open

from odoo.addons.reliability_inbound.kinds import InvalidMessage

from .common import NEW, OLD, DeploymentCase, after

DAY = 24 * 60
OTHER = "c" * 40


def at(minutes):
    return f"{after(minutes).isoformat()}Z"


class PipelineCase(DeploymentCase):
    def setUp(self):
        super().setUp()
        self.inbound = self.env["reliability.inbound"]
        self.provider = self.env["reliability.health.provider"]
        self.env.user.tz = "UTC"

    def report(self, minutes, state="succeeded", key="17", **values):
        """Receive a report of what happens so many minutes after noon."""
        return self.receive(self.message(minutes, state, key, **values))

    def message(self, minutes, state="succeeded", key="17", **values):
        return {
            "version": 1,
            "id": key,
            "state": state,
            "at": at(minutes),
            "environment": "production",
            "revision": NEW,
            **values,
        }

    def receive(self, body, minutes=DAY):
        """Receive a message; return the deployment that it is of."""
        with freeze_time(after(minutes)):
            answer = self.inbound._receive_deployment(body)
        return self.deployments.browse(answer["deployment"])

    def roll_out(self, minutes=5, code=NEW, host="odoo-1", **values):
        """Let a server load new code, and evaluate."""
        self.runs(minutes, code, host, **values)
        return self.follow(minutes + 1)

    def alerts(self, minutes):
        """Return cause → alert, of this addon."""
        with freeze_time(after(minutes)):
            found = self.provider._alerts()
        return {one.cause: one for one in found if one.provider == "change"}

    def text(self, alert, minutes=DAY, user=None):
        with freeze_time(after(minutes)):
            provider = self.provider.with_user(user or self.env.user)
            return provider._describe_alert(alert).text


@tagged("-at_install", "post_install")
class TestReports(PipelineCase):
    def test_it_is_a_kind_of_message(self):
        kinds = dict(self.inbound._kind_names())
        self.assertEqual(kinds["deployment"], "Deployment")

    def test_everything_that_is_said_is_stored(self):
        artifact = "sha256:" + "0a" * 32
        found = self.report(
            10,
            begin=at(1),
            release="19.0.4",
            artifact=artifact,
            pipeline="https://example.com/1",
            person="anna",
            approver="bert",
            planned={"begin": at(0), "end": at(30)},
            scope="canary",
            description="More stock",
            unplanned=True,
            commits=[{"revision": NEW, "at": at(-60)}, {"revision": OLD}],
        )
        self.assertEqual((found.begin, found.end), (after(1), after(10)))
        self.assertEqual((found.state, found.reported_state), ("done", "succeeded"))
        self.assertEqual((found.source, found.key), ("ours", "17"))
        self.assertEqual((found.release, found.artifact), ("19.0.4", artifact))
        self.assertEqual((found.person, found.approver), ("anna", "bert"))
        self.assertEqual(
            (found.planned_begin, found.planned_end), (after(0), after(30))
        )
        self.assertEqual((found.scope, found.description), ("canary", "More stock"))
        self.assertEqual(found.pipeline, "https://example.com/1")
        self.assertTrue(found.is_reported and found.is_unplanned)
        self.assertFalse(found.is_seen)
        commits = {one.revision: one.made_at for one in found.commit_ids}
        self.assertEqual(commits, {NEW: after(-60), OLD: False})
        self.assertEqual(found.name, "19.0.4")

    def test_where_nobody_has_counted_requests_that_is_unknown(self):
        found = self.report(10)
        self.assertEqual(self.requests(found), (None, None, None))
        self.assertFalse(found.requests)

    def test_requests_that_were_refused(self):
        for sent, refused, seconds, text in (
            (340, 12, 2.4, "12 of 340 requests were refused, for 2.4 s"),
            (1340, 1, 0.31, "1 of 1,340 requests was refused, for 0.31 s"),
            (340, 0, 0, "None of 340 requests was refused"),
        ):
            counted = {"sent": sent, "refused": refused, "seconds": seconds}
            found = self.report(10, key=str(refused), requests=counted)
            self.assertEqual(self.requests(found), (sent, refused, seconds))
            self.assertEqual(found.requests, text)
            self.report(12, key=str(refused))
            self.assertEqual(found.requests, text, "the others do not say it")

    def test_what_requests_saw_is_of_the_deployment_that_was_seen(self):
        self.runs(0)
        seen = self.roll_out(5)
        self.report(10, requests={"sent": 9, "refused": 0, "seconds": 0})
        self.assertEqual(self.requests(seen), (9, 0, 0))

    def requests(self, deployment):
        """Return what the database has of requests."""
        deployment.flush_recordset()
        self.env.cr.execute(
            "SELECT requests_sent, requests_refused, requests_seconds"
            "  FROM reliability_deployment WHERE id = %s",
            [deployment.id],
        )
        sent, refused, seconds = self.env.cr.fetchone()
        return sent, refused, seconds if seconds is None else float(seconds)

    def test_in_any_order_and_twice_the_end_is_the_same(self):
        commits = [{"revision": NEW}]
        messages = [
            self.message(0, "planned", planned={"begin": at(0), "end": at(9)}),
            self.message(1, "running", release="19.0.4", commits=commits),
            self.message(5, "succeeded", approver="bert"),
            self.message(5, "succeeded", approver="bert"),
        ]
        names = ("begin", "end", "state", "release", "approver", "reported_at")
        for order in itertools.permutations(messages):
            for body in order:
                found = self.receive(body)
            self.assertEqual(
                [found[name] for name in names],
                [after(1), after(5), "done", "19.0.4", "bert", after(5)],
            )
            self.assertEqual(len(found.commit_ids), 1)
            self.assertEqual(self.deployments.search([]), found)
            found.unlink()

    def test_what_was_not_deployed_is_in_no_chart(self):
        for state, expected in (
            ("planned", "planned"),
            ("canceled", "canceled"),
            ("refused", "canceled"),
            ("replaced", "canceled"),
        ):
            found = self.report(1, state, key=state)
            self.assertEqual((found.state, found.reported_state), (expected, state))
        self.assertFalse(self.deployments._between(after(0), after(60)))
        running = self.report(2, "running")
        self.assertEqual(self.deployments._between(after(0), after(60)), running)

    def test_one_that_is_replaced_later_was_deployed(self):
        self.report(1)
        found = self.report(60, "replaced")
        self.assertEqual((found.state, found.end), ("done", after(1)))

    def test_other_environments_are_answered_and_not_stored(self):
        body = self.message(1, production=False, environment="staging")
        with freeze_time(after(2)):
            answer = self.inbound._receive_deployment(body)
        detail = "Not stored, since staging is not production."
        self.assertEqual(answer, {"deployment": None, "detail": detail})
        self.assertFalse(self.deployments.search([]))

    def test_github_and_gitlab(self):
        status = {"state": "success", "created_at": at(1)}
        deployment = {"id": 42, "sha": NEW, "environment": "production"}
        repository = {"full_name": "shop/odoo"}
        body = {"deployment_status": status, "deployment": deployment}
        found = self.receive(body | {"repository": repository})
        self.assertEqual((found.source, found.key), ("github", "github:shop/odoo:42"))
        body = {
            "object_kind": "deployment",
            "status": "running",
            "status_changed_at": "2026-03-02 13:00:00 +0100",
            "deployment_id": 15,
            "environment": "production",
            "environment_tier": "production",
            "project": {"path_with_namespace": "shop/odoo"},
            "short_sha": OTHER[:8],
        }
        found = self.receive(body)
        self.assertEqual((found.source, found.begin), ("gitlab", after(0)))

    def test_links_with_others_in_any_order(self):
        for first, second in ((1, 2), (2, 1)):
            for key in (first, second):
                links = {"rolls_back": "1", "fixes": "1"} if key == 2 else {}
                self.report(key, key=str(key), revision=str(key) * 40, **links)
            one, two = self.deployments.search([], order="begin")
            self.assertEqual((two.rolls_back_id, two.fixes_id), (one, one))
            self.assertEqual(one.rolled_back_by_ids, two)
            (one | two).unlink()

    def test_secrets_and_personal_data_are_not_stored(self):
        found = self.report(
            1,
            person="anna@example.com",
            description="password=secret1",
            pipeline="https://example.com/1?token=secret1",
        )
        stored = f"{found.read()} {found.reported_values}"
        self.assertNotIn("secret1", stored)
        self.assertNotIn("anna@example.com", stored)

    def test_what_breaks_the_contract_is_refused(self):
        for body, sentence in (
            ({}, "version must be 1."),
            (self.message(1, "done"), "state must be one of"),
            (self.message(1, key="password=secret1"), "looks like a secret"),
            (self.message(2 * DAY), "correct the clock"),
        ):
            with self.assertRaisesRegex(InvalidMessage, sentence):
                self.receive(body)

    def test_managers_send_them_and_nobody_writes_them(self):
        groups = "base.group_user,reliability.group_manager"
        manager = new_test_user(self.env, "sends_deployments", groups)
        self.inbound = self.inbound.with_user(manager)
        found = self.report(1).with_user(manager)
        self.assertEqual(found.release, False)
        with self.assertRaises(AccessError):
            found.release = "19.0.4"


@tagged("-at_install", "post_install")
class TestMatching(PipelineCase):
    def setUp(self):
        super().setUp()
        self.roll_out(0, OLD)

    def check(self):
        """Check that there is one deployment, which was seen and reported."""
        (found,) = self.deployments.search([])
        self.assertTrue(found.is_seen and found.is_reported)
        self.assertEqual((found.begin, found.end), (after(5), after(5)))
        self.assertEqual(found.release, "19.0.4")
        self.assertEqual(found.target_ids.host, "odoo-1")
        return found

    def test_in_any_order_it_is_one_deployment(self):
        arrivals = {
            "running": lambda: self.report(3, "running", release="19.0.4"),
            "succeeded": lambda: self.report(6, release="19.0.4", commits=commits),
            "seen": self.roll_out,
        }
        commits = [{"revision": NEW}]
        for order in itertools.permutations(arrivals):
            with self.subTest(order):
                for name in order:
                    arrivals[name]()
                found = self.check()
                self.assertEqual(found.commit_ids.revision, NEW)
                self.follow(60)
                self.assertEqual(found.state, "done")
                found.unlink()
                self.env["reliability.fingerprint"].search([]).unlink()
                self.roll_out(0, OLD)

    def test_without_a_revision_by_the_time(self):
        self.report(3, "running", release="19.0.4", revision=None)
        self.roll_out()
        self.check()

    def test_its_name_is_the_release_with_the_code_that_was_seen(self):
        self.report(3, "running", release="19.0.4")
        self.roll_out()
        self.assertEqual(self.check().name, "19.0.4 (bbbbbbbb)")

    def test_a_shortened_revision_a_day_later(self):
        self.report(5 - DAY, release="19.0.4", revision=NEW[:8])
        self.roll_out()
        self.check()

    def test_a_plan_is_matched_once_it_runs(self):
        self.report(1, "planned", release="19.0.4")
        self.roll_out()
        self.assertEqual(len(self.deployments.search([])), 2)
        self.report(4, "running")
        self.check()

    def test_links_are_those_of_the_record_that_stays(self):
        self.report(3, "running", release="19.0.4")
        self.report(20, key="18", revision=OTHER, rolls_back="17", fixes="17")
        self.roll_out()
        first, second = self.deployments.search([], order="begin")
        self.assertTrue(first.is_seen)
        self.assertEqual((second.rolls_back_id, second.fixes_id), (first, first))

    def test_apps_have_no_pipeline(self):
        self.report(3, "running", revision=None)
        self.roll_out(5, OLD, modules={"sale": "1.1"}, user_id=self.env.uid)
        self.assertEqual(len(self.deployments.search([])), 2)

    def test_two_hosts_are_one_deployment_of_its_pipeline(self):
        self.runs(1, host="odoo-2")
        self.report(3, "running", release="19.0.4")
        self.report(3, "running", key="18", revision=OTHER)
        self.roll_out()
        self.roll_out(9, host="odoo-2")
        found = self.deployments.search([("is_seen", "=", True)])
        self.assertEqual(found.release, "19.0.4")
        self.assertEqual(len(found.target_ids), 2)

    def test_one_whose_pipeline_fails_has_failed(self):
        self.runs(1, host="odoo-2")
        self.roll_out()
        found = self.report(6, "failed")
        self.assertEqual((found.state, found.is_seen), ("failed", True))
        self.roll_out(8, host="odoo-2")
        self.assertEqual(found.state, "running")
        self.follow(20)
        self.assertEqual(found.state, "failed")
        self.report(30, "running")
        self.report(31)
        self.follow(60)
        self.assertEqual(found.state, "done", "tried again")


@tagged("-at_install", "post_install")
class TestAlerts(PipelineCase):
    def setUp(self):
        super().setUp()
        self.roll_out(0, OLD)

    def test_where_no_pipeline_ever_reports_nothing_is_missed(self):
        self.roll_out()
        self.follow(30)
        self.assertFalse(self.alerts(60))

    def test_deployed_without_a_pipeline(self):
        self.report(-DAY, revision=OLD)
        deployment = self.roll_out()[-1]
        self.follow(30)
        self.assertNotIn("unreported", self.alerts(15), "it may be reported yet")
        alert = self.alerts(60)["unreported"]
        self.assertEqual(alert.severity, "information")
        self.assertEqual(
            self.text(alert, 60),
            f"{deployment.name} was deployed at 12:05 without a pipeline: find out by"
            " whom, and let the pipeline deploy it, too",
        )
        self.assertNotIn("unreported", self.alerts(8 * DAY))
        self.report(6)
        self.assertNotIn("unreported", self.alerts(60))

    def test_changed_in_apps(self):
        self.report(-DAY, revision=OLD)
        self.roll_out(5, OLD, modules={"sale": "1.1"}, user_id=self.env.uid)
        self.follow(30)
        text = self.text(self.alerts(60)["unreported"], 60)
        self.assertIn(f"changed in Apps by {self.env.user.name} at 12:05", text)

    def test_the_pipeline_has_ended_and_servers_run_the_old_code(self):
        self.report(5, release="19.0.4")
        self.assertNotIn("old_code", self.alerts(14))
        alert = self.alerts(16)["old_code"]
        self.assertEqual(alert.severity, "degraded")
        self.assertEqual(
            self.text(alert, 16),
            "The pipeline of 19.0.4 ended at 12:05, and host odoo-1 still runs the old"
            " code: restart it",
        )
        self.runs(1, host="odoo-2")
        self.follow(17)
        alert = self.alerts(17)["old_code"]
        self.assertIn("hosts odoo-1, odoo-2 still run", self.text(alert, 17))
        self.roll_out(20)
        self.assertNotIn("old_code", self.alerts(60))

    def test_the_same_again_changes_nothing(self):
        self.report(1, revision=OLD)
        self.assertFalse(self.alerts(60))
        self.report(30, revision=OTHER, key="18")
        self.assertIn("old_code", self.alerts(60))
        self.report(50, revision=OTHER, key="19")
        self.assertNotIn("old_code", self.alerts(90), "of another repository")

    def test_other_code_than_the_pipeline_says(self):
        self.report(3, "running")
        self.report(6)
        self.roll_out()
        self.report(100, key="18", revision=OTHER)
        self.roll_out(101, "d" * 40)
        found = self.deployments.search([], limit=1)
        self.assertTrue(found.is_seen and found.is_reported)
        self.assertIn("old_code", self.alerts(120))

    def test_commits_of_another_repository_are_not_compared(self):
        self.report(6, revision=OTHER)
        self.roll_out()
        self.assertEqual(len(self.deployments.search([])), 1)
        self.assertFalse(self.alerts(60))

    def test_hosts_that_are_behind(self):
        self.runs(1, host="odoo-2")
        self.report(6)
        deployment = self.roll_out()[-1]
        self.follow(30)
        self.assertEqual(deployment.state, "partial")
        alert = self.alerts(30)["partial"]
        self.assertEqual(
            self.text(alert),
            f"Host odoo-2 still runs what ran before {deployment.name}: restart it",
        )
        self.assertNotIn("old_code", self.alerts(30))
        self.report(31, scope="canary")
        self.assertFalse(self.alerts(40), "a canary is to leave hosts behind")

    def test_modules_that_were_not_upgraded(self):
        self.report(6)
        self.roll_out(not_upgraded={"sale": ["1.0", "1.1"]})
        self.follow(30)
        text = self.text(self.alerts(30)["not_upgraded"])
        self.assertRegex(text, "^Upgrade these modules, .*: sale$")

    def test_a_pipeline_failed_and_servers_run_its_code(self):
        self.report(6, "failed", release="19.0.4")
        self.assertNotIn("pipeline_failed", self.alerts(7), "nothing runs it")
        self.roll_out()
        alert = self.alerts(7)["pipeline_failed"]
        self.assertEqual(
            self.text(alert, 7),
            "The pipeline of 19.0.4 failed at 12:06, and servers run its code: deploy"
            " it again, or roll it back",
        )
        self.roll_out(20, OLD)
        self.assertNotIn("pipeline_failed", self.alerts(21))

    def test_its_button_opens_the_deployment(self):
        deployment = self.report(5)
        alert = self.alerts(16)["old_code"]
        for role, can_act in (("viewer", False), ("admin", True)):
            groups = f"base.group_user,reliability.group_{role}"
            user = new_test_user(self.env, f"{role}_of_pipelines", groups)
            provider = self.provider.with_user(user)
            action = provider._describe_alert(alert).action
            self.assertEqual(action["res_id"], deployment.id)
            self.assertEqual(provider._can_act_on(alert), can_act)

    def test_a_neutralized_copy_has_none(self):
        self.report(5)
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "True")
        self.assertFalse(self.alerts(16))


@tagged("-at_install", "post_install")
class TestShown(PipelineCase):
    def test_the_form_opens_for_a_viewer(self):
        groups = "base.group_user,reliability.group_viewer"
        viewer = new_test_user(self.env, "viewer_of_pipelines", groups)
        found = self.report(1, commits=[{"revision": NEW}]).with_user(viewer)
        spec = {"key": {}, "fixes_id": {}, "commit_ids": {"fields": {"made_at": {}}}}
        (content,) = found.web_read(spec)
        self.assertEqual((content["key"], len(content["commit_ids"])), ("17", 1))

    def test_in_a_neutralized_copy_none_is_running(self):
        self.report(1, "running")
        self.env.flush_all()
        with file_open("reliability_change/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertEqual(self.deployments.search([]).state, "done")
