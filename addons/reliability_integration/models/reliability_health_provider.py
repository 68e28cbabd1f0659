"""How things stand with counterparts: cards, and what somebody should act on."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import Alert, formatting

_RECENT = timedelta(days=7)


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _cards(self, scope):
        cards = super()._cards(scope)
        if not self.env["reliability.integration"].has_access("read"):
            return cards
        integrations = self._integrations(scope)
        if not integrations:
            return cards
        return cards + [
            {
                "key": f"integration_{integration.id}",
                "name": integration.name,
                "state": integration.condition,
                "text": self._describe_integration(integration),
                "more": self.env._("What was asked of it"),
                "action": self._open_exchanges(
                    integration.name,
                    [("integration_id", "=", integration.id), *self._of(scope)],
                ),
            }
            for integration in integrations
        ]

    @api.model
    def _integrations(self, scope):
        """Return those that somebody has named, with the numbers of a scope."""
        return self.env["reliability.integration"]._named()._seen_in(scope)

    @api.model
    def _describe_integration(self, integration):
        """Say in a sentence what is wrong with a counterpart, if anything is."""
        _ = self.env._
        if integration.condition in ("fine", "no_data"):
            return ""
        if integration.condition == "degraded" and integration._is_silent:
            return _(
                "Silent: nothing has been done for %(hours)s working hours",
                hours=round(integration.silent_hours),
            )
        return _(
            "%(failures)s of %(count)s tries of the last hour failed",
            failures=integration.failures_lately,
            count=integration.attempts_lately,
        )

    @api.model
    def _alerts(self, scope):
        found = super()._alerts(scope)
        if not self.env["reliability.exchange"].has_access("read"):
            return found
        can_act = self.env.user.has_group("reliability.group_manager")
        return [
            *found,
            *self._exchange_alerts(scope, can_act),
            *self._integration_alerts(scope, can_act),
        ]

    @api.model
    def _exchange_alerts(self, scope, can_act):
        found = self._unsettled(scope)
        if not found:
            return
        recent = ("started", ">=", fields.Datetime.now() - _RECENT)
        for key, domain, one, many, button in self._lists():
            if key in found:
                number, oldest = found[key]
                text = formatting.counted(number, one, many)
                domain = [*domain, recent, *self._of(scope), *self._told_elsewhere()]
                yield Alert(
                    key,
                    "degraded",
                    text % {"count": number, "age": formatting.since(self.env, oldest)},
                    button,
                    self._open_exchanges(button, domain),
                    can_act,
                )

    @api.model
    def _unsettled(self, scope):
        """Return how much there is of each of the lists, and since when, in one query.

        :return: key → number, and when the first was asked
        """
        groups = self.env["reliability.exchange"]._read_group(
            [
                "|",
                "|",
                ("orphan_count", ">", 0),
                ("state", "in", ("failed", "unknown")),
                ("is_possibly_duplicated", "=", True),
                ("started", ">=", fields.Datetime.now() - _RECENT),
                *self._of(scope),
                *self._told_elsewhere(),
            ],
            ["state", "orphan_count", "is_possibly_duplicated"],
            ["__count", "started:min"],
        )
        found = {}
        for state, orphans, is_possibly_duplicated, count, oldest in groups:
            done_twice = "twice" if state == "succeeded" else "orphans"
            keys = {f"integration_{done_twice}": orphans * count}
            if state == "unknown" or state == "failed" and not orphans:
                keys[f"integration_{state}"] = count
            if is_possibly_duplicated:
                keys["integration_doubtful"] = count
            for key, number in keys.items():
                if number:
                    before, since = found.get(key, (0, oldest))
                    found[key] = before + number, min(since, oldest)
        return found

    @api.model
    def _told_elsewhere(self):
        """Return a domain without those exchanges of which another item tells."""
        return []

    @api.model
    def _lists(self):
        """Return what exchanges somebody must look at: key, which, the words for one
        and for several, and those for the button.
        """
        _ = self.env._
        return [
            (
                "integration_twice",
                [("orphan_count", ">", 0), ("state", "=", "succeeded")],
                _(
                    "1 thing was done twice, such as two parcels for one transfer,"
                    " %(age)s ago"
                ),
                _(
                    "%(count)s things were done twice, such as two parcels for one"
                    " transfer, the first %(age)s ago"
                ),
                _("Cancel one of them"),
            ),
            (
                "integration_orphans",
                [("orphan_count", ">", 0), ("state", "!=", "succeeded")],
                _("A counterpart has done something that Odoo has undone, %(age)s ago"),
                _(
                    "Counterparts have done %(count)s things that Odoo has undone, the"
                    " first %(age)s ago"
                ),
                _("Cancel or take over"),
            ),
            (
                "integration_unknown",
                [("state", "=", "unknown")],
                _(
                    "Nobody knows whether a counterpart has done what it was asked"
                    " %(age)s ago"
                ),
                _(
                    "Nobody knows whether counterparts have done %(count)s things, the"
                    " first asked %(age)s ago"
                ),
                _("Look and settle"),
            ),
            (
                "integration_doubtful",
                [("is_possibly_duplicated", "=", True)],
                _(
                    "1 thing was perhaps done twice: a counterpart did not answer and"
                    " was asked again, %(age)s ago"
                ),
                _(
                    "%(count)s things were perhaps done twice: counterparts did not"
                    " answer and were asked again, the first %(age)s ago"
                ),
                _("Look and settle"),
            ),
            (
                "integration_failed",
                [("state", "=", "failed"), ("orphan_count", "=", 0)],
                _("1 exchange failed, %(age)s ago"),
                _("%(count)s exchanges failed, the first %(age)s ago"),
                _("Open exchanges"),
            ),
        ]

    @api.model
    def _integration_alerts(self, scope, can_act):
        for integration in self._integrations(scope):
            if text := self._trouble_of(integration):
                yield Alert(
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

    @api.model
    def _trouble_of(self, integration):
        """Say what is wrong with a counterpart, beside single exchanges."""
        _ = self.env._
        if integration._is_silent:
            return _(
                "%(name)s is silent: nothing has been done for %(hours)s working hours",
                name=integration.name,
                hours=round(integration.silent_hours),
            )
        if integration._is_near_quota:
            return _(
                "%(name)s has been called %(calls)s times today; it accepts %(quota)s",
                name=integration.name,
                calls=integration.calls_today,
                quota=integration.daily_quota,
            )
        return ""

    @api.model
    def _open_exchanges(self, name, domain):
        """Return an action that opens exchanges, none of them filtered away."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "reliability.exchange",
            "views": [
                (False, kind) for kind in ("list", "kanban", "form", "pivot", "graph")
            ],
            "domain": domain,
            "context": {},
        }

    @api.model
    def _of(self, scope):
        # Those of no company are for administrators, as access rules have it.
        companies = [("company_id", "in", [False, *scope.companies])]
        if not scope.warehouse:
            return companies
        return [*companies, ("warehouse", "in", scope.codes)]
