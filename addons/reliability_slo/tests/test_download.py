"""Administrators download objectives: rules of Prometheus, and OpenSLO."""

import yaml

from odoo.tests import HttpCase, new_test_user, tagged

from . import test_counting


@tagged("-at_install", "post_install")
class TestDownload(test_counting.ObjectiveCase, HttpCase):
    def read(self, path, group="admin"):
        """Return the answer to a user of a group."""
        groups = f"base.group_user,reliability.group_{group}"
        login = f"downloads_{group}"
        users = self.env["res.users"].search([("login", "=", login)])
        if not users:
            new_test_user(self.env, login, groups)
        self.authenticate(login, login)
        return self.url_open(f"/reliability/objectives/{path}")

    def test_rules_of_prometheus(self):
        answer = self.read("rules")
        names = [group["name"] for group in yaml.safe_load(answer.text)["groups"]]
        self.assertTrue([name for name in names if "probing_success" in name], names)
        self.assertIn("-objectives-rules.yml", answer.headers["Content-Disposition"])

    def test_rules_with_the_names_of_sloth(self):
        self.assertIn("slo:sli_error:ratio_rate5m", self.read("rules?names=sloth").text)

    def test_openslo(self):
        documents = list(yaml.safe_load_all(self.read("openslo").text))
        names = {one["metadata"]["name"] for one in documents if one["kind"] == "SLO"}
        self.assertEqual(names, {"probing-success"})

    def test_only_administrators(self):
        for path in ("rules", "openslo"):
            self.assertEqual(self.read(path, "viewer").status_code, 403)
