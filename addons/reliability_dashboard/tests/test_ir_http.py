"""A page knows at once whether the icon at the top is for who opened it."""

from odoo.tests import HttpCase, new_test_user, tagged


@tagged("-at_install", "post_install")
class TestSession(HttpCase):
    def knows(self, login, groups):
        new_test_user(self.env, login, groups, password=login)
        self.authenticate(login, login)
        info = self.make_jsonrpc_request("/web/session/get_session_info")
        return info["groups"]["reliability.group_viewer"]

    def test_for_those_who_have_a_role(self):
        role = "base.group_user,reliability.group_viewer"
        self.assertTrue(self.knows("session_viewer", role))

    def test_not_for_others(self):
        self.assertFalse(self.knows("session_plain", "base.group_user"))
