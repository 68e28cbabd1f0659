"""What is wrong with EDI documents, and what to do about it."""

# A file for what is stored, for problems and for actions.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .error_hints import error_hint
from .summaries import summary

OVERDUE = timedelta(hours=2)


class ReliabilityEdiDocument(models.Model):
    _inherit = "reliability.edi.document"

    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")
    is_to_fix = fields.Boolean(
        string="To Fix",
        compute="_compute_problem",
        search="_search_is_to_fix",
        help="It failed, was not acknowledged in time, waits for more than two hours,"
        " or was received twice; and nobody has resolved it.",
    )
    what_is_wrong = fields.Char(compute="_compute_problem")
    what_to_do = fields.Char(compute="_compute_problem")

    @api.model
    def _problem_domains(self):
        """Return which documents have each problem: its code → domain, the worst first.

        :rtype: dict[str, Domain]
        """
        now = fields.Datetime.now()
        return {
            "failed": Domain("state", "=", "failed"),
            "not_acknowledged": Domain("state", "=", "awaiting")
            & Domain("acknowledgement_due", "<", now),
            "waiting": Domain("state", "=", "waiting")
            & Domain("received", "<", now - OVERDUE),
            "duplicate": Domain("is_duplicate", "=", True)
            & Domain("state", "not in", ("resolved", "gone")),
        }

    def _problem(self):
        """Return this document's worst problem, a key of `_problem_domains`, or ""."""
        now = fields.Datetime.now()
        if self.state == "failed":
            return "failed"
        if self.state == "awaiting" and self.is_late:
            return "not_acknowledged"
        if self.state == "waiting" and self.received and self.received < now - OVERDUE:
            return "waiting"
        if self.is_duplicate and self.state not in ("resolved", "gone"):
            return "duplicate"
        return ""

    @api.depends("state", "acknowledgement_due")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for document in self:
            due = document.acknowledgement_due
            document.is_late = bool(document.state == "awaiting" and due and due < now)

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = self._problem_domains()["not_acknowledged"]
        return late if True in value else ~late

    def _search_is_to_fix(self, operator, value):
        if operator != "in":
            return NotImplemented
        to_fix = Domain.OR(self._problem_domains().values())
        return to_fix if True in value else ~to_fix

    @api.depends("state", "error", "error_class", "is_duplicate", "acknowledgement_due")
    def _compute_problem(self):
        for document in self:
            document.is_to_fix = bool(document._problem())
            document.what_is_wrong, document.what_to_do = document._explain()

    def _explain(self):
        """Return what is wrong and what to do, in the language of the user."""
        _ = self.env._
        partner = self._partner_name()
        if self.state == "failed":
            return error_hint(self.env, self.error_class, partner)
        if self.state == "waiting" and self.error_class:
            wrong, _to_do = error_hint(self.env, self.error_class, partner)
            return wrong, _(
                "Odoo tries again by itself. If it still fails in an hour, call"
                " %(partner)s.",
                partner=partner,
            )
        match self._problem():
            case "not_acknowledged":
                return (
                    _(
                        "%(partner)s has not acknowledged the document in time.",
                        partner=partner,
                    ),
                    _(
                        "Ask %(partner)s whether the document arrived, before it is"
                        " sent again.",
                        partner=partner,
                    ),
                )
            case "waiting":
                return (
                    _("The document has been waiting for more than two hours."),
                    _(
                        "Inform the administrator of Odoo: the scheduled action or the"
                        " queue that exchanges documents may stand still."
                    ),
                )
            case "duplicate":
                return self._explain_duplicate(partner)
        return "", ""

    def _explain_duplicate(self, partner):
        _ = self.env._
        names = self._names_of_both()
        if names:
            return (
                _(
                    "%(partner)s sent %(number)s twice: %(first)s and %(second)s.",
                    partner=partner,
                    number=self.reference or self.number,
                    first=names[0],
                    second=names[1],
                ),
                _("Cancel one of the two in Odoo."),
            )
        return (
            _(
                "%(partner)s has sent this document before: content or number are the"
                " same.",
                partner=partner,
            ),
            _("Check whether Odoo has created two records, and cancel one of them."),
        )

    def _names_of_both(self):
        """Return the names of the records that a duplicate and its original have
        created in Odoo; empty if these are not two.
        """
        first, second = self._original().document_name, self.document_name
        return (first, second) if first and second and first != second else ()

    def _original(self):
        """Return the first document that this one repeats, see ``documents.sql``."""
        same = Domain.FALSE
        if self.checksum:
            same |= Domain("checksum", "=", self.checksum) & Domain(
                "backend_id", "=", self.backend_id.id
            )
        if self.reference and self.partner_id:
            same |= Domain("reference", "=", self.reference) & Domain(
                "partner_id", "=", self.partner_id.id
            )
        earlier = Domain("type_id", "=", self.type_id.id)
        earlier &= Domain("record_id", "<", self.record_id)
        earlier &= Domain("company_id", "=", self.company_id.id)
        return self.search(earlier & same, order="record_id", limit=1)

    def _summarize(self):
        """Return what is wrong with these documents in one sentence.

        Documents of one partner, type and problem are named; others are only counted.
        """
        problems = {(document._problem(), document.direction) for document in self}
        partners = {document._partner_name() for document in self}
        if len(problems) > 1 or len(partners) > 1:
            return self.env._("%(count)s EDI documents to fix", count=len(self))
        ((problem, direction),) = problems
        return summary(self, problem, direction)
