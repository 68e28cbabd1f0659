"""Health of integrations: cards, and alerts about exchanges and systems."""

from datetime import timedelta

from odoo import api, models

from odoo.addons.reliability.api import Alert, Card, formatting

_RECENT = timedelta(days=7)
"""Alerts are about exchanges that are not older."""


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
            Card(
                key=f"integration_{integration.id}",
                name=integration.name,
                state=integration.status,
                text=self._describe_integration(integration),
                action=self._open_exchanges(
                    integration.name,
                    [
                        ("integration_id", "=", integration.id),
                        *self._scope_domain(scope),
                    ],
                ),
                more=self.env._("Open exchanges"),
            )
            for integration in integrations
        ]

    @api.model
    def _integrations(self, scope):
        """Return the named integrations, with the numbers of a scope."""
        return self.env["reliability.integration"]._named()._in_scope(scope)

    @api.model
    def _describe_integration(self, integration):
        """Return what is wrong with a partner system, in a sentence; empty if fine."""
        _ = self.env._
        if integration.status in ("fine", "no_data"):
            return ""
        if integration.status == "degraded" and integration._is_silent:
            return _(
                "Silent: no success for %(hours)s working hours",
                hours=round(integration.silent_hours),
            )
        return _(
            "%(failures)s of %(count)s attempts of the last hour failed",
            failures=integration.failures_last_hour,
            count=integration.attempts_last_hour,
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
        counts = self._count_unresolved(scope)
        if not counts:
            return
        recent = ("started", ">=", self.env.cr.now() - _RECENT)
        for key, domain, one, many, button in self._exchange_lists():
            if key in counts:
                number, oldest = counts[key]
                text = formatting.counted(number, one, many)
                domain = [
                    *domain,
                    recent,
                    *self._scope_domain(scope),
                    *self._domain_not_reported_elsewhere(),
                ]
                yield Alert(
                    key,
                    "degraded",
                    text % {"count": number, "age": formatting.since(self.env, oldest)},
                    button,
                    self._open_exchanges(button, domain),
                    can_act,
                )

    @api.model
    def _count_unresolved(self, scope):
        """Count the exchanges in each of `_exchange_lists`, in one query.

        :return: key → number, and start of the oldest
        """
        groups = self.env["reliability.exchange"]._read_group(
            [
                "|",
                "|",
                ("orphan_count", ">", 0),
                ("state", "in", ("failed", "unknown")),
                ("is_possibly_duplicated", "=", True),
                ("started", ">=", self.env.cr.now() - _RECENT),
                *self._scope_domain(scope),
                *self._domain_not_reported_elsewhere(),
            ],
            ["state", "orphan_count", "is_possibly_duplicated"],
            ["__count", "started:min"],
        )
        found = {}
        for state, orphans, is_possibly_duplicated, count, oldest in groups:
            orphan_key = "duplicated" if state == "succeeded" else "orphans"
            numbers = {f"integration_{orphan_key}": orphans * count}
            if state == "unknown" or state == "failed" and not orphans:
                numbers[f"integration_{state}"] = count
            if is_possibly_duplicated:
                numbers["integration_possibly_duplicated"] = count
            for key, number in numbers.items():
                if number:
                    before, since = found.get(key, (0, oldest))
                    found[key] = before + number, min(since, oldest)
        return found

    @api.model
    def _domain_not_reported_elsewhere(self):
        """Return a domain that excludes exchanges which another alert reports."""
        return []

    @api.model
    def _exchange_lists(self):
        """Return the lists of exchanges to act on.

        :return: tuples of key, domain, text for one and for several, and button
        """
        _ = self.env._
        return [
            (
                "integration_duplicated",
                [("orphan_count", ">", 0), ("state", "=", "succeeded")],
                _(
                    "1 request was done twice, such as two parcels for one transfer,"
                    " %(age)s ago"
                ),
                _(
                    "%(count)s requests were done twice, such as two parcels for one"
                    " transfer, the first %(age)s ago"
                ),
                _("Cancel one of them"),
            ),
            (
                "integration_orphans",
                [("orphan_count", ">", 0), ("state", "!=", "succeeded")],
                _(
                    "1 orphan: a partner system did what Odoo then rolled back,"
                    " %(age)s ago"
                ),
                _(
                    "%(count)s orphans: partner systems did what Odoo then rolled back,"
                    " the first %(age)s ago"
                ),
                _("Cancel or use them"),
            ),
            (
                "integration_unknown",
                [("state", "=", "unknown")],
                _("1 request was not answered and may have been done, %(age)s ago"),
                _(
                    "%(count)s requests were not answered and may have been done, the"
                    " first %(age)s ago"
                ),
                _("Check and resolve"),
            ),
            (
                "integration_possibly_duplicated",
                [("is_possibly_duplicated", "=", True)],
                _(
                    "1 request was possibly done twice: the first attempt was not"
                    " answered, a later one succeeded, %(age)s ago"
                ),
                _(
                    "%(count)s requests were possibly done twice: an attempt was not"
                    " answered, a later one succeeded, the first %(age)s ago"
                ),
                _("Check and resolve"),
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
            if text := self._describe_trouble(integration):
                yield Alert(
                    f"integration_trouble_{integration.id}",
                    "degraded",
                    text,
                    self.env._("Open system"),
                    {
                        "type": "ir.actions.act_window",
                        "res_model": "reliability.integration",
                        "res_id": integration.id,
                        "views": [(False, "form")],
                    },
                    can_act,
                )

    @api.model
    def _describe_trouble(self, integration):
        """Return in a sentence whether a partner system is silent or near its quota."""
        _ = self.env._
        if integration._is_silent:
            return _(
                "%(name)s is silent: no success for %(hours)s working hours",
                name=integration.name,
                hours=round(integration.silent_hours),
            )
        if integration._is_near_quota:
            return _(
                "%(calls)s of the %(quota)s calls that %(name)s accepts a day are used",
                name=integration.name,
                calls=integration.calls_today,
                quota=integration.daily_quota,
            )
        return ""

    @api.model
    def _open_exchanges(self, name, domain):
        """Return an action that opens exchanges, without a default filter."""
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
    def _scope_domain(self, scope):
        # Access rules show exchanges without a company to administrators only.
        companies = [("company_id", "in", [False, *scope.companies])]
        if not scope.warehouse:
            return companies
        return [*companies, ("warehouse", "in", scope.codes)]
