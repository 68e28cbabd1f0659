"""Health of integrations: cards, and alerts about exchanges and systems."""

from datetime import timedelta
from textwrap import shorten

from odoo import api, models

from odoo.addons.reliability.api import Alert, AlertText, Card, Scope, formatting

from .exchange_messages import exchange_message

PROVIDER = "integration"
_RECENT = timedelta(days=7)
"""Alerts are about exchanges that are not older."""
_MAX_ERROR = 120
_SYSTEM_CAUSES = ("failing", "silent", "quota")
_UNRESOLVED = [
    "|",
    "|",
    ("orphan_count", ">", 0),
    ("state", "in", ("failed", "unknown")),
    ("is_possibly_duplicated", "=", True),
]
_CAUSES = {
    "duplicated": [("orphan_count", ">", 0), ("state", "=", "succeeded")],
    "orphans": [("orphan_count", ">", 0), ("state", "!=", "succeeded")],
    "unknown": [("state", "=", "unknown")],
    "possibly_duplicated": [("is_possibly_duplicated", "=", True)],
    "failed": [("state", "=", "failed"), ("orphan_count", "=", 0)],
}
"""Cause → the exchanges that have it."""


def _causes(state, orphans, is_possibly_duplicated, count):
    """Yield the causes of unresolved exchanges with these values, and their number."""
    if orphans:
        yield ("duplicated" if state == "succeeded" else "orphans"), count
    if state == "unknown" or state == "failed" and not orphans:
        yield state, count
    if is_possibly_duplicated:
        yield "possibly_duplicated", count


def _error(cause, error):
    """Return the error class by which exchanges with a cause are grouped."""
    return (error or "") if cause in ("failed", "unknown") else ""


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
                subject=integration.code,
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
    def _alerts(self):
        return [
            *super()._alerts(),
            *self._exchange_alerts(),
            *self._integration_alerts(),
        ]

    @api.model
    def _exchange_alerts(self):
        """Return an alert for each system, problem and error class of exchanges."""
        groups = self.env["reliability.exchange"]._read_group(
            [*_UNRESOLVED, *self._recent(), *self._domain_not_reported_elsewhere()],
            [
                "integration_id",
                "company_id",
                "warehouse",
                "error_class",
                "state",
                "orphan_count",
                "is_possibly_duplicated",
            ],
            ["__count", "started:min", "started:max", "id:max"],
        )
        found = {}
        for integration, company, warehouse, error, *rest in groups:
            *which, count, first, last, last_id = rest
            for cause, number in _causes(*which, count):
                key = integration, company, warehouse, cause, _error(cause, error)
                known = found.get(key, (0, first, last, last_id))
                found[key] = (
                    known[0] + number,
                    min(known[1], first),
                    *max(known[2:], (last, last_id)),
                )
        return self._exchange_alerts_of(found)

    @api.model
    def _exchange_alerts_of(self, found):
        exchanges = self.env["reliability.exchange"].browse(
            last_id for *_numbers, last_id in found.values()
        )
        exchanges.fetch(["res_name", "last_error"])
        return [
            Alert(
                PROVIDER,
                cause,
                integration.sudo().service_id.code or "",
                "degraded",
                count,
                first,
                last,
                company.id or None,
                warehouse or "",
                integration.sudo().code or "",
                error,
                values=self._values_of(exchanges.browse(last_id)),
            )
            for (integration, company, warehouse, cause, error), (
                count,
                first,
                last,
                last_id,
            ) in found.items()
        ]

    @api.model
    def _values_of(self, exchange):
        """Return what the sentence says of the last exchange of an alert."""
        references = exchange.reference_ids.filtered(
            lambda reference: reference.state == "orphaned"
        )
        return {
            "document": exchange.res_name or "",
            "error": shorten(exchange.last_error or "", _MAX_ERROR),
            "reference": references[:1].name or "",
        }

    @api.model
    def _domain_not_reported_elsewhere(self):
        """Return a domain that excludes exchanges which another alert reports."""
        return []

    @api.model
    def _integration_alerts(self):
        """Yield an alert for each system that fails, is silent or near its quota."""
        for company in self._companies_with_exchanges():
            scope = Scope((company.id,))
            for integration in self._integrations(scope):
                for cause, severity, values in self._integration_problems(integration):
                    is_failing = cause == "failing"
                    yield Alert(
                        PROVIDER,
                        cause,
                        integration.service_id.code or "",
                        severity,
                        values.get("failures", 0),
                        company_id=company.id,
                        subject=integration.code,
                        values=values,
                        is_sampled=is_failing,
                    )

    @api.model
    def _companies_with_exchanges(self):
        groups = self.env["reliability.exchange"]._read_group(
            [
                ("started", ">=", self.env.cr.now() - _RECENT),
                ("company_id", "!=", False),
            ],
            ["company_id"],
        )
        return [company for (company,) in groups]

    @api.model
    def _integration_problems(self, integration):
        """Yield the problems of a system: cause, severity, values of its sentence."""
        if integration._is_silent:
            yield "silent", "degraded", {"hours": round(integration.silent_hours)}
        elif integration.status in ("degraded", "interrupted"):
            yield (
                "failing",
                integration.status,
                {
                    "failures": integration.failures_last_hour,
                    "attempts": integration.attempts_last_hour,
                },
            )
        if integration._is_near_quota:
            yield (
                "quota",
                "degraded",
                {"calls": integration.calls_today, "quota": integration.daily_quota},
            )

    @api.model
    def _describe_alert(self, alert):
        if alert.provider != PROVIDER:
            return super()._describe_alert(alert)
        systems = self.env["reliability.integration"].sudo()
        system = systems.with_context(active_test=False).search(
            [("code", "=", alert.subject)]
        )
        if alert.cause in _SYSTEM_CAUSES:
            return AlertText(
                self._describe_system_alert(alert, system),
                self.env._("Open system"),
                self._open_system(system),
            )
        texts = exchange_message(self.env, alert.cause)
        text = texts.one if alert.count == 1 else texts.many
        values = alert.values or {}
        return AlertText(
            text
            % {
                "system": system.name or self.env._("An unknown system"),
                "count": alert.count,
                "document": values.get("document") or self.env._("a document"),
                "reference": values.get("reference") or self.env._("something"),
                "error": values.get("error") or alert.error,
                "time": formatting.moment(self.env, alert.last),
            },
            texts.button,
            self._open_exchanges(texts.button, self._domain_of(alert, system))
            if self.env["reliability.exchange"].has_access("read")
            else False,
        )

    @api.model
    def _domain_of(self, alert, system):
        """Return the domain of exactly the exchanges of an alert."""
        domain = [
            *_CAUSES[alert.cause],
            *self._recent(),
            *self._domain_not_reported_elsewhere(),
            ("integration_id", "=", system.id),
            ("company_id", "=", alert.company_id or False),
            ("warehouse", "in", [alert.warehouse] if alert.warehouse else [False, ""]),
        ]
        if alert.error:
            domain.append(("error_class", "=", alert.error))
        return domain

    @api.model
    def _recent(self):
        return [("started", ">=", self.env.cr.now() - _RECENT)]

    @api.model
    def _describe_system_alert(self, alert, system):
        _ = self.env._
        values = (alert.values or {}) | {"system": system.name}
        match alert.cause:
            case "silent":
                return _(
                    "%(system)s is silent: no success for %(hours)s working hours",
                    **values,
                )
            case "quota":
                return _(
                    "%(calls)s of the %(quota)s calls that %(system)s accepts a day are"
                    " used",
                    **values,
                )
        return _(
            "%(system)s: %(failures)s of %(attempts)s attempts of the last hour failed",
            **values,
        )

    @api.model
    def _open_system(self, system):
        if not self.env["reliability.integration"].has_access("read"):
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": "reliability.integration",
            "res_id": system.id,
            "views": [(False, "form")],
        }

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
