"""Data that were restored, promoted or copied: what people have to know of it."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..heartbeat import newest
from ..identity import OTHER_CLUSTER, OTHER_DATABASE, OTHER_TIMELINE, kind_of_change


class ReliabilityRecoveryRestoration(models.Model):
    """Written only by health evaluations; people confirm what they have done."""

    _name = "reliability.recovery.restoration"
    _description = "Restoration of the Database"
    _log_access = False
    _order = "found desc, id desc"
    _rec_name = "found"

    found = fields.Datetime(
        required=True, readonly=True, help="When it was noticed, within a minute."
    )
    kind = fields.Selection(
        [
            (OTHER_CLUSTER, "Other Cluster"),
            (OTHER_DATABASE, "Other Database"),
            (OTHER_TIMELINE, "Other Timeline"),
        ],
        required=True,
        readonly=True,
        help="A dump is restored into another database or cluster. The timeline changes"
        " when a backup is restored to a point in time, or a standby is promoted.",
    )
    heartbeat = fields.Datetime(
        string="Last Heartbeat",
        readonly=True,
        help="What was written later may be missing. Empty if it is unknown.",
    )
    confirmed = fields.Datetime(readonly=True)
    confirmed_by = fields.Many2one("res.users", readonly=True, ondelete="set null")

    @api.model
    def _notice(self, before, now):
        """Store that the identity of the database has changed, if it has.

        To be called before a heartbeat of the present is written.

        :param Identity before: of the last check
        :param Identity now: of the database
        """
        if kind := kind_of_change(before, now):
            values = {"found": fields.Datetime.now(), "kind": kind}
            self.sudo().create({**values, "heartbeat": newest(self.env.cr)})

    def action_confirm(self):
        """Confirm that what is missing was looked for; the alert ends.

        :raise AccessError: the user is no administrator of Reliability
        """
        self.check_access("read")
        if not self.env.user.has_group("reliability.group_admin"):
            raise AccessError(self.env._("Administrators confirm restorations."))
        self.filtered(lambda one: not one.confirmed).sudo().write(
            {"confirmed": fields.Datetime.now(), "confirmed_by": self.env.user.id}
        )
