"""Journeys: what a synthetic check does, how often, and within which limits."""

from itertools import count

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize

from odoo.addons.reliability.api import check_metric_code

from ..ways import BACKGROUND, HTTP, REHEARSAL

MAX_LIMIT, MAX_ATTEMPTS = 600, 5


class ReliabilitySyntheticJourney(models.Model):
    _name = "reliability.synthetic.journey"
    _description = "Synthetic Journey"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        copy=False,
        help="The label journey in metrics, such as order_to_shipment. A new code"
        " begins new series.",
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    is_scheduled = fields.Boolean(
        string="Run Regularly", copy=False, help="Off until somebody switches it on."
    )
    way = fields.Selection(
        [
            (REHEARSAL, "Rehearsal in Odoo"),
            (BACKGROUND, "Background work"),
            (HTTP, "Over HTTP"),
        ],
        required=True,
        default=REHEARSAL,
        help="Rehearsal: real orders and deliveries, which are rolled back."
        " Background work: jobs, scheduled actions and e-mails that must arrive."
        " Over HTTP: odoo reliability_probe runs it on another host.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
        index=True,
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        check_company=True,
        ondelete="restrict",
        help="Orders are delivered from this warehouse; from the company's first one"
        " if empty.",
    )
    step_ids = fields.One2many("reliability.synthetic.step", "journey_id", copy=True)
    interval_minutes = fields.Integer(string="Every (min)", required=True, default=5)
    limit_seconds = fields.Integer(
        string="Limit (s)",
        required=True,
        default=60,
        help="A run that takes longer is ended, and has failed.",
    )
    max_attempts = fields.Integer(
        string="Attempts",
        required=True,
        default=2,
        help="The last one decides; what only a first attempt fails at is flaky.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        check_company=True,
        ondelete="restrict",
        help="The journey runs at these times only; always if empty.",
    )
    mail_to = fields.Char(
        string="E-mails to",
        help="The address of a mailbox that nobody needs to read. The step E-mail is"
        " left out while this is empty.",
    )
    next_run_at = fields.Datetime(string="Next Run", readonly=True, copy=False)
    switched_on_at = fields.Datetime(
        string="Switched On",
        readonly=True,
        copy=False,
        help="What ran before is no reason for an alert. Empty if it was on from the"
        " beginning.",
    )
    run_ids = fields.One2many("reliability.synthetic.run", "journey_id", readonly=True)

    _once = models.UniqueIndex(
        "(code)", "Another journey has this code. Choose a different one."
    )

    @api.constrains("code")
    def _check_code(self):
        for journey in self:
            check_metric_code(journey)

    @api.constrains("interval_minutes", "limit_seconds", "max_attempts")
    def _check_bounds(self):
        _ = self.env._
        for journey in self:
            if journey.interval_minutes < 1:
                raise ValidationError(
                    _("A journey runs every minute at the soonest: enter 1 or more.")
                )
            if not 1 <= journey.limit_seconds <= MAX_LIMIT:
                raise ValidationError(
                    _(
                        "Enter a limit between 1 and %(limit)s seconds.",
                        limit=MAX_LIMIT,
                    )
                )
            if not 1 <= journey.max_attempts <= MAX_ATTEMPTS:
                raise ValidationError(
                    _("Enter 1 to %(count)s attempts.", count=MAX_ATTEMPTS)
                )

    @api.constrains("mail_to")
    def _check_mail_to(self):
        for journey in self:
            if journey.mail_to and not email_normalize(journey.mail_to):
                raise ValidationError(
                    self.env._("Enter one e-mail address, such as sink@example.com.")
                )

    @api.constrains("way", "step_ids")
    def _check_steps(self):
        for journey in self:
            if not journey.step_ids:
                raise ValidationError(
                    self.env._(
                        "The journey %(journey)s has no steps. Add what it should"
                        " check.",
                        journey=journey.name,
                    )
                )
            journey.step_ids._check_way()
            journey.step_ids._check_once()

    @api.model_create_multi
    def create(self, vals_list):
        journeys = super().create(vals_list)
        journeys.filtered("is_scheduled")._run_soon()
        return journeys

    def write(self, vals):
        off = self.filtered(lambda one: not one._is_on())
        result = super().write(vals)
        if switched_on := off.filtered(lambda one: one._is_on()):
            switched_on.switched_on_at = fields.Datetime.now()
        if {"active", "is_scheduled", "interval_minutes"} & vals.keys():
            self.filtered("is_scheduled")._run_soon()
        return result

    def copy_data(self, default=None):
        """Give copies a name of their own, and a code that is free."""
        copies = super().copy_data(default)
        for journey, values in zip(self, copies, strict=True):
            values.setdefault("code", journey._free_code())
            if not default or "name" not in default:
                values["name"] = self.env._("%(name)s (copy)", name=journey.name)
        return copies

    def _free_code(self):
        """Return the code of this journey with a number, which no other one has."""
        journeys = self.sudo().with_context(active_test=False).search([])
        codes = (f"{self.code}_{number}" for number in count(2))
        return next(code for code in codes if code not in journeys.mapped("code"))

    def _is_on(self):
        """Return whether the journey runs regularly; probes run any over HTTP."""
        return self.active and (self.is_scheduled or self.way == HTTP)

    def _run_soon(self):
        """Plan the next run for now; the following ones count from there."""
        self.write({"next_run_at": fields.Datetime.now()})

    def _warehouse(self):
        """Return the warehouse that rehearsals deliver from; empty without one."""
        warehouses = self.env["stock.warehouse"].sudo()
        return self.sudo().warehouse_id or warehouses.search(
            [("company_id", "=", self.company_id.id)], limit=1
        )

    def _warehouse_code(self):
        """Return the code of the warehouse that the journey is about; else empty."""
        return self._warehouse().code or "" if self.way == REHEARSAL else ""

    def _open(self):
        """Return an action that opens the journey."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability_synthetic.reliability_synthetic_journey_action"
        )
        return action | {"res_id": self.id, "views": [(False, "form")]}
