"""How things stand with counterparts: cards, and what somebody should act on."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.models import wording
from odoo.addons.reliability.models.reliability_situation import Attention

_RECENT = timedelta(days=7)
_FEWEST = 3
"""Attempts today without which a share says nothing."""
_NEAR_QUOTA = 0.9


class ReliabilitySituation(models.AbstractModel):
    _inherit = "reliability.situation"

    @api.model
    def _cards(self, scope):
        integrations = self.env["reliability.integration"].search(
            [("discovered", "=", False)]
        )
        return super()._cards(scope) + [
            self._card_of(integration) for integration in integrations
        ]

    @api.model
    def _card_of(self, integration):
        return {
            "key": f"integration_{integration.id}",
            "name": integration.name,
            "state": _state(integration),
            "text": self._describe(integration),
            "action": integration.action_open_exchanges(),
        }

    @api.model
    def _describe(self, integration):
        """Say in a sentence how it goes with a counterpart."""
        _ = self.env._
        if integration._is_silent:
            return _(
                "Nothing has come or gone for %(hours)s working hours",
                hours=round(integration.silent_hours),
            )
        if not integration.attempts_today:
            return _("Not asked today")
        failed = round(integration.attempts_today * (1 - integration.success_today))
        if failed:
            return _(
                "%(failed)s of %(count)s tries today failed",
                failed=failed,
                count=integration.attempts_today,
            )
        return _("%(count)s tries today, all done", count=integration.attempts_today)

    @api.model
    def _attention(self, scope):
        found = super()._attention(scope)
        if not self.env["reliability.exchange"].has_access("read"):
            return found
        can_act = self.env.user.has_group("reliability.group_manager")
        for key, state, domain, text, button in self._lists():
            exchanges = self.env["reliability.exchange"]
            domain = domain + self._of(scope)
            ((count, oldest),) = exchanges._read_group(
                domain, [], ["__count", "started:min"]
            )
            if count:
                age = wording.since(self.env, oldest)
                found.append(
                    Attention(
                        key,
                        state,
                        text % {"count": count, "age": age},
                        button,
                        self._open(domain, button),
                        can_act,
                    )
                )
        return found + self._attention_to_integrations(can_act)

    @api.model
    def _lists(self):
        """Return what exchanges somebody must look at: key, state, which, words."""
        _ = self.env._
        recent = [("started", ">=", fields.Datetime.now() - _RECENT)]
        return [
            (
                "integration_orphans",
                "degraded",
                [("orphan_count", ">", 0), *recent],
                _(
                    "Counterparts have done %(count)s things that Odoo has undone, the"
                    " first %(age)s ago"
                ),
                _("Open orphans"),
            ),
            (
                "integration_unknown",
                "degraded",
                [("state", "=", "unknown"), *recent],
                _(
                    "Nobody knows whether counterparts have done %(count)s things, the"
                    " first asked %(age)s ago"
                ),
                _("Look and settle"),
            ),
            (
                "integration_failed",
                "degraded",
                [("state", "=", "failed"), ("orphan_count", "=", 0), *recent],
                _("%(count)s exchanges failed, the first %(age)s ago"),
                _("Open exchanges"),
            ),
        ]

    @api.model
    def _attention_to_integrations(self, can_act):
        found = []
        for integration in self.env["reliability.integration"].search([]):
            if text := self._trouble_of(integration):
                found.append(
                    Attention(
                        f"integration_trouble_{integration.id}",
                        "degraded",
                        text,
                        self.env._("Open integration"),
                        {
                            "type": "ir.actions.act_window",
                            "res_model": "reliability.integration",
                            "res_id": integration.id,
                            "views": [(False, "form")],
                        },
                        can_act,
                    )
                )
        return found

    @api.model
    def _trouble_of(self, integration):
        """Say what is wrong with a counterpart, beside single exchanges."""
        _ = self.env._
        if integration._is_silent:
            return _(
                "%(name)s is silent: no success for %(hours)s working hours",
                name=integration.name,
                hours=round(integration.silent_hours),
            )
        quota = integration.daily_quota
        if quota and integration.calls_today >= _NEAR_QUOTA * quota:
            return _(
                "%(name)s has been called %(calls)s times today; it accepts %(quota)s",
                name=integration.name,
                calls=integration.calls_today,
                quota=quota,
            )
        return ""

    @api.model
    def _of(self, scope):
        companies = [("company_id", "in", list(scope.companies))]
        if not scope.warehouse:
            return companies
        return [*companies, ("warehouse", "in", scope.codes)]

    @api.model
    def _open(self, domain, name):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability_integration.reliability_exchange_action"
        )
        return action | {"domain": domain, "context": {}, "display_name": name}


def _state(integration):
    """Return how it goes with a counterpart, as the cockpit shows it."""
    if integration._is_silent:
        return "degraded"
    attempts = integration.attempts_today
    if not attempts:
        return "no_data"
    failing = 1 - integration.success_today
    if attempts >= _FEWEST and failing >= 0.5:
        return "interrupted"
    if attempts >= _FEWEST and failing >= integration.failing_limit:
        return "degraded"
    return "fine"
