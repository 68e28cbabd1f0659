"""The dialog in which an administrator makes an API key for a kind of message."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.base.models.res_users import check_identity

from ..kinds import scope_of


class ReliabilityInboundKey(models.TransientModel):
    """A request for an API key; the key itself is shown once, and only hashed."""

    _name = "reliability.inbound.key"
    _description = "New Inbound API Key"

    kind = fields.Selection(
        lambda self: self.env["reliability.inbound"]._kind_names(),
        string="For Messages of Kind",
        default=lambda self: self._default_kind(),
    )
    name = fields.Char(help="Who sends with it, and from where.")
    user_id = fields.Many2one(
        "res.users",
        string="Runs as User",
        default=lambda self: self.env.user,
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref("reliability.group_manager").ids)
        ],
        help="Messages are processed with the rights of this user, a Manager of"
        " Reliability. If the user is archived, the key is not valid any more.",
    )
    expiration_date = fields.Datetime(
        string="Expires",
        default=lambda self: fields.Datetime.now() + timedelta(days=365),
        help="Without a date, the key is valid until it is revoked.",
    )

    @api.model
    def _default_kind(self):
        """Return the only kind, where there is one."""
        kinds = self.env["reliability.inbound"]._kind_names()
        return kinds[0][0] if len(kinds) == 1 else False

    @check_identity
    def action_generate(self):
        """Make the key, and return an action to show it."""
        self.ensure_one()
        if not (self.kind and self.name and self.user_id):
            raise UserError(self.env._("A key needs a kind, a name and a user."))
        if not self.user_id.has_group("reliability.group_manager"):
            raise UserError(
                self.env._(
                    "%(user)s needs the role Manager of Reliability, since messages are"
                    " processed with the user's rights.",
                    user=self.user_id.display_name,
                )
            )
        keys = self.env["res.users.apikeys"].with_user(self.user_id).sudo()
        key = keys._generate(scope_of(self.kind), self.name, self.expiration_date)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Your new API key"),
            "res_model": "res.users.apikeys.show",
            "views": [
                (self.env.ref("reliability_inbound.inbound_key_view_shown").id, "form")
            ],
            "target": "new",
            "context": {"default_key": key},
        }
