"""A neutralized copy receives nothing, with any key."""

from odoo.tests import tagged
from odoo.tools import file_open

from odoo.addons.reliability_inbound.kinds import scope_of

from .common import InboundCase


@tagged("-at_install", "post_install")
class TestNeutralize(InboundCase):
    def setUp(self):
        super().setUp()
        self.make_key("rpc")
        with file_open("reliability_inbound/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("database.is_neutralized", "true")
        self.env.flush_all()

    def test_the_keys_of_the_original_are_gone_and_no_others(self):
        keys = self.env["res.users.apikeys"].search([("user_id", "=", self.user.id)])
        self.assertEqual(keys.mapped("scope"), ["rpc"])

    def test_a_sender_learns_that_it_is_a_copy(self):
        for key in (self.key, self.make_key(scope_of("probe"))):
            self.assert_problem(self.send(key=key), 403, "neutralized copy")
        self.assertFalse(self.process.called)
