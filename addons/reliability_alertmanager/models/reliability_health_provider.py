"""Alerts of Alertmanager as alerts of Odoo."""

from typing import NamedTuple

from odoo import api, fields, models

from odoo.addons.reliability.api import DEGRADED, INFORMATION, Alert, AlertText

PROVIDER = "alertmanager"
_TIERS = {
    "page": "page",
    "critical": "page",
    "error": "ticket",
    "ticket": "ticket",
    "warning": "ticket",
}
"""The label ``severity`` → tier; all others are information."""
_SERVICE = "platform"
"""Of alerts whose label ``service`` is none of Odoo's services."""


class _Known(NamedTuple):
    """What labels may name: services, warehouses and partner systems by code."""

    services: frozenset[str]
    companies: frozenset[int]
    warehouses: frozenset[str]
    systems: frozenset[str]


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _alerts(self):
        rows = self.env["reliability.alertmanager.alert"]._present(
            fields.Datetime.now()
        )
        if not rows:
            return super()._alerts()
        known = self._known_to_labels()
        return [
            *super()._alerts(),
            *(self._alertmanager_alert(row, known) for row in rows),
        ]

    @api.model
    def _known_to_labels(self):
        companies = self.env["res.company"].search([]).ids
        everywhere = self.with_context(allowed_company_ids=companies)
        return _Known(
            frozenset(self.env["reliability.service"].search([]).mapped("code")),
            frozenset(companies),
            frozenset(one.code for one in everywhere._warehouses()),
            self.env["reliability.integration"]._named_codes(),
        )

    @api.model
    def _alertmanager_alert(self, row, known):
        """Return the alert of a row.

        Labels that name nothing in this database are left out: each of their values
        would be a cause of its own.
        """
        labels = row.labels or {}
        service, company = labels.get("service"), labels.get("company", "")
        company_id = int(company) if company.isdecimal() else None
        tier = _TIERS.get(labels.get("severity"))
        system, warehouse = labels.get("integration"), labels.get("warehouse")
        values = {
            "system": system if system in known.systems else "",
            "summary": row.summary or "",
            "url": row.url or "",
        }
        return Alert(
            PROVIDER,
            row.name,
            service if service in known.services else _SERVICE,
            DEGRADED if tier else INFORMATION,
            1,
            row.starts_at,
            row.starts_at,
            company_id=company_id if company_id in known.companies else None,
            warehouse=warehouse if warehouse in known.warehouses else "",
            subject=row.fingerprint,
            values=values | ({"tier": tier} if tier else {}),
            is_shared=company_id not in known.companies,
        )

    @api.model
    def _describe_alert(self, alert):
        if alert.provider != PROVIDER:
            return super()._describe_alert(alert)
        text, summary = alert.cause, alert.values.get("summary")
        if summary:
            text = self.env._("%(where)s: %(text)s", where=text, text=summary)
        url = alert.values.get("url")
        link = bool(url) and {
            "type": "ir.actions.act_url",
            "url": url,
            "target": "new",
        }
        return AlertText(text, self.env._("Open in Prometheus"), link)
