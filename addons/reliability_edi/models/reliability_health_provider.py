"""Alerts about EDI documents: missing, failed, waiting, duplicate, not acknowledged."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.reliability.api import DEGRADED, INTERRUPTED, Alert, AlertText

from .reliability_edi_expected_document import FEW, MISSING, ExpectedToday
from .summaries import summary

PROVIDER, _SERVICE = "edi", "edi"
_RECENT = timedelta(days=7)
_MAX_NAMED = 4
"""The sentence names three of them, and says that there are more."""


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _domain_not_reported_elsewhere(self):
        # A failed step is reported as its document.
        return [
            *super()._domain_not_reported_elsewhere(),
            "!",
            "&",
            "&",
            ("res_model", "=", "edi.exchange.record"),
            ("state", "=", "failed"),
            ("orphan_count", "=", 0),
        ]

    @api.model
    def _alerts(self):
        return [
            *super()._alerts(),
            *self._missing_edi_document_alerts(),
            *self._edi_document_alerts(),
        ]

    @api.model
    def _missing_edi_document_alerts(self):
        """Yield an alert for each expected document that was not received today.

        It counts nothing: there is no such document.
        """
        for status in self.env["reliability.edi.expected.document"]._read_today():
            if status.state in (MISSING, FEW):
                yield Alert(
                    PROVIDER,
                    "missing",
                    _SERVICE,
                    DEGRADED,
                    0,
                    company_id=status.expected.company_id.id or None,
                    subject=str(status.expected.id),
                    values=_as_json(status),
                )

    @api.model
    def _edi_document_alerts(self):
        """Yield an alert for each partner, type of documents, problem and error.

        It is as bad as the partner system that fails now.
        """
        documents = self.env["reliability.edi.document"]
        severities = self._severities_of_failing_systems()
        for problem, domain in self._recent_problems().items():
            since = "exchanged" if problem == "not_acknowledged" else "received"
            groups = documents._read_group(
                domain,
                ["company_id", "partner_id", "type_id", "direction", "error_class"],
                [
                    "__count",
                    f"{since}:min",
                    f"{since}:max",
                    "id:array_agg",
                    "record_id:array_agg",
                ],
            )
            systems = self._systems_of([n for *_rest, ids in groups for n in ids])
            for company, partner, document_type, direction, error, *rest in groups:
                *numbers, ids, record_ids = rest
                found = [severities.get(record_id, "") for record_id in record_ids]
                yield Alert(
                    PROVIDER,
                    problem,
                    _SERVICE,
                    INTERRUPTED if INTERRUPTED in found else DEGRADED,
                    *numbers,
                    company_id=company.id or None,
                    subject=f"{partner.id or 0}/{document_type.id or 0}/{direction}",
                    error=error or "",
                    values={
                        "documents": sorted(ids)[-_MAX_NAMED:],
                        "systems": sorted(
                            {code for one in record_ids for code in systems[one]}
                        ),
                    },
                )

    @api.model
    def _systems_of(self, record_ids):
        """Return id of an exchange record → codes of the partner systems that it was
        exchanged with.
        """
        exchanges = self.env["reliability.exchange"]._read_group(
            [
                ("res_model", "=", "edi.exchange.record"),
                ("res_id", "in", record_ids),
            ],
            ["res_id", "integration_id"],
        )
        systems = defaultdict(set)
        for record_id, integration in exchanges:
            systems[record_id].add(integration.code)
        return systems

    @api.model
    def _severities_of_failing_systems(self):
        """Return id of an exchange record → state of its partner system, where that
        fails and so did the exchange, within the last hour.
        """
        failing = self.env["reliability.integration"]._named()._failing()
        states = {
            (integration, company_id): numbers.state
            for (integration, company_id, _warehouse), numbers in failing.items()
        }
        exchanges = self.env["reliability.exchange"].search(
            [
                ("integration_id", "in", [one.id for one, *_key in failing]),
                ("res_model", "=", "edi.exchange.record"),
                ("state", "in", ("failed", "unknown")),
                ("ended", ">=", self.env.cr.now() - timedelta(hours=1)),
            ]
        )
        return {
            exchange.res_id: states.get(
                (exchange.integration_id, exchange.company_id.id or None), ""
            )
            for exchange in exchanges
        }

    @api.model
    def _recent_problems(self):
        """Return the documents that are alerts: problem → domain."""
        now = fields.Datetime.now()
        recent = Domain("received", ">=", now - _RECENT)
        problems = self.env["reliability.edi.document"]._problem_domains()
        problems = {problem: domain & recent for problem, domain in problems.items()}
        problems["duplicate"] &= Domain("received", ">=", now - timedelta(days=1))
        return problems

    @api.model
    def _proposed_owner(self, alert):
        """Propose who is responsible for the partner."""
        owner = super()._proposed_owner(alert)
        if alert.provider != PROVIDER:
            return owner
        documents = self.env["reliability.edi.document"].sudo()
        if alert.cause == "missing":
            expected = self.env["reliability.edi.expected.document"].sudo()
            expected = expected.browse(int(alert.subject)).exists()
            return expected.partner_id.user_id or owner
        documents = documents.browse(alert.values["documents"]).exists()
        return documents._proposed_owner() or owner

    @api.model
    def _describe_alert(self, alert):
        if alert.provider != PROVIDER:
            return super()._describe_alert(alert)
        button = self.env._("Open documents")
        if alert.cause == "missing":
            text, domain = self._describe_missing_document(alert)
        else:
            text, domain = self._describe_edi_documents(alert)
        action = bool(domain) and self._open_edi_documents(button, domain)
        return AlertText(text, button, action)

    @api.model
    def _describe_missing_document(self, alert):
        """Return the sentence about an expected document, and the domain of those that
        were received before; without one, the document is not expected any more.
        """
        expected = self.env["reliability.edi.expected.document"].sudo()
        expected = expected.browse(int(alert.subject)).exists()
        if not expected:
            return self.env._("The document is not expected any more"), None
        return expected._describe(_from_json(expected, alert.values)), [
            ("type_id", "=", expected.type_id.id),
            ("backend_id", "=", expected.backend_id.id),
            ("partner_id", "=", expected.partner_id.id),
        ]

    @api.model
    def _describe_edi_documents(self, alert):
        """Return the sentence about documents of an alert, and their domain."""
        partner_id, type_id, direction = alert.subject.split("/")
        documents = self.env["reliability.edi.document"].sudo()
        documents = documents.browse(alert.values["documents"]).exists()
        if not documents:
            return self.env._("The documents of this alert were deleted"), None
        text = summary(documents, alert.cause, direction, alert.count, alert.since)
        return text, [
            *self._recent_problems()[alert.cause],
            ("company_id", "=", alert.company_id or False),
            ("partner_id", "=", int(partner_id) or False),
            ("type_id", "=", int(type_id) or False),
            ("direction", "=", direction),
            ("error_class", "=", alert.error or False),
        ]

    @api.model
    def _open_edi_documents(self, name, domain):
        if not self.env["reliability.edi.document"].has_access("read"):
            return False
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "reliability.edi.document",
            "views": [(False, kind) for kind in ("list", "kanban", "form")],
            "domain": domain,
            "context": {},
        }


def _as_json(status):
    """Return today's status of an expected document as JSON, without the document."""
    last = status.last and fields.Datetime.to_string(status.last)
    values = status._asdict() | {"last": last}
    del values["expected"]
    return values


def _from_json(expected, values):
    last = fields.Datetime.to_datetime(values["last"])
    return ExpectedToday(expected, **values | {"last": last})
