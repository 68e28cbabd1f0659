"""A change of what runs is a deployment: one, on however many hosts."""

from datetime import timedelta

from odoo.tests import new_test_user, tagged

from odoo.addons.reliability.api import Affected

from .common import FOLDER, NEW, NOON, OLD, DeploymentCase, after


@tagged("-at_install", "post_install")
class TestSeen(DeploymentCase):
    def test_the_first_load_is_no_deployment(self):
        self.runs(0)
        self.assertFalse(self.follow(1))

    def test_new_code(self):
        deployment = self.deploy(seconds=12.5)
        self.assertEqual(len(self.deployments.search([])), 1)
        self.assertEqual(deployment.begin, after(5) - timedelta(seconds=12.5))
        self.assertEqual(deployment.end, after(5))
        (change,) = deployment.change_ids
        self.assertEqual(
            (change.kind, change.name, change.before, change.after),
            ("code", FOLDER, OLD, NEW),
        )
        self.assertEqual(deployment.target_ids.mapped("host"), ["odoo-1"])
        self.assertEqual(deployment.target_ids.seconds, 12.5)

    def test_one_roll_out_over_two_hosts_and_its_modules(self):
        self.runs(0, host="odoo-1")
        self.runs(1, host="odoo-2")
        upgraded = {"sale": "1.1"}
        scripts = [["sale", "pre-a.py", 50.0], ["sale", "post-b.py", 10.0]]
        self.runs(5, host="odoo-1", modules=upgraded, scripts=scripts)
        self.runs(6, NEW, "odoo-1", modules=upgraded)
        self.runs(20, NEW, "odoo-2", modules=upgraded)
        (deployment,) = self.follow(21)
        self.assertEqual(deployment.target_ids.mapped("host"), ["odoo-1", "odoo-2"])
        self.assertEqual(deployment.end, after(20))
        by_kind = deployment.change_ids.grouped("kind")
        self.assertEqual(by_kind["module"].seconds, 60)
        self.assertEqual(by_kind["code"].seconds, 0)

    def test_the_way_back_is_a_deployment_that_undoes_the_first(self):
        first = self.deploy()
        self.runs(9, OLD)
        (_first, back) = self.follow(10)
        self.assertEqual(back.rolls_back_id, first)
        self.assertEqual(first.rolled_back_by_ids, back)
        self.assertIn("Rolled back", back._summary())

    def test_two_versions_in_a_row(self):
        self.deploy()
        self.runs(9, "c" * 40)
        self.assertEqual(len(self.follow(10)), 2)

    def test_the_next_one_half_an_hour_later(self):
        self.deploy()
        self.runs(40, NEW, modules={"sale": "1.1"})
        self.assertEqual(len(self.follow(41)), 2)

    def test_a_module_installed_in_apps_is_one_of_its_own(self):
        user = new_test_user(self.env, "installer", "base.group_system")
        self.deploy()
        modules = {"sale": "1.0", "crm": "1.0"}
        self.runs(9, NEW, modules=modules, user_id=user.id)
        (_first, in_apps) = self.follow(10)
        self.assertEqual(in_apps.user_id, user)
        self.assertEqual(in_apps.change_ids.mapped("name"), ["crm"])

    def test_a_module_installed_in_apps_during_a_roll_out(self):
        user = new_test_user(self.env, "installer", "base.group_system")
        self.runs(0, host="odoo-2")
        self.deploy()
        modules = {"sale": "1.0", "crm": "1.0"}
        self.runs(9, NEW, modules=modules, user_id=user.id)
        self.runs(12, NEW, "odoo-2", modules=modules)
        (roll_out, _in_apps) = self.follow(13)
        self.assertEqual(set(roll_out.target_ids.mapped("host")), {"odoo-1", "odoo-2"})

    def test_there_and_back_and_there_again_are_three(self):
        self.deploy()
        self.runs(9, OLD)
        self.runs(12, NEW)
        self.assertEqual(len(self.follow(13)), 3)

    def test_several_evaluations_are_like_one(self):
        for minute in range(4):
            self.runs(minute, host=f"odoo-{minute}")
        for minute in range(5, 9):
            self.runs(minute, NEW, f"odoo-{minute - 5}")
            self.follow(minute)
        (deployment,) = self.follow(9)
        self.assertEqual(len(deployment.target_ids), 4)

    def test_new_hosts_are_hosts_of_the_roll_out(self):
        """Containers have new names."""
        self.deploy(host="pod-1")
        self.runs(6, NEW, "pod-2")
        self.hosts["odoo-1"] = after(1)  # pod-1 has replaced it
        (deployment,) = self.follow(12)
        self.assertEqual(deployment.target_ids.mapped("host"), ["pod-1", "pod-2"])


@tagged("-at_install", "post_install")
class TestState(DeploymentCase):
    def test_running_until_nothing_changes_any_more(self):
        deployment = self.deploy()
        self.assertEqual(deployment.state, "running")
        self.follow(11)
        self.assertEqual(deployment.state, "done")

    def test_partial_while_a_host_is_behind(self):
        self.runs(0, host="odoo-2")
        deployment = self.deploy()
        self.follow(11)
        self.assertEqual(deployment.state, "partial")
        states = {one.host: one.state for one in deployment.target_ids}
        self.assertEqual(states, {"odoo-1": "done", "odoo-2": "behind"})
        self.runs(95, NEW, "odoo-2")
        self.assertEqual(self.follow(96), deployment)
        self.follow(101)
        self.assertEqual(deployment.state, "done")
        self.assertEqual(set(deployment.target_ids.mapped("state")), {"done"})

    def test_a_host_that_is_gone_is_not_behind(self):
        self.runs(0, host="odoo-2")
        deployment = self.deploy()
        self.hosts["odoo-2"] = after(1)
        self.follow(11)
        self.assertEqual(deployment.state, "done")

    def test_partial_while_modules_are_not_upgraded(self):
        stale = {"sale": ["1.0", "1.1"]}
        deployment = self.deploy(not_upgraded=stale)
        self.follow(11)
        self.assertEqual(
            (deployment.state, deployment.not_upgraded), ("partial", "sale")
        )
        self.runs(15, NEW, modules={"sale": "1.1"})
        self.follow(16)
        self.follow(21)
        self.assertEqual((deployment.state, deployment.not_upgraded), ("done", False))

    def test_one_that_was_replaced_is_over(self):
        self.runs(0, host="odoo-2")
        deployment = self.deploy()
        self.follow(11)
        self.runs(50, "c" * 40)
        self.follow(51)
        self.follow(56)
        self.assertEqual(deployment.state, "partial", "as it has ended")


@tagged("-at_install", "post_install")
class TestShown(DeploymentCase):
    def test_by_the_first_changes(self):
        modules = {"sale": "1.0", "crm": "1", "bus": "1", "web": "1", "nowhere": "1"}
        self.runs(0)
        self.runs(5, modules=modules)
        (deployment,) = self.follow(6)
        self.assertRegex(deployment.name, " 1, .* and 1 more")

    def test_a_revision_is_shortened(self):
        self.assertEqual(self.deploy().name, "Code bbbbbbbb")

    def test_what_is_only_removed(self):
        self.runs(0, modules={"sale": "1.0", "nowhere": "1.0"})
        self.runs(5)
        (deployment,) = self.follow(6)
        self.assertEqual(deployment.name, "Without nowhere")

    def test_in_charts_and_timelines(self):
        deployment = self.deploy()
        provider = self.env["reliability.health.provider"]
        (found,) = provider._deployments(NOON, after(60))
        self.assertEqual((found.id, found.begin), (deployment.id, deployment.begin))
        self.assertEqual(found.action["res_id"], deployment.id)
        nowhere = frozenset()
        affected = Affected(nowhere, nowhere, after(30), after(60))
        texts = [entry.text for entry in provider._timeline(affected)]
        self.assertIn(found.text, texts)

    def test_the_form_opens_for_a_viewer(self):
        viewer = new_test_user(
            self.env, "a_viewer", "base.group_user,reliability.group_viewer"
        )
        deployment = self.deploy().with_user(viewer)
        spec = {"name": {}, "state": {}, "change_ids": {"fields": {"after": {}}}}
        (content,) = deployment.web_read(spec)
        self.assertEqual(content["change_ids"][0]["after"], NEW)


@tagged("-at_install", "post_install")
class TestRetention(DeploymentCase):
    def test_old_notes_are_deleted_but_not_what_runs(self):
        old = self.runs(-1000 * 24 * 60)
        latest = self.runs(-999 * 24 * 60, NEW)
        self.follow(-999 * 24 * 60 + 1)
        self.env["reliability.fingerprint"]._gc_fingerprints()
        self.assertEqual((old | latest).exists(), latest)

    def test_old_deployments_are_deleted(self):
        self.runs(-1000 * 24 * 60)
        self.runs(-999 * 24 * 60, NEW)
        self.assertTrue(self.follow(-999 * 24 * 60 + 1))
        self.deployments._gc_deployments()
        self.assertFalse(self.deployments.search([]))
