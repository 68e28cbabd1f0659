"""Messages that are sent to this Odoo by HTTP, and a kind of their own."""

import json
from unittest.mock import Mock, patch

from odoo.tests import HttpCase, new_test_user

from odoo.addons.reliability_inbound.kinds import InboundKind, scope_of

MANAGER = "base.group_user,reliability.group_manager"
MAX_BYTES = 1000


class InboundCase(HttpCase):
    """Registers the kinds ``probe`` and ``other``, and makes a key for ``probe``.

    :ivar process: what processes both: a mock, which returns ``{"done": 1}``, or a
        function that a test sets as its ``side_effect``
    """

    def setUp(self):
        super().setUp()
        self.user = new_test_user(self.env, "sends_messages", MANAGER)
        self.key = self.make_key(scope_of("probe"))
        self.process = Mock(return_value={"done": 1})
        kinds = {
            code: InboundKind(code.title(), "_receive_probe", MAX_BYTES)
            for code in ("probe", "other")
        }
        inbound = self.env.registry["reliability.inbound"]
        for name, value in (
            ("_kinds", lambda model: kinds),
            ("_receive_probe", lambda model, body: self.process(model, body)),
        ):
            patcher = patch.object(inbound, name, value, create=True)
            self.addCleanup(patcher.stop)
            patcher.start()
        self.messages = self.env["reliability.inbound.message"]

    def make_key(self, scope, user=None, expires=None):
        """Return a new API key."""
        keys = self.env["res.users.apikeys"].with_user(user or self.user).sudo()
        key = keys._generate(scope, "Probe", expires)
        self.env.flush_all()
        return key

    def send(self, body="{}", kind="probe", key=None, method="POST", **headers):
        """Send a message; return the response.

        :param body: text, bytes, parts of a body without a length, or a dict
        :param key: the API key; an empty one is not sent
        """
        if isinstance(body, dict):
            body = json.dumps(body)
        sent = {"Content-Type": "application/json"}
        if key != "":
            sent["Authorization"] = f"Bearer {key or self.key}"
        for name, value in headers.items():
            sent[name.replace("_", "-")] = value
        path = f"/reliability/inbound/{kind}"
        response = self.url_open(path, data=body, headers=sent, method=method)
        self.env.invalidate_all()
        return response

    def assert_problem(self, response, status, text):
        """Check that a response is a problem whose detail contains a text."""
        self.assertEqual(
            response.headers["Content-Type"], "application/problem+json", response.text
        )
        problem = response.json()
        self.assertEqual(problem["status"], response.status_code)
        self.assertEqual(response.status_code, status, problem)
        self.assertIn(text, problem["detail"])

    def assert_processed(self, response, times=1):
        """Check that a message was processed, and how often any was so far."""
        self.assertEqual(response.status_code, 200, response.text)
        self.assertEqual(self.process.call_count, times)
