"""The procedures of an incident's services, and their checklist."""

# What belongs to one page of the form is in one file.
# pylint: disable=consider-merging-classes-inherited

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import is_html_empty

from ..checklist import steps_of


class ReliabilityIncidentStep(models.Model):
    """A line of a contingency procedure as it was when the checklist was started."""

    _name = "reliability.incident.step"
    _description = "Step of a Checklist"
    _order = "service_id, sequence, id"
    _rec_name = "text"

    incident_id = fields.Many2one(
        "reliability.incident",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    service_id = fields.Many2one(
        "reliability.service", readonly=True, ondelete="set null"
    )
    sequence = fields.Integer(required=True, readonly=True, default=1)
    section = fields.Char(readonly=True, help="The heading above the step.")
    text = fields.Char(string="Step", required=True, readonly=True)
    is_done = fields.Boolean(string="Done", readonly=True)
    done_by_id = fields.Many2one(
        "res.users", string="By", readonly=True, ondelete="set null"
    )
    done_at = fields.Datetime(string="At", readonly=True)

    _once_unique = models.UniqueIndex(
        "(incident_id, service_id, sequence)",
        "Somebody has just started this checklist. Reload the page.",
    )

    def action_tick(self):
        """Note that the user has done these steps."""
        self.check_access("read")
        for step in self.sudo().filtered(lambda one: not one.is_done):
            step.write(
                {
                    "is_done": True,
                    "done_by_id": self.env.uid,
                    "done_at": fields.Datetime.now(),
                }
            )
            step._log(
                self.env._(
                    "%(where)s: %(text)s", where=self.env._("Done"), text=step.text
                )
            )
        return True

    def action_untick(self):
        """Note that these steps are not done after all."""
        self.check_access("read")
        for step in self.sudo().filtered("is_done"):
            step.write({"is_done": False, "done_by_id": False, "done_at": False})
            step._log(
                self.env._(
                    "%(where)s: %(text)s", where=self.env._("Not Done"), text=step.text
                )
            )
        return True

    def _log(self, text):
        """Write into the chatter of the incident who has ticked what."""
        self.incident_id.message_post(body=text, subtype_xmlid="mail.mt_note")


class ReliabilityIncident(models.Model):
    _inherit = "reliability.incident"

    step_ids = fields.One2many(
        "reliability.incident.step", "incident_id", string="Checklist", readonly=True
    )
    procedures = fields.Html(
        compute="_compute_procedures",
        sanitize=False,
        help="Of the affected services; these fields are sanitized where they are"
        " written.",
    )
    can_start_checklist = fields.Boolean(
        compute="_compute_can_start_checklist",
        help="Whether a service has a procedure with a list, and no checklist yet.",
    )

    @api.depends("service_ids.contingency", "service_ids.runbook")
    @api.depends_context("lang")
    def _compute_procedures(self):
        for incident in self:
            parts = []
            for service in incident.service_ids | incident.service_id:
                for title, text in (
                    (self.env._("Contingency Procedure"), service.contingency),
                    (self.env._("Runbook"), service.runbook),
                ):
                    if not is_html_empty(text):
                        parts.append(
                            Markup("<h2>%s <small>%s</small></h2>%s")
                            % (service.name, title, text)
                        )
            incident.procedures = Markup().join(parts)

    @api.depends("step_ids.service_id", "service_ids.contingency")
    def _compute_can_start_checklist(self):
        for incident in self:
            incident.can_start_checklist = any(
                steps_of(service.contingency)
                for service in incident._services_without_checklist()
            )

    def _services_without_checklist(self):
        services = self.service_ids | self.service_id
        return services - self.step_ids.service_id

    def action_start_checklist(self):
        """Make steps of the contingency procedures, in the user's language."""
        self.ensure_one()
        self.check_access("read")
        self.env["reliability.incident.step"].sudo().create(
            [
                {
                    "incident_id": self.id,
                    "service_id": service.id,
                    "sequence": number,
                    "section": step.section,
                    "text": step.text,
                }
                for service in self._services_without_checklist()
                for number, step in enumerate(steps_of(service.contingency), start=1)
            ]
        )
        return True
