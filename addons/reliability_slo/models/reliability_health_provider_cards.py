"""Objectives in the cockpit: a card for all of them, and a line for each service."""

# Cards have a file of their own.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, models

from odoo.addons.reliability.api import (
    DEGRADED,
    FINE,
    NO_DATA,
    Card,
    CardLine,
    formatting,
)


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _cards(self, scope):
        """Add a card about the budget that needs action most.

        Only one that is used up fast degrades it: of a spent one, nothing can be saved.
        """
        cards = super()._cards(scope)
        budgets = self._budgets(scope)
        if not budgets:
            return cards
        known = budgets.filtered("total")
        in_need = known.filtered(lambda one: one.state in ("burning", "spent"))
        is_burning = any(one._burns_fast() for one in in_need)
        state = (DEGRADED if is_burning else FINE) if known else NO_DATA
        return [
            *cards,
            Card(
                key="objectives",
                name=self.env._("Objectives"),
                state=state,
                text=self._objectives_text(known, in_need),
                action=budgets._open_in_need(
                    [("id", "in", in_need.ids or budgets.ids)]
                ),
                more=self._objectives_button(len(in_need)),
            ),
        ]

    @api.model
    def _objectives_text(self, known, in_need):
        """Return the worst budget in words, and how many others are spent or burn."""
        if not known:
            return ""
        worst = known[0]
        others = len(in_need - worst)
        return formatting.paragraph(
            self.env._(
                "%(objective)s: %(left)s", objective=worst.display_name, left=worst.left
            ),
            others
            and formatting.counted(
                others,
                self.env._("Another objective is missed or about to be"),
                self.env._(
                    "%(count)s other objectives are missed or about to be", count=others
                ),
            ),
        )

    @api.model
    def _objectives_button(self, count):
        if not count:
            return self.env._("Open error budgets")
        return formatting.counted(
            count,
            self.env._("Open 1 error budget"),
            self.env._("Open %(count)s error budgets", count=count),
        )

    @api.model
    def _service_lines(self, scope):
        """Add a line about the budget of each service that needs action most."""
        lines = super()._service_lines(scope)
        known = self._budgets(scope).filtered("total")
        for service, budgets in known.grouped("service_id").items():
            line = CardLine(self._worst_of(budgets), budgets[0].get_formview_action())
            lines.setdefault(service.code, []).append(line)
        return lines

    @api.model
    def _worst_of(self, budgets):
        """Return what is left of the first budget, and where, if there are several."""
        has_companies = budgets._has_companies()
        where = budgets[0]._scope_text(has_companies)
        if {one._scope_text(has_companies) for one in budgets} == {where}:
            return budgets[0].left
        return self.env._("%(where)s: %(text)s", where=where, text=budgets[0].left)

    @api.model
    def _budgets(self, scope):
        """Return the error budgets of a scope that this user may see, those that need
        action first."""
        budgets = self.env["reliability.slo.budget"]
        if not budgets.has_access("read"):
            return budgets
        stored = [name for name, field in budgets._fields.items() if field.store]
        found = budgets.search_fetch([("slo_id.active", "=", True)], stored)
        return found.filtered(
            lambda one: (
                one.is_shared or scope.has(one.company_id.id, one.warehouse or "")
            )
        )
