"""Alerts about EDI documents: missing, failed, waiting, duplicate, not acknowledged."""

from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.reliability.api import Alert, formatting

from .reliability_edi_expected_document import FEW, MISSING

_RECENT = timedelta(days=7)
_OVERDUE = timedelta(hours=2)
_MAX_MISSING_ALERTS = 5
"""Partners with an alert of their own; one more alert is about all others."""


class DocumentList(NamedTuple):
    """Documents that need attention for one reason.

    :ivar key: of the alert
    :ivar domain: selects the documents
    :ivar since: the field that says since when a document is in the list
    :ivar one: the sentence for one document; may contain ``age``
    :ivar many: the sentence for several documents; may contain ``count`` and ``age``
    """

    key: str
    domain: list
    since: str
    one: str
    many: str


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
    def _alerts(self, scope):
        alerts = super()._alerts(scope)
        if not self.env["reliability.edi.document"].has_access("read"):
            return alerts
        can_act = self.env.user.has_group("reliability.group_manager")
        return [
            *alerts,
            *self._missing_edi_document_alerts(scope, can_act),
            *self._edi_document_alerts(scope, can_act),
        ]

    @api.model
    def _missing_edi_document_alerts(self, scope, can_act):
        """Yield an alert for each expected document that was not received today."""
        companies = (False, *scope.companies)
        missing = [
            status
            for status in self.env["reliability.edi.expected.document"]._read_today()
            if status.state in (MISSING, FEW)
            and status.expected.sudo().company_id.id in companies
        ]
        for status in missing[:_MAX_MISSING_ALERTS]:
            expected = status.expected
            yield Alert(
                f"edi_missing_{expected.id}",
                "degraded",
                expected._describe(status),
                self.env._("Open documents"),
                self._open_edi_documents(
                    expected._documents_label(),
                    [
                        ("type_id", "=", expected.sudo().type_id.id),
                        ("partner_id", "=", expected.sudo().partner_id.id),
                    ],
                ),
                can_act,
            )
        if others := missing[_MAX_MISSING_ALERTS:]:
            yield Alert(
                "edi_missing_others",
                "degraded",
                self.env._(
                    "%(count)s more expected documents are missing",
                    count=len(others),
                ),
                self.env._("Open expected documents"),
                {
                    "type": "ir.actions.act_window",
                    "name": self.env._("Expected Documents"),
                    "res_model": "reliability.edi.expected.document",
                    "views": [(False, "list"), (False, "form")],
                    "domain": [("id", "in", [status.expected.id for status in others])],
                },
                can_act,
            )

    @api.model
    def _edi_document_alerts(self, scope, can_act):
        """Yield an alert for each list of documents that is not empty."""
        companies = ("company_id", "in", [False, *scope.companies])
        lists = self._edi_document_lists()
        counts = self._count_edi_documents(lists, Domain([companies]))
        button = self.env._("Open documents")
        for document_list, (count, oldest) in zip(lists, counts, strict=True):
            if not count:
                continue
            sentence = document_list.one if count == 1 else document_list.many
            age = formatting.since(self.env, oldest)
            domain = [*document_list.domain, companies]
            yield Alert(
                document_list.key,
                "degraded",
                sentence % {"count": count, "age": age},
                button,
                self._open_edi_documents(button, domain),
                can_act,
            )

    @api.model
    def _count_edi_documents(self, lists, companies):
        """Return ``(count, oldest)`` of each list of documents, by one query."""
        documents = self.env["reliability.edi.document"]
        in_any_list = Domain.OR(Domain(document_list.domain) for document_list in lists)
        query = documents._search(in_any_list & companies)
        columns = []
        for document_list in lists:
            condition = Domain(document_list.domain).optimize_full(documents)
            condition = condition._to_sql(documents, query.table, query)
            since = SQL.identifier(query.table, document_list.since)
            columns += [
                SQL("count(*) FILTER (WHERE %s)", condition),
                SQL("min(%s) FILTER (WHERE %s)", since, condition),
            ]
        ((*numbers,),) = self.env.execute_query(query.select(*columns))
        return list(zip(numbers[::2], numbers[1::2], strict=True))

    @api.model
    def _edi_document_lists(self):
        """Return the lists of documents that need attention.

        :rtype: list[DocumentList]
        """
        _ = self.env._
        now = fields.Datetime.now()
        recent = ("received", ">=", now - _RECENT)
        yesterday = now - timedelta(days=1)
        return [
            DocumentList(
                "edi_failed",
                [("state", "=", "failed"), recent],
                "received",
                _("An EDI document failed; it is %(age)s old"),
                _("%(count)s EDI documents failed; the oldest is %(age)s old"),
            ),
            DocumentList(
                "edi_not_acknowledged",
                [
                    ("state", "=", "awaiting"),
                    ("acknowledgement_due", "<", now),
                    recent,
                ],
                "exchanged",
                _("A document that was sent %(age)s ago is not acknowledged"),
                _(
                    "%(count)s documents that were sent are not acknowledged in time,"
                    " the first %(age)s old"
                ),
            ),
            DocumentList(
                "edi_waiting",
                [("state", "=", "waiting"), ("received", "<", now - _OVERDUE), recent],
                "received",
                _("An EDI document has been waiting for %(age)s"),
                _("%(count)s EDI documents are waiting, the first for %(age)s"),
            ),
            DocumentList(
                "edi_duplicates",
                [("is_duplicate", "=", True), ("received", ">=", yesterday)],
                "received",
                _("A document was received twice, %(age)s ago"),
                _("%(count)s documents were received twice, the first %(age)s ago"),
            ),
        ]

    @api.model
    def _open_edi_documents(self, name, domain):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "reliability.edi.document",
            "views": [(False, kind) for kind in ("list", "kanban", "form")],
            "domain": domain,
            "context": {},
        }
