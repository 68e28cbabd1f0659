"""What users do with EDI documents: open, retry, resolve and assign them."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, MissingError, UserError

from odoo.addons.reliability.api import open_activity_dialog

_UNRESOLVED = ("failed", "unknown", "rejected", "retrying")
"""States of steps that can be retried or resolved."""


class ReliabilityEdiDocument(models.Model):
    _inherit = "reliability.edi.document"

    can_retry = fields.Boolean(compute="_compute_can_retry")
    can_open_document = fields.Boolean(compute="_compute_can_open")
    no_document_reason = fields.Char(
        string="Record in Odoo", compute="_compute_can_open"
    )
    can_open_record = fields.Boolean(compute="_compute_can_open")

    @api.depends_context("uid")
    @api.depends("state", "record_id")
    def _compute_can_retry(self):
        is_manager = self.env.user.has_group("reliability.group_manager")
        for document in self:
            document.can_retry = (
                is_manager
                and document.state in ("failed", "waiting")
                and document._has_record_access("write")
                and bool(document._unresolved_steps())
            )

    @api.depends_context("uid", "lang")
    @api.depends("document_model", "document_id", "record_id")
    def _compute_can_open(self):
        for document in self:
            reason = document._reason_not_to_open()
            document.can_open_document = not reason
            document.no_document_reason = reason
            document.can_open_record = document._has_record_access("read")

    def _reason_not_to_open(self):
        """Return why the record in Odoo cannot be opened; empty if it can."""
        _ = self.env._
        model = self.env.get(self.document_model or "")
        if model is None or not self.document_id:
            if self.direction == "in":
                return _("None: the document has created no record in Odoo.")
            return _("None: the document was created without a record in Odoo.")
        record = model.browse(self.document_id)
        if not record.exists():
            if not self.document_name:
                return _("The record in Odoo was deleted.")
            return _("%(name)s, which was deleted.", name=self.document_name)
        if not record.has_access("read"):
            return _(
                "%(name)s, which you have no right to open.",
                name=self.document_name or self.number,
            )
        return ""

    def _has_record_access(self, operation):
        """Return whether this user has access to the record of OCA's framework."""
        record = self.env["edi.exchange.record"].browse(self.record_id or 0)
        try:
            record.check_access(operation)
        except (AccessError, MissingError):
            return False
        return bool(record.exists())

    def _unresolved_steps(self):
        return self.env["reliability.exchange"].search(
            [*self._exchanges(), ("state", "in", _UNRESOLVED)]
        )

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Let readers assign a document: the assignee becomes a follower."""
        self.check_access("read")
        return super(ReliabilityEdiDocument, self.sudo()).message_subscribe(
            partner_ids, subtype_ids
        )

    def action_open_exchanges(self):
        """Open the exchanges of these documents: their steps, with all attempts."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability_integration.reliability_exchange_action"
        )
        return action | {"domain": self._exchanges(), "context": {}}

    def action_open_document(self):
        """Open the record that the document is about, such as a sales order.

        :raise UserError: there is none, it was deleted, or the user has no right
        """
        self.ensure_one()
        self.check_access("read")
        if reason := self._reason_not_to_open():
            raise UserError(reason)
        return {
            "type": "ir.actions.act_window",
            "res_model": self.document_model,
            "res_id": self.document_id,
            "views": [(False, "form")],
        }

    def action_open_record(self):
        """Open the exchange record of OCA's framework, with the file."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "edi.exchange.record",
            "res_id": self.record_id,
            "views": [(False, "form")],
        }

    def action_retry(self):
        """Open the dialog that retries the unresolved steps of these documents.

        :raise AccessError: the user is no manager
        :raise UserError: no step of these documents can be retried
        """
        self._check_manager()
        unresolved = self._unresolved_steps()
        if not unresolved:
            raise UserError(
                self.env._(
                    "The ledger has no failed step of this document. Open the exchange"
                    " record, and retry there."
                )
            )
        return unresolved.action_retry()

    def action_resolve(self):
        """Record that nothing is left to do about these documents.

        If the framework changes a document later, its state follows again.

        :raise AccessError: the user is no manager
        """
        self._check_manager()
        resolved = self.filtered("is_to_fix")
        steps = self.env["reliability.exchange"].search(
            [
                *resolved._exchanges(),
                ("state", "in", ("failed", "unknown", "retrying")),
            ]
        )
        steps._resolve(self.env._("The document was resolved."), True)
        resolved.sudo().write({"state": "resolved"})
        for document in resolved:
            document.message_post(body=self.env._("Resolved: nothing is left to do."))
        # A colleague who was to look after it has nothing to do, either.
        resolved.sudo().activity_ids.action_feedback(
            feedback=self.env._("The document was resolved.")
        )

    def _check_manager(self):
        self.check_access("read")
        if not self.env.user.has_group("reliability.group_manager"):
            raise AccessError(
                self.env._("Only managers of Reliability retry or resolve documents.")
            )

    def action_assign(self):
        """Open Odoo's dialog that assigns an activity to a colleague.

        Proposed: the owner, today, with what is wrong and what to do.
        """
        self.check_access("read")
        return open_activity_dialog(
            self, self.env._("Assign"), **self._proposed_activity()
        )

    def _proposed_activity(self):
        """Return what Odoo's dialog proposes: name of the field → value."""
        hints = {document.what_to_do for document in self if document.what_to_do}
        return {
            "activity_user_id": self._proposed_owner().id,
            "date_deadline": fields.Date.to_string(fields.Date.context_today(self)),
            "summary": self._summarize(),
            "note": Markup("").join(
                Markup("<p>%s</p>") % hint for hint in sorted(hints)
            ),
        }

    def _proposed_owner(self):
        """Return the partner's responsible user, else the owner of the service.

        Only somebody who may read these documents is proposed.
        """
        service = self.env.ref("reliability_edi.service_edi", raise_if_not_found=False)
        of_partners = self.sudo().partner_id.user_id
        candidates = of_partners if len(of_partners) == 1 else of_partners.browse()
        candidates |= (service or self.env["reliability.service"]).sudo().owner_id
        for user in candidates.filtered("active"):
            documents = self.with_user(user).with_context(
                allowed_company_ids=user.company_ids.ids
            )
            if documents.has_access("read"):
                return user
        return candidates.browse()
