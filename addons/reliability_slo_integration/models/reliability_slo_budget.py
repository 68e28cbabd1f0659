"""Budgets of exchanges: the sentences of their alerts, and what used them up."""

from collections import defaultdict

from odoo import models
from odoo.tools import SQL, formatLang

from odoo.addons.reliability.api import formatting, stored_text
from odoo.addons.reliability_slo.models import budget_words
from odoo.addons.reliability_slo.models.slo_parameters import EVALUATED
from odoo.addons.reliability_slo.objective import EVENTS

from ..measures import DELIVERED, IN_TIME, MEASURES
from .exchanges import BAD

_LATE = ("succeeded", "open", "retrying")
"""States in which an exchange is bad only because it is late."""


class ReliabilitySloBudget(models.Model):
    _inherit = "reliability.slo.budget"

    def _burning_text(self, values):
        slo = self.slo_id
        if slo.measure not in MEASURES or slo.budgeting != EVENTS:
            return super()._burning_text(values)
        shown = self._shown(values)
        if slo.measure == DELIVERED:
            return formatting.counted(
                values["bad"],
                self.env._(
                    "%(objective)s: within %(time)s, 1 of %(total)s exchanges was not"
                    " delivered; the goal is %(goal)s %%, and %(left)s %% of the budget"
                    " is left",
                    **shown,
                ),
                self.env._(
                    "%(objective)s: within %(time)s, %(bad)s of %(total)s exchanges"
                    " were not delivered; the goal is %(goal)s %%, and %(left)s %% of"
                    " the budget is left",
                    **shown,
                ),
            )
        return formatting.counted(
            values["bad"],
            self.env._(
                "%(objective)s: within %(time)s, 1 of %(total)s exchanges was not"
                " delivered in time; the goal is %(goal)s %%, and %(left)s %% of the"
                " budget is left",
                **shown,
            ),
            self.env._(
                "%(objective)s: within %(time)s, %(bad)s of %(total)s exchanges were"
                " not delivered in time; the goal is %(goal)s %%, and %(left)s %% of"
                " the budget is left",
                **shown,
            ),
        )

    def _kind(self):
        slo = self.slo_id
        if slo.measure == IN_TIME and slo.budgeting == EVENTS:
            return budget_words.LATE
        return super()._kind()

    def _kind_of_rows(self):
        if self.slo_id.measure == IN_TIME:
            return budget_words.LATE
        return super()._kind_of_rows()

    def _rows(self):
        """Return the exchanges that used up the budget, by system, operation, company,
        warehouse and state."""
        if self.slo_id.measure not in MEASURES:
            return super()._rows()
        states = self.env["reliability.exchange"]._fields["state"]
        states = dict(states._description_selection(self.env))
        if self.slo_id.measure == IN_TIME:
            states |= dict.fromkeys(_LATE, self.env._("Too late"))
        rows = []
        for key, exchanges in self._bad_exchanges().items():
            counted = sum(not is_excluded for _id, is_excluded in exchanges)
            rows.append(
                self._row(key, counted, len(exchanges))
                | {
                    "operation": key[0],
                    "outcome_name": states.get(key[-1], key[-1]),
                    "stored": len(exchanges),
                    "is_stored": True,
                    "open_text": self.env._("Open exchanges"),
                }
            )
        return sorted(rows, key=lambda row: (-row["all"], row["operation"]))

    def _bad_exchanges(self):
        """Return the bad exchanges of the window: what a row is of → ids, each with
        whether it is excluded."""
        evaluated = stored_text(self.env, EVALUATED.key)
        values = {
            "budget": self.id,
            "since": self._since(),
            "company": self.company_id.id or None,
            "warehouse": self.warehouse,
            "system": self.system,
            "now": evaluated or None,
            "left_out": self._left_out(),
        }
        names, found = self.env["reliability.display.names"], defaultdict(list)
        for (
            exchange_id,
            system,
            operation,
            *where_and_state,
            is_excluded,
        ) in self.env.execute_query(SQL(BAD, **values)):
            subject = self.env._(
                "%(system)s: %(operation)s",
                system=system,
                operation=names._display_name_of(operation),
            )
            found[subject, *where_and_state].append((exchange_id, is_excluded))
        return found

    def _rows_message(self, rows):
        slo = self.slo_id
        if slo.measure not in MEASURES or slo.budgeting != EVENTS:
            return super()._rows_message(rows)
        counted = sum(row["counted"] for row in rows)
        if counted == self.bad:
            return ""
        return self.env._(
            "Together these are %(found)s of %(bad)s: the others were deleted for their"
            " age.",
            found=formatLang(self.env, counted, digits=0),
            bad=formatLang(self.env, self.bad, digits=0),
        )

    def _open_row(self, where, operation, outcome):
        if self.slo_id.measure not in MEASURES:
            return super()._open_row(where, operation, outcome)
        (company_id,), (warehouse,) = where["company_id"], where["warehouse"]
        key = operation, company_id or None, warehouse, outcome
        ids = [one for one, _is_excluded in self._bad_exchanges().get(key, [])]
        provider = self.env["reliability.health.provider"]
        return provider._open_exchanges(operation, [("id", "in", ids)])
