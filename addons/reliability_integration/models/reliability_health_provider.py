"""Health of integrations: cards, and alerts about exchanges and systems."""

from datetime import timedelta
from textwrap import shorten

from odoo import api, models

from odoo.addons.reliability.api import DEGRADED, Alert, AlertText, Card, formatting

from .exchange_messages import exchange_message

PROVIDER = "integration"
_HOUR, _RECENT = timedelta(hours=1), timedelta(days=7)
"""Alerts are about exchanges that are not older than the latter."""
_MAX_ERROR = 120
_SYSTEM_CAUSES = ("silent", "quota")
_UNRESOLVED = [
    "|",
    "|",
    "|",
    ("orphan_count", ">", 0),
    ("state", "=", "unknown"),
    ("is_possibly_duplicated", "=", True),
    # A person has found out what became of the others, and decides on a retry.
    "&",
    ("state", "=", "failed"),
    ("is_verified", "=", False),
]
_CAUSES = {
    "duplicated": [("orphan_count", ">", 0), ("state", "=", "succeeded")],
    "orphans": [("orphan_count", ">", 0), ("state", "!=", "succeeded")],
    "unknown": [("state", "=", "unknown")],
    "possibly_duplicated": [("is_possibly_duplicated", "=", True)],
    "failed": [
        ("state", "=", "failed"),
        ("orphan_count", "=", 0),
        ("is_verified", "=", False),
    ],
}
"""Cause → the exchanges that have it."""
_LEFT_BY_FAILURES = ("failed", "unknown")
"""Outcomes of failed attempts, and the causes of the exchanges that they leave."""


def _causes(state, orphans, is_possibly_duplicated):
    """Yield the causes of unresolved exchanges with these values."""
    if orphans:
        yield "duplicated" if state == "succeeded" else "orphans"
    if state == "unknown" or state == "failed" and not orphans:
        yield state
    if is_possibly_duplicated:
        yield "possibly_duplicated"


def _same(text):
    """Return the values of a column that mean a text: the empty one may be `NULL`."""
    return [text] if text else [False, ""]


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
            hours = round(integration.silent_hours)
            return formatting.counted(
                hours,
                _("Silent: no success for 1 working hour"),
                _("Silent: no success for %(hours)s working hours", hours=hours),
            )
        failures = integration.failures_last_hour
        values = {"failures": failures, "count": integration.attempts_last_hour}
        return formatting.counted(
            failures,
            _("1 of %(count)s attempts of the last hour failed", **values),
            _("%(failures)s of %(count)s attempts of the last hour failed", **values),
        )

    @api.model
    def _alerts(self):
        failing = self.env["reliability.integration"]._named()._failing()
        return [
            *super()._alerts(),
            *self._with_failing_systems(self._exchange_alerts(), failing),
            *self._system_alerts({integration for integration, *_key in failing}),
        ]

    @api.model
    def _exchange_alerts(self):
        """Return an alert for each place, system, problem and class of errors, those of
        the last exchanges first.
        """
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
        for integration, company, warehouse, error_class, *rest in groups:
            *which, count, first, last, last_id = rest
            for cause in _causes(*which):
                error = (error_class or "") if cause == "failed" else ""
                key = cause, integration, company, warehouse or "", error
                known = found.get(key, (0, first, last, last_id))
                found[key] = (
                    known[0] + count,
                    min(known[1], first),
                    *max(known[2:], (last, last_id)),
                )
        last_ids = [last_id for *_numbers, last_id in found.values()]
        exchanges = self.env["reliability.exchange"].browse(last_ids)
        alerts = [
            self._exchange_alert(key, numbers, exchange)
            for (key, (*numbers, _id)), exchange in zip(
                found.items(), exchanges, strict=True
            )
        ]
        return sorted(alerts, key=lambda alert: alert.last, reverse=True)

    @api.model
    def _exchange_alert(self, key, numbers, exchange):
        cause, integration, company, warehouse, error = key
        return Alert(
            PROVIDER,
            cause,
            integration.service_id.code or "",
            DEGRADED,
            *numbers,
            company.id or None,
            warehouse,
            integration.code,
            error,
            {"system": integration.code} | self._values_of(exchange),
        )

    @api.model
    def _values_of(self, exchange):
        """Return what the sentence says of the last exchange of an alert."""
        orphans = exchange.reference_ids.filtered(
            lambda reference: reference.state == "orphaned"
        )
        return {
            "document": exchange.res_name or "",
            "model": exchange.res_model or "",
            "operation": exchange.operation or "",
            "error": shorten(exchange.last_error or "", _MAX_ERROR),
            "reference": orphans[:1].name or "",
        }

    @api.model
    def _domain_not_reported_elsewhere(self):
        """Return a domain that excludes exchanges which another alert reports."""
        return []

    @api.model
    def _with_failing_systems(self, alerts, failing):
        """Return alerts about exchanges, and those about systems that fail.

        Where the failures of the last hour have left exchanges to act on, these are the
        alert, as bad as the system is; where they were retried, the system is.

        :param dict failing: where systems fail, see ``reliability.integration``
        """
        alerts = list(alerts)
        since, left = self.env.cr.now() - _HOUR, {}
        for n, alert in enumerate(alerts):
            if alert.cause in _LEFT_BY_FAILURES and alert.last >= since:
                left.setdefault((alert.subject, alert.company_id, alert.warehouse), n)
        for (integration, *key), numbers in failing.items():
            n = left.get((integration.code, *key))
            if n is not None:
                alerts[n] = alerts[n]._replace(severity=numbers.state)
                continue
            alert = self._failing_alert(integration, *key, numbers)
            domain = self._domain_of(alert, integration)
            if count := self.env["reliability.exchange"].search_count(domain):
                alerts.append(self._with_last_failure(alert, domain, count))
        return alerts

    @api.model
    def _with_last_failure(self, alert, domain, count):
        """Return an alert about a system that fails, with what its sentence says.

        :param domain: of its exchanges
        """
        attempt = self.env["reliability.attempt"].search(
            [*self._failed_last_hour(), ("exchange_id", "any", domain)],
            order="started DESC, id DESC",
            limit=1,
        )
        error = shorten(attempt.error_message or attempt.error_class or "", _MAX_ERROR)
        values = {**alert.values, "error": error}
        return alert._replace(count=count, last=attempt.started, values=values)

    @api.model
    def _failing_alert(self, integration, company_id, warehouse, numbers):
        return Alert(
            PROVIDER,
            "failing",
            integration.service_id.code or "",
            numbers.state,
            0,
            company_id=company_id,
            warehouse=warehouse,
            subject=integration.code,
            values={
                "system": integration.code,
                "failures": numbers.failures,
                "attempts": numbers.attempts,
            },
            is_sampled=True,
        )

    @api.model
    def _system_alerts(self, failing):
        """Yield an alert for each system that is silent or near its quota.

        They concern the whole database: any company's success ends a silence, and the
        calls of all companies count.  A system that fails is not silent, too.

        :param set failing: systems that fail
        """
        for integration in self.env["reliability.integration"]._named():
            if integration._is_silent and integration not in failing:
                hours = round(integration.silent_hours)
                yield self._system_alert("silent", integration, hours=hours)
            if integration._is_near_quota:
                yield self._system_alert(
                    "quota",
                    integration,
                    calls=integration.calls_today,
                    quota=integration.daily_quota,
                )

    @api.model
    def _system_alert(self, cause, integration, **values):
        return Alert(
            PROVIDER,
            cause,
            integration.service_id.code or "",
            DEGRADED,
            1,
            subject=integration.code,
            values=values | {"system": integration.code},
            is_shared=True,
        )

    @api.model
    def _can_act_on(self, alert):
        """Who may change the documents may settle their exchanges."""
        model = (alert.values or {}).get("model", "")
        if alert.provider == PROVIDER and model in self.env:
            if self.env[model].has_access("write"):
                return True
        return super()._can_act_on(alert)

    @api.model
    def _proposed_owner(self, alert):
        """Propose the owner of the partner system."""
        owner = super()._proposed_owner(alert)
        if alert.provider != PROVIDER:
            return owner
        return self._system_of(alert).owner_id or owner

    @api.model
    def _describe_alert(self, alert):
        if alert.provider != PROVIDER:
            return super()._describe_alert(alert)
        system = self._system_of(alert)
        if alert.cause in _SYSTEM_CAUSES:
            return AlertText(
                self._describe_system_alert(alert, system),
                self.env._("Open system"),
                self._open_system(system),
            )
        message = self._exchange_message(alert)
        count = (alert.values or {}).get("failures", alert.count)
        text = message.one if count == 1 else message.many
        may_read = self.env["reliability.exchange"].has_access("read")
        action = may_read and self._open_exchanges(
            message.button, self._domain_of(alert, system)
        )
        return AlertText(text % self._texts_of(alert, system), message.button, action)

    @api.model
    def _texts_of(self, alert, system):
        """Return the values of the sentence about exchanges."""
        _, values = self.env._, alert.values or {}
        last = alert.last and formatting.moment(self.env, alert.last)
        return values | {
            "system": system.name or alert.subject,
            "count": alert.count,
            "document": values.get("document") or _("a document"),
            "reference": values.get("reference") or _("something"),
            "error": values.get("error") or alert.error or _("no error message"),
            "time": last,
        }

    @api.model
    def _exchange_message(self, alert):
        """Return the message of an alert about exchanges.

        :rtype: ExchangeMessage
        """
        has_error = alert.error or (alert.values or {}).get("error")
        is_unexplained = alert.cause == "failed" and not has_error
        key = "failed_unexplained" if is_unexplained else alert.cause
        return exchange_message(self.env, key)

    @api.model
    def _system_of(self, alert):
        """Return the system of an alert, also an archived one; none if deleted."""
        return self.env["reliability.integration"].sudo()._by_code(alert.subject)

    @api.model
    def _domain_of(self, alert, system):
        """Return the domain of exactly the exchanges of an alert."""
        domain = [
            *self._recent(),
            *self._domain_not_reported_elsewhere(),
            ("integration_id", "=", system.id),
            ("company_id", "=", alert.company_id or False),
            ("warehouse", "in", _same(alert.warehouse)),
        ]
        if alert.cause == "failing":
            return [*domain, ("attempt_ids", "any", self._failed_last_hour())]
        if alert.cause == "failed":
            domain.append(("error_class", "in", _same(alert.error)))
        return [*domain, *_CAUSES[alert.cause]]

    @api.model
    def _failed_last_hour(self):
        since = self.env.cr.now() - _HOUR
        return [("started", ">=", since), ("outcome", "in", _LEFT_BY_FAILURES)]

    @api.model
    def _recent(self):
        return [("started", ">=", self.env.cr.now() - _RECENT)]

    @api.model
    def _describe_system_alert(self, alert, system):
        _ = self.env._
        values = (alert.values or {}) | {"system": system.name or alert.subject}
        if alert.cause == "silent":
            return formatting.counted(
                values.get("hours"),
                _("%(system)s is silent: no success for 1 working hour", **values),
                _(
                    "%(system)s is silent: no success for %(hours)s working hours",
                    **values,
                ),
            )
        return _(
            "%(calls)s of the %(quota)s calls that %(system)s accepts a day are used",
            **values,
        )

    @api.model
    def _open_system(self, system):
        """Return an action that opens a system; ``False`` if the user may not read it,
        or it was deleted.
        """
        if not system or not self.env["reliability.integration"].has_access("read"):
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
