"""Deployments: a change of what runs in production, counted once."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import delete_oldest, formatting

from ..rollout import Change

_RETENTION = timedelta(days=800)
"""Figures of two years are compared."""
_MAX_NAMED = 3
RUNNING, DONE, PARTIAL, FAILED = "running", "done", "partial", "failed"
STATE_NAMES = [
    (RUNNING, "Running"),
    (DONE, "Done"),
    (PARTIAL, "Partial"),
    (FAILED, "Failed"),
]


class ReliabilityDeployment(models.Model):
    """Made by the evaluation from fingerprints, or by the message of a pipeline.

    A deployment that was seen and reported is one record.
    """

    _name = "reliability.deployment"
    _description = "Deployment"
    _inherit = ["mail.thread"]
    _order = "begin desc, id desc"

    name = fields.Char(compute="_compute_name", help="What was deployed.")
    begin = fields.Datetime(
        required=True, readonly=True, index=True, help="The first change."
    )
    end = fields.Datetime(readonly=True, help="The last change.")
    state = fields.Selection(
        STATE_NAMES,
        required=True,
        readonly=True,
        default=RUNNING,
        help="Partial: some hosts still run what ran before, or modules were not"
        " upgraded.",
    )
    is_seen = fields.Boolean(
        string="Seen", readonly=True, help="A server runs something else since."
    )
    is_reported = fields.Boolean(
        string="Reported", readonly=True, help="A pipeline has reported it."
    )
    user_id = fields.Many2one(
        "res.users", string="By", readonly=True, help="Who has used Apps for it."
    )
    not_upgraded = fields.Char(
        string="Modules Not Upgraded",
        readonly=True,
        help="Modules whose code is newer than the database: upgrade them.",
    )
    rolls_back_id = fields.Many2one(
        "reliability.deployment",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    rolled_back_by_ids = fields.One2many("reliability.deployment", "rolls_back_id")
    change_ids = fields.One2many(
        "reliability.deployment.change", "deployment_id", string="Changes"
    )
    target_ids = fields.One2many(
        "reliability.deployment.target", "deployment_id", string="Hosts"
    )
    fingerprint_ids = fields.One2many("reliability.fingerprint", "deployment_id")

    _by_state = models.Index("(state) WHERE state IN ('running', 'partial')")

    @api.model_create_multi
    def create(self, vals_list):
        """Create deployments without a line in their logs: no person does it."""
        silent = self.with_context(mail_create_nolog=True)
        return super(ReliabilityDeployment, silent).create(vals_list)

    @api.depends("change_ids", "begin")
    @api.depends_context("lang")
    def _compute_name(self):
        for deployment in self:
            deployment.name = deployment._text()

    def _summary(self):
        """Return what happened, for charts and timelines: without a full stop."""
        self.ensure_one()
        if self.rolls_back_id:
            return self.env._("Rolled back: %(name)s", name=self.rolls_back_id.name)
        return self.env._("Deployed: %(name)s", name=self.name)

    def _text(self):
        """Return what was deployed in some words: the first changes, and how many."""
        self.ensure_one()
        changes = self.sudo().change_ids.sorted(_by_importance)
        brought = changes.filtered("after") or changes
        # Folders of one repository have the same commit.
        distinct = list({_identity(one): one for one in brought[::-1]}.values())[::-1]
        named = [self._change_text(one) for one in distinct[:_MAX_NAMED]]
        if not named:
            return self.env._("Deployment")
        more = len(distinct) - len(named)
        values = {"names": ", ".join(named), "more": more}
        if not more:
            return values["names"]
        return formatting.counted(
            more,
            self.env._("%(names)s and 1 more", **values),
            self.env._("%(names)s and %(more)s more", **values),
        )

    @api.model
    def _change_text(self, change):
        """Return what a change has brought, or has removed."""
        name = change.name
        if change.kind == "module":
            modules = self.env["ir.module.module"].sudo()
            name = modules.search([("name", "=", name)], limit=1).shortdesc or name
        if not change.after:
            return self.env._("Without %(name)s", name=name)
        if change.kind == "code":
            return self.env._("Code %(version)s", version=short_version(change.after))
        return f"{name} {short_version(change.after)}"

    def _changes(self):
        """Return its changes as :mod:`..rollout` needs them."""
        return [
            Change(one.kind, one.name, one.before or "", one.after or "")
            for one in self.change_ids
        ]

    @api.model
    def _between(self, begin, end):
        """Return the deployments that a reader may see in a period, the oldest first.

        :param datetime begin, end: in UTC
        """
        return self.sudo().search(
            [("begin", ">=", begin), ("begin", "<", end)], order="begin, id"
        )

    @api.autovacuum
    def _gc_deployments(self):
        return delete_oldest(self, "begin", self.env.cr.now() - _RETENTION)


def _identity(change):
    return change.kind, change.after if change.kind == "code" else change.name


def _by_importance(change):
    kinds = ["module", "code", "setting", "package"]
    return kinds.index(change.kind), change.name


def short_version(version):
    """Return a version as people read it: of a commit or digest, the first digits."""
    text = (version or "").removeprefix("sha256:")
    return text[:8] if len(text) >= 40 else text
