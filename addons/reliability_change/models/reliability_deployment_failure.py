"""Which deployments have failed, and why."""

# What is said of a deployment is apart from what was deployed.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from odoo.addons.reliability_incident.models.incident_fields import INCIDENT

from .. import dora
from ..dora import CONFIRMED, SUGGESTED, Attribution, Commit, Window
from .reliability_deployment import DONE, FAILED, PARTIAL

SERVICE = "all"
"""Code and modules are those of a whole database: a deployment is one of each service,
and each incident affects it."""
ENDED = (DONE, PARTIAL, FAILED)
COUNTED = Domain("is_seen", "=", True) & Domain("state", "in", ENDED)
"""Deployments that count: those that have reached production, and have ended."""
DUE = (SUGGESTED, CONFIRMED)


def key_of(record):
    """Return the key of a record: sorted as records are; empty for none."""
    return f"{record.id:012}" if record else ""


class ReliabilityDeployment(models.Model):
    _inherit = "reliability.deployment"
    _rec_names_search = ["change_ids.name", "change_ids.after"]

    is_failed = fields.Boolean(
        string="Marked as Failed",
        readonly=True,
        copy=False,
        help="Somebody says that it has failed.",
    )
    marked_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    marked_at = fields.Datetime(string="Marked", readonly=True)
    incident_ids = fields.One2many(
        "reliability.incident", "deployment_id", string="Incidents"
    )
    incident_count = fields.Integer(
        string="Incidents",
        compute="_compute_incident_count",
        help="Incidents that are due to it, also those that nobody has confirmed yet.",
    )
    failure = fields.Char(
        string="Failed Because",
        compute="_compute_failure",
        help="Why it counts as failed.",
    )

    @api.depends("incident_ids.deployment_state", "incident_ids.kind")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_incident_count(self):
        counts = dict(
            self.env["reliability.incident"]._read_group(
                self._due_to_these(), ["deployment_id"], ["__count"]
            )
        )
        for deployment in self:
            deployment.incident_count = counts.get(deployment, 0)

    def _due_to_these(self):
        """Return a domain of the incidents that are due to these deployments."""
        return [
            ("deployment_id", "in", self.ids),
            ("deployment_state", "in", DUE),
            ("kind", "=", INCIDENT),
        ]

    @api.depends(
        *("is_failed", "state", "end", "rolled_back_by_ids.state"),
        *("fixed_by_ids.state", "fixed_by_ids.end"),
        *("incident_ids.deployment_state", "incident_ids.kind"),
    )
    @api.depends_context("lang")
    def _compute_failure(self):
        others = self._repairs().filtered_domain(COUNTED)
        failures = dora.find_failures((self | others)._as_dora(), self._attributions())
        for deployment in self:
            found = failures.get(key_of(deployment))
            deployment.failure = found and deployment._failure_text(found)

    def _repairs(self):
        """Return the deployments that have undone or repaired these."""
        return self.rolled_back_by_ids | self.fixed_by_ids

    def _attributions(self):
        incidents = self.env["reliability.incident"].sudo().search(self._due_to_these())
        return [
            Attribution(key_of(one), key_of(one.deployment_id), one.deployment_state)
            for one in incidents
        ]

    def _failure_text(self, failure):
        """Return why a deployment has failed, in some words."""
        if failure.is_suggested:
            return self.env._("An incident followed; nobody has confirmed the cause")
        names = {
            dora.FLAGGED: self.env._("Marked as failed"),
            dora.BROKEN: self.env._("The roll-out failed"),
            dora.ROLLED_BACK: self.env._("Rolled back"),
            dora.HOT_FIXED: self.env._("Hot fix within a day"),
            dora.CAUSED_INCIDENT: self.env._("Caused an incident"),
        }
        return ", ".join(names[reason] for reason in failure.reasons)

    def _as_dora(self):
        """Return deployments as :mod:`..dora` needs them."""
        return [dora.Deployment(**one._dora_values()) for one in self]

    def _dora_values(self):
        return {
            "key": key_of(self),
            # Incidents begin with a bad minute: what was deployed in it came before.
            "begin": self.begin.replace(second=0, microsecond=0),
            "service": SERVICE,
            "end": self.end or self.begin,
            "succeeded": self.state != FAILED,
            "is_failed": self.is_failed,
            "is_unplanned": self.is_unplanned,
            "rolls_back": key_of(self.rolls_back_id),
            "fixes": key_of(self.fixes_id),
        }

    @api.model
    def _commits_as_dora(self):
        """Return the commits of all deployments, by their keys."""
        commits = self.env["reliability.deployment.commit"].sudo().search([])
        return {
            key_of(deployment): tuple(
                Commit(one.revision, one.made_at or None) for one in shipped
            )
            for deployment, shipped in commits.grouped("deployment_id").items()
        }

    @api.model
    def _measure(self, begin, end, zone):
        """Return the five measures of the deployments that have ended in a period.

        :param datetime begin, end: in UTC
        :param zone: in which days begin
        :rtype: dora.Measures
        """
        deployments = self.sudo().search(COUNTED)._as_dora()
        commits = self._commits_as_dora()
        incidents = self.env["reliability.incident"].sudo()._that_count()
        return dora.measure(
            [one._replace(commits=commits.get(one.key, ())) for one in deployments],
            incidents._as_dora(),
            Window(begin, end),
            zone,
        )

    def action_mark_failed(self):
        """Store that these deployments have failed, and who says so."""
        return self._mark(True, self.env._("Marked as failed"))

    def action_unmark_failed(self):
        """Take back that these deployments have failed."""
        return self._mark(False, self.env._("Not marked as failed any more"))

    def _mark(self, is_failed, text):
        self.check_access("read")
        if not self.env.user.has_group("reliability.group_manager"):
            raise AccessError(
                self.env._("Only managers of Reliability may mark deployments")
            )
        marked = {"marked_by_id": self.env.uid, "marked_at": fields.Datetime.now()}
        for deployment in self.sudo():
            deployment.write({"is_failed": is_failed} | marked)
            deployment.message_post(body=text, subtype_xmlid="mail.mt_note")
        return True

    def action_open_incidents(self):
        """Open the incidents that are due to this deployment."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability_incident.reliability_incident_action"
        )
        return action | {"domain": self._due_to_these(), "context": {}}
