from odoo import fields, models

from odoo.addons.reliability_inbound.kinds import scope_of


class ProbeInbound(models.Model):
    _name = "probe.inbound"
    _description = "What Messages Have Changed"

    name = fields.Char(required=True)
    processed = fields.Integer(help="How often its message was processed.")

    _name_unique = models.UniqueIndex("(name)")

    def init(self):
        """Make COMMIT fail for rows with a name that begins so."""
        self.env.cr.execute("""
            CREATE OR REPLACE FUNCTION probe_inbound_fail() RETURNS trigger
            LANGUAGE plpgsql AS
            'BEGIN RAISE EXCEPTION ''COMMIT fails, as the test wants''; END';
            DROP TRIGGER IF EXISTS probe_inbound_fail ON probe_inbound;
            CREATE CONSTRAINT TRIGGER probe_inbound_fail AFTER INSERT ON probe_inbound
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
            WHEN (starts_with(NEW.name, 'fail at COMMIT'))
            EXECUTE FUNCTION probe_inbound_fail();
        """)

    def make_key(self, kind=None):
        """Make an API key of this user.

        :param kind: of message; without it, a key for RPC is made
        """
        keys = self.env["res.users.apikeys"].sudo()
        return keys._generate(kind and scope_of(kind), "Probe", None)
