"""Alerts of Alertmanager as alerts of Odoo."""

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


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _alerts(self):
        rows = self.env["reliability.alertmanager.alert"]._present(
            fields.Datetime.now()
        )
        if not rows:
            return super()._alerts()
        services = self.env["reliability.service"].search([]).mapped("code")
        companies = self.env["res.company"].search([]).ids
        return [
            *super()._alerts(),
            *(self._alertmanager_alert(row, services, companies) for row in rows),
        ]

    @api.model
    def _alertmanager_alert(self, row, services, companies):
        labels = row.labels or {}
        service, company = labels.get("service"), labels.get("company", "")
        company_id = int(company) if company.isdecimal() else None
        tier = _TIERS.get(labels.get("severity"))
        known = {
            "system": labels.get("integration", ""),
            "summary": row.summary or "",
            "url": row.url or "",
        }
        return Alert(
            PROVIDER,
            row.name,
            service if service in services else _SERVICE,
            DEGRADED if tier else INFORMATION,
            1,
            row.starts_at,
            row.starts_at,
            company_id=company_id if company_id in companies else None,
            warehouse=labels.get("warehouse", ""),
            subject=row.fingerprint,
            values=known | ({"tier": tier} if tier else {}),
            is_shared=company_id not in companies,
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
