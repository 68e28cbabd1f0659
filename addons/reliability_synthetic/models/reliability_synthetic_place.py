"""Places from which probes are expected to report about a journey."""

# The places of a journey are apart from what a journey is.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, fields, models

from odoo.addons.reliability.api import NO_DATA, STATE_NAMES, formatting

from .reliability_synthetic_state import place_name, state_of


class ReliabilitySyntheticPlace(models.Model):
    _name = "reliability.synthetic.place"
    _description = "Place of a Probe"
    _order = "journey_id, name"

    journey_id = fields.Many2one(
        "reliability.synthetic.journey",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="journey_id.company_id", store=True)
    name = fields.Char(string="Code", required=True, readonly=True)
    last_run_at = fields.Datetime(required=True, readonly=True)
    clock_behind = fields.Integer(
        string="Clock behind (s)",
        readonly=True,
        help="How much the clock of the probe's host is behind Odoo's; negative if it"
        " is ahead. Odoo corrects the times of its runs.",
    )
    clock_wrong_since = fields.Datetime(readonly=True)
    state = fields.Selection(STATE_NAMES, compute="_compute_state")
    last_run = fields.Char(compute="_compute_state")

    _once = models.UniqueIndex("(journey_id, name)")

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for place in self:
            place.display_name = place_name(self.env, place.name or "")

    @api.depends("last_run_at", "journey_id.state")
    @api.depends_context("lang", "tz")
    def _compute_state(self):
        now = fields.Datetime.now()
        latest = self.journey_id.sudo()._latest_runs()
        for place in self:
            journey = place.journey_id.sudo()
            runs = latest.get(journey, journey.run_ids.browse())
            run = runs.filtered(lambda run, place=place: run.place == place.name)
            recent = journey._recent(run, now)
            place.state = state_of(recent)
            if place.state == NO_DATA:
                place.last_run = place._silence_text()
            else:
                place.last_run = journey._last_run_text(recent)

    def _silence_text(self):
        """Return that these places are silent, in words."""
        return self.env._(
            "No report from %(places)s since %(time)s",
            places=", ".join(self.mapped("display_name")),
            time=formatting.moment(self.env, max(self.mapped("last_run_at"))),
        )

    @api.model
    def _expect(self, run, behind):
        """Expect more runs from the place of one that was reported.

        :param timedelta behind: how much the clock of its host is behind
        """
        same = [("journey_id", "=", run.journey_id.id), ("name", "=", run.place)]
        place = self.search(same)
        if not place:
            place = self.create(
                {
                    "journey_id": run.journey_id.id,
                    "name": run.place,
                    "last_run_at": run.started_at,
                }
            )
        place.last_run_at = max(place.last_run_at, run.started_at)
        place.clock_behind = behind.total_seconds()
        if not behind:
            place.clock_wrong_since = False
        elif not place.clock_wrong_since:
            place.clock_wrong_since = run.started_at

    def action_remove(self):
        """Expect no more runs from these places, until they report again."""
        self.unlink()
        self.env["reliability.slo"]._evaluate_soon()


class ReliabilitySyntheticJourney(models.Model):
    _inherit = "reliability.synthetic.journey"

    place_ids = fields.One2many(
        "reliability.synthetic.place", "journey_id", string="Places", readonly=True
    )
