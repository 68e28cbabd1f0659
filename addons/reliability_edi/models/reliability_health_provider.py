"""Documents on the cockpit: what did not come, failed, waits or is not answered."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.reliability.api import Alert, formatting

from .reliability_edi_expected_document import FEW, MISSING

_RECENT = timedelta(days=7)
_OLD = timedelta(hours=2)
_MOST = 5
"""Sentences about single partners; beyond them, one for all others."""


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _told_elsewhere(self):
        # A failed step is told as its document, in words.
        return [
            *super()._told_elsewhere(),
            "!",
            "&",
            "&",
            ("res_model", "=", "edi.exchange.record"),
            ("state", "=", "failed"),
            ("orphan_count", "=", 0),
        ]

    @api.model
    def _alerts(self, scope):
        found = super()._alerts(scope)
        if not self.env["reliability.edi.document"].has_access("read"):
            return found
        can_act = self.env.user.has_group("reliability.group_manager")
        return [
            *found,
            *self._silence_alerts(scope, can_act),
            *self._document_alerts(scope, can_act),
        ]

    @api.model
    def _silence_alerts(self, scope, can_act):
        """Yield which documents normally come and did not."""
        expectations = self.env["reliability.edi.expected.document"]
        ours = (False, *scope.companies)
        silent = [
            today
            for today in expectations._read_today()
            if today.state in (MISSING, FEW)
            and today.expectation.sudo().company_id.id in ours
        ]
        for today in silent[:_MOST]:
            expected = today.expectation
            yield Alert(
                f"edi_silent_{expected.id}",
                "degraded",
                expected._describe(today),
                self.env._("Open documents"),
                self._open_documents(
                    expected._whose(),
                    [
                        ("type_id", "=", expected.sudo().type_id.id),
                        ("partner_id", "=", expected.sudo().partner_id.id),
                    ],
                ),
                can_act,
            )
        if others := silent[_MOST:]:
            yield Alert(
                "edi_silent_others",
                "degraded",
                self.env._("%(count)s more partners are silent", count=len(others)),
                self.env._("Open what is expected"),
                {
                    "type": "ir.actions.act_window",
                    "name": self.env._("Expected Documents"),
                    "res_model": "reliability.edi.expected.document",
                    "views": [(False, "list"), (False, "form")],
                    "domain": [("id", "in", [of.expectation.id for of in others])],
                },
                can_act,
            )

    @api.model
    def _document_alerts(self, scope, can_act):
        companies = ("company_id", "in", [False, *scope.companies])
        lists = self._document_lists()
        counts = self._count_documents(lists, Domain([companies]))
        for (key, domain, _since, texts, button), (count, oldest) in zip(
            lists, counts, strict=True
        ):
            domain = [*domain, companies]
            if count:
                one, many = texts
                words = {"count": count, "age": formatting.since(self.env, oldest)}
                yield Alert(
                    key,
                    "degraded",
                    (one if count == 1 else many) % words,
                    button,
                    self._open_documents(button, domain),
                    can_act,
                )

    @api.model
    def _count_documents(self, lists, companies):
        """Return how many documents are in each list, and since when, in one query."""
        documents = self.env["reliability.edi.document"]
        any_of_them = Domain.OR(Domain(domain) for _key, domain, *_rest in lists)
        query = documents._search(any_of_them & companies)
        columns = []
        for _key, domain, since, *_rest in lists:
            of_list = Domain(domain).optimize_full(documents)
            of_list = of_list._to_sql(documents, query.table, query)
            since = SQL.identifier(query.table, since)
            columns += [
                SQL("count(*) FILTER (WHERE %s)", of_list),
                SQL("min(%s) FILTER (WHERE %s)", since, of_list),
            ]
        ((*numbers,),) = self.env.execute_query(query.select(*columns))
        return list(zip(numbers[::2], numbers[1::2], strict=True))

    @api.model
    def _document_lists(self):
        """Return what documents somebody must look at: key, which, since when, words
        for one and for many, and those for the button.
        """
        _ = self.env._
        now = fields.Datetime.now()
        recent = ("came", ">=", now - _RECENT)
        return [
            (
                "edi_failed",
                [("state", "=", "failed"), recent],
                "came",
                (
                    _("An EDI document failed %(age)s ago"),
                    _("%(count)s EDI documents failed, the first %(age)s ago"),
                ),
                _("Open documents"),
            ),
            (
                "edi_not_answered",
                [("state", "=", "awaiting"), ("answer_due", "<", now), recent],
                "exchanged",
                (
                    _("A document that was sent %(age)s ago is not acknowledged"),
                    _(
                        "%(count)s documents that were sent are not acknowledged in"
                        " time, the first %(age)s old"
                    ),
                ),
                _("Open documents"),
            ),
            (
                "edi_waiting",
                [("state", "=", "waiting"), ("came", "<", now - _OLD), recent],
                "came",
                (
                    _("An EDI document waits for %(age)s"),
                    _("%(count)s EDI documents wait, the first for %(age)s"),
                ),
                _("Open documents"),
            ),
            (
                "edi_duplicates",
                [("is_duplicate", "=", True), ("came", ">=", now - timedelta(days=1))],
                "came",
                (
                    _("A document came twice, %(age)s ago"),
                    _("%(count)s documents came twice, the first %(age)s ago"),
                ),
                _("Open documents"),
            ),
        ]

    @api.model
    def _open_documents(self, name, domain):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "reliability.edi.document",
            "views": [(False, kind) for kind in ("list", "kanban", "form")],
            "domain": domain,
            "context": {},
        }
