"""EDI documents that failed, or became late, during an incident."""

# What is asked during an incident has a file of its own.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.reliability.api import MAX_RECORDS, formatting

from .reliability_edi_document_problems import OVERDUE

_DOCUMENTS, _SERVICE = "documents", "edi"


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _impacts(self, affected):
        """Add the documents that failed, wait or were not acknowledged in time."""
        impacts = super()._impacts(affected)
        if _SERVICE not in affected.services:
            return impacts
        documents = self.env["reliability.edi.document"].sudo()
        problems = documents._problem_domains()
        begin, end = affected.begin, affected.end
        found = Domain.OR(
            [
                problems["failed"]
                & (_within("received", begin, end) | _within("exchanged", begin, end)),
                problems["not_acknowledged"]
                & _within("acknowledgement_due", begin, end),
                problems["waiting"] & _within("received", begin - OVERDUE, end),
            ]
        )
        found = documents.search(affected.domain() & found, limit=MAX_RECORDS + 1)
        return impacts + self._group_impacts(_DOCUMENTS, found)

    @api.model
    def _describe_impact(self, impact):
        if impact.kind != _DOCUMENTS:
            return super()._describe_impact(impact)
        name = self.env._("EDI Documents")
        action = self._open_impact(name, "reliability.edi.document", impact)
        return self._describe_documents(impact), action

    @api.model
    def _describe_documents(self, impact):
        _, count = self.env._, impact.count
        if impact.is_least:
            return _("At least %(count)s EDI documents failed or late", count=count)
        return formatting.counted(
            count,
            _("1 EDI document failed or late"),
            _("%(count)s EDI documents failed or late", count=count),
        )


def _within(field, begin, end):
    return Domain(field, ">=", begin) & Domain(field, "<", end)
