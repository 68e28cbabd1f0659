"""Steps of a journey, with their thresholds."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..ways import REHEARSAL, STEPS


class ReliabilitySyntheticStep(models.Model):
    _name = "reliability.synthetic.step"
    _description = "Step of a Synthetic Journey"
    _order = "sequence, id"

    journey_id = fields.Many2one(
        "reliability.synthetic.journey", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    step = fields.Selection(
        [
            ("quotation", "Quotation"),
            ("confirm", "Confirm the order"),
            ("reserve", "Reserve"),
            ("validate", "Validate the delivery"),
            ("job", "Queued job"),
            ("scheduled_action", "Scheduled action"),
            ("mail", "E-mail"),
            ("resolve", "Resolve the name"),
            ("connect", "Connect"),
            ("tls", "Begin TLS"),
            ("certificate", "Check the certificate"),
            ("response", "Answer"),
            ("log_in", "Log in"),
            ("quotation_api", "Quotation by API"),
            ("confirm_api", "Confirm the order by API"),
            ("reserve_api", "Reserve by API"),
            ("validate_api", "Validate the delivery by API"),
            ("cancel_api", "Cancel the order by API"),
            ("portal_log_in", "Log in to the portal"),
            ("portal_open", "Open the order in the portal"),
            ("portal_sign", "Sign the order in the portal"),
            ("clean_up", "Clean up"),
        ],
        required=True,
    )
    offered_steps = fields.Json(compute="_compute_offered_steps")
    slow_after = fields.Float(
        string="Slow after (s)", default=5.0, help="0 for a step that is never slow."
    )
    expected_total = fields.Float(
        help="Of the quotation, with taxes, in the company's currency; 0 is not"
        " checked."
    )

    _slow_after_positive = models.Constraint(
        "CHECK (slow_after >= 0)",
        "A step is slow after some seconds: enter 0 or more.",
    )

    @api.depends("journey_id.way")
    def _compute_offered_steps(self):
        for step in self:
            step.offered_steps = STEPS.get(step.journey_id.way, ())

    @api.constrains("step")
    def _check_way(self):
        """Check that these are steps of the way of their journey.

        :raise ValidationError: one belongs to another way
        """
        ways = dict(self.journey_id._fields["way"]._description_selection(self.env))
        for step in self:
            if step.step not in STEPS[step.journey_id.way]:
                raise ValidationError(
                    self.env._(
                        "%(step)s is no step of the way %(way)s. Delete the step, or"
                        " choose another way.",
                        step=step._name_of_step(),
                        way=ways[step.journey_id.way],
                    )
                )

    def _check_once(self):
        """Check that the steps of a journey differ.

        Those of rehearsals need not: they may ask several delivery methods for rates.

        :raise ValidationError: one is there twice
        """
        if self.journey_id.way == REHEARSAL:
            return
        for steps in self.grouped("step").values():
            if len(steps) > 1:
                raise ValidationError(
                    self.env._(
                        "The journey %(journey)s has the step %(step)s twice. Delete"
                        " one of them.",
                        journey=self.journey_id.name,
                        step=steps[0]._name_of_step(),
                    )
                )

    def _name_of_step(self):
        """Return what people call this step."""
        return dict(self._fields["step"]._description_selection(self.env))[self.step]
