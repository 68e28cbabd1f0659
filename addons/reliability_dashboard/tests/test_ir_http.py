"""The session info says whether the user sees the systray icon."""

from odoo.tests import HttpCase, new_test_user, tagged


@tagged("-at_install", "post_install")
class TestSessionInfo(HttpCase):
    def is_viewer(self, login, groups):
        new_test_user(self.env, login, groups, password=login)
        self.authenticate(login, login)
        info = self.make_jsonrpc_request("/web/session/get_session_info")
        return info["groups"]["reliability.group_viewer"]

    def test_a_user_with_a_role_is_a_viewer(self):
        groups = "base.group_user,reliability.group_viewer"
        self.assertTrue(self.is_viewer("session_viewer", groups))

    def test_a_user_without_a_role_is_none(self):
        self.assertFalse(self.is_viewer("session_plain", "base.group_user"))
