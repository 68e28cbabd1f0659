"""Synthetic checks in the cockpit: their card, and their step in the checklist."""

# Alerts are apart from the cockpit.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, models

from odoo.addons.reliability.api import Card, SetupStep, formatting

from .reliability_synthetic_state import URGENCY


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _cards(self, scope):
        """Add a card about the journeys that are switched on, the worst one first."""
        cards = super()._cards(scope)
        journeys = self._journeys_in(scope)
        if not journeys:
            return cards
        return [
            *cards,
            Card(
                key="synthetic_checks",
                name=self.env._("Synthetic Checks"),
                state=journeys[0].state,
                text=formatting.paragraph(
                    *(
                        self.env._(
                            "%(where)s: %(text)s",
                            where=journey.name,
                            text=journey.last_run,
                        )
                        for journey in journeys
                    )
                ),
                action=self.env["reliability.synthetic.run"]._open_all([]),
                more=self.env._("Open runs"),
            ),
        ]

    @api.model
    def _journeys_in(self, scope):
        """Return the journeys of a scope that are switched on and that the user may
        see, the worst first."""
        journeys = self.env["reliability.synthetic.journey"]
        if not journeys.has_access("read"):
            return journeys
        # What the state and the last run are computed from, in one query.
        needed = ["way", "is_scheduled", "company_id", "warehouse_id", "name"]
        found = journeys.search_fetch([], needed)._switched_on()
        found = found.filtered(
            lambda one: scope.has(one.company_id.id, one._warehouse_code())
        )
        return found.sorted(lambda one: URGENCY.index(one.state))

    @api.model
    def _setup_steps(self):
        return [*super()._setup_steps(), self._synthetic_step()]

    @api.model
    def _synthetic_step(self):
        journeys = self.env["reliability.synthetic.journey"].search([])
        is_done = any(journeys.mapped("is_scheduled"))
        if is_done:
            text = self.env._("Journeys run every few minutes.")
        else:
            text = self.env._(
                "No journey runs: nobody knows whether an order could be shipped now."
                " Open a journey, press Run Now, then switch on Run Regularly."
            )
        return SetupStep(
            "synthetic",
            60,
            self.env._("Synthetic checks"),
            text,
            is_done,
            self.env._("Open Journeys"),
            self.env["ir.actions.act_window"]._for_xml_id(
                "reliability_synthetic.reliability_synthetic_journey_action"
            ),
        )
