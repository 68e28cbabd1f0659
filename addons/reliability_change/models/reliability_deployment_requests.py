"""Requests that were refused during a roll-out, as who has sent them counts them."""

# Odoo cannot count requests that have never reached it.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, fields, models
from odoo.tools.misc import formatLang

from odoo.addons.reliability.api import formatting


class ReliabilityDeployment(models.Model):
    _inherit = "reliability.deployment"

    requests_sent = fields.Integer(
        readonly=True, help="During the roll-out. 0: nobody has counted them."
    )
    """NULL, as the others, where nobody has counted; else at least 1."""
    requests_refused = fields.Integer(
        readonly=True, help="Requests without an answer, or with a status from 500 on."
    )
    requests_seconds = fields.Float(
        string="Without an Answer (s)",
        digits=(16, 2),
        readonly=True,
        help="How long nobody was answered during the roll-out, in total.",
    )
    requests = fields.Char(compute="_compute_requests")

    @api.depends("requests_sent", "requests_refused", "requests_seconds")
    @api.depends_context("lang")
    def _compute_requests(self):
        for deployment in self:
            is_known = bool(deployment.requests_sent)
            deployment.requests = is_known and deployment._describe_requests()

    def _describe_requests(self):
        """Return how many requests were refused, and for how long."""
        _ = self.env._
        values = {
            "refused": formatLang(self.env, self.requests_refused, digits=0),
            "sent": formatLang(self.env, self.requests_sent, digits=0),
            "duration": formatting.duration(self.env, self.requests_seconds),
        }
        if not self.requests_refused:
            return _("None of %(sent)s requests was refused", **values)
        return formatting.counted(
            self.requests_refused,
            _("1 of %(sent)s requests was refused, for %(duration)s", **values),
            _(
                "%(refused)s of %(sent)s requests were refused, for %(duration)s",
                **values,
            ),
        )

    def _set_requests(self, counted):
        """Store what was counted.

        :param Requests counted: ``None`` if nobody has counted
        """
        if not counted:
            return
        values = {f"requests_{name}": one for name, one in counted._asdict().items()}
        if any(self[name] != one for name, one in values.items()):
            self.write(values)
