"""Which deployment an incident is due to: suggested, until somebody decides."""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.reliability.api import formatting, isolated, masked_logger
from odoo.addons.reliability_incident.models.incident_fields import INCIDENT

from .. import dora
from ..dora import ATTRIBUTED_WITHIN, CONFIRMED, SUGGESTED
from .reliability_deployment_failure import SERVICE, key_of

_logger = masked_logger(__name__)

REJECTED = "rejected"
STATE_NAMES = [
    (SUGGESTED, "Suggested"),
    (CONFIRMED, "Confirmed"),
    (REJECTED, "Not the Cause"),
]
_OTHER_SUGGESTIONS = """
    SELECT incident.id, found.id
      FROM reliability_incident AS incident
      LEFT JOIN LATERAL (
           SELECT deployment.id, deployment."end"
             FROM reliability_deployment AS deployment
            WHERE incident.kind = %(incident)s
              AND deployment.is_seen
              AND deployment.state IN ('running', 'done', 'partial')
              AND deployment.begin
                  < date_trunc('minute', incident.began_at) + interval '1 minute'
            ORDER BY deployment.begin DESC, deployment.id DESC
            LIMIT 1
           ) AS found
        ON found."end" >= incident.began_at - %(within)s
     WHERE CASE coalesce(incident.deployment_state, 'suggested')
           WHEN 'suggested' THEN found.id IS DISTINCT FROM incident.deployment_id
           WHEN 'rejected' THEN found.id <> incident.deployment_id
           END
"""
"""Incidents, and the deployment to suggest for each where that is another one than
before: as :func:`..dora.attribute` finds it.  Incidents begin with a bad minute: what
was deployed in it came before."""


class ReliabilityIncident(models.Model):
    """Incidents that count, since deployments are of all services of a database."""

    _inherit = "reliability.incident"

    deployment_id = fields.Many2one(
        "reliability.deployment",
        string="After Deployment",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The last successful deployment before the incident began, or during which"
        " it began, if it had not ended more than 24 hours before; or the one that"
        " somebody has chosen.",
    )
    deployment_state = fields.Selection(
        STATE_NAMES,
        string="Cause",
        readonly=True,
        help="Whether the incident is due to the deployment. Suggested: nobody has"
        " decided it yet.",
    )
    deployment_text = fields.Char(compute="_compute_deployment_text")

    @api.depends("began_at", "deployment_id.end", "deployment_id.name")
    @api.depends_context("lang")
    def _compute_deployment_text(self):
        for incident in self:
            deployment, began = incident.deployment_id, incident.began_at
            text = deployment.name
            if deployment.end and began and began < deployment.end:
                text = incident.env._(
                    "Began during the roll-out of: %(deployment)s",
                    deployment=deployment.name,
                )
            elif deployment.end and began:
                seconds = (began - deployment.end).total_seconds()
                text = incident.env._(
                    "Began %(time)s after: %(deployment)s",
                    time=formatting.duration(incident.env, seconds),
                    deployment=deployment.name,
                )
            incident.deployment_text = text

    @api.model
    def _evaluate(self, now):
        """Suggest deployments, too; errors stop nothing."""
        result = super()._evaluate(now)
        problem = "No deployments are suggested for incidents"
        with isolated(self.env.cr, _logger, problem):
            self._suggest_deployments()
        return result

    @api.model
    def _suggest_deployments(self):
        """Bring suggestions up to date with all begins and deployments.

        What somebody has confirmed stays; what somebody has rejected is not suggested
        again, only another deployment is.
        """
        self.flush_model()
        self.env["reliability.deployment"].flush_model()
        query = SQL(_OTHER_SUGGESTIONS, incident=INCIDENT, within=ATTRIBUTED_WITHIN)
        for incident_id, deployment_id in self.env.execute_query(query):
            incident = self.browse(incident_id)
            incident._guarded(incident._suggest_deployment, deployment_id)

    def _suggest_deployment(self, deployment_id):
        state = SUGGESTED if deployment_id else False
        self.write({"deployment_id": deployment_id, "deployment_state": state})

    def action_confirm_deployment(self):
        """Store that an incident is due to the deployment that is suggested."""
        self._check_manager()
        for incident in self.filtered("deployment_id"):
            incident._decide_deployment(incident.deployment_id, CONFIRMED)
        return True

    def action_reject_deployment(self):
        """Store that an incident is not due to the deployment that is suggested."""
        self._check_manager()
        for incident in self.filtered("deployment_id"):
            incident._decide_deployment(incident.deployment_id, REJECTED)
        return True

    def action_choose_deployment(self):
        """Open the dialog in which another deployment is chosen."""
        self.ensure_one()
        self._check_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Choose a Deployment"),
            "res_model": "reliability.incident.cause",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_incident_id": self.id},
        }

    def _decide_deployment(self, deployment, state):
        """Store what a person says of a deployment, and who that was."""
        self.sudo().write({"deployment_id": deployment.id, "deployment_state": state})
        values = {"deployment": deployment.name}
        if state == CONFIRMED:
            text = self.env._("Due to a deployment: %(deployment)s", **values)
        else:
            text = self.env._("Not due to the deployment: %(deployment)s", **values)
        self.message_post(body=text, subtype_xmlid="mail.mt_note")

    @api.model
    def _that_count(self):
        """Return the incidents that deployments may have caused."""
        known = [("began_at", "!=", False), ("deployment_state", "=", CONFIRMED)]
        return self.search([("kind", "=", INCIDENT), "|", *known])

    def _as_dora(self):
        """Return incidents as :mod:`..dora` needs them."""
        found = []
        for one in self:
            deployment = one.deployment_id
            is_confirmed = one.deployment_state == CONFIRMED
            is_rejected = deployment and one.deployment_state == REJECTED
            found.append(
                dora.Incident(
                    key_of(one),
                    frozenset([SERVICE]),
                    one.began_at or one.detected_at,
                    one.restored_at or None,
                    key_of(deployment) if is_confirmed else "",
                    frozenset([key_of(deployment)] if is_rejected else []),
                )
            )
        return found
