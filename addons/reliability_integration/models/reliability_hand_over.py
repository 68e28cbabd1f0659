from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html


class ReliabilityHandOver(models.TransientModel):
    """Hands exchanges over to a colleague who may resolve them, as activities on their
    documents.
    """

    _name = "reliability.hand.over"
    _description = "Hand Over Exchanges"

    exchange_ids = fields.Many2many("reliability.exchange", string="Exchanges")
    explanation = fields.Text(compute="_compute_explanation")
    refusal = fields.Text(
        compute="_compute_explanation", help="Why the user does not resolve it."
    )
    candidate_ids = fields.Many2many("res.users", compute="_compute_candidate_ids")
    user_id = fields.Many2one(
        "res.users",
        string="Colleague",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', candidate_ids)]",
        help="Those who may change the documents.",
    )
    message = fields.Text()

    @api.depends("exchange_ids")
    @api.depends_context("uid", "lang")
    def _compute_explanation(self):
        for window in self:
            exchanges = window.exchange_ids
            window.explanation = exchanges._explain() if len(exchanges) == 1 else ""
            refused = (exchanges - exchanges._resolvable())[:1]
            window.refusal = refused and refused._reason_not_to_resolve()

    @api.depends("exchange_ids")
    def _compute_candidate_ids(self):
        for window in self:
            window.candidate_ids = window._candidates()

    @api.depends("exchange_ids")
    def _compute_user_id(self):
        """Propose the owner of the partner system, else whom the document names."""
        for window in self:
            proposed = window.exchange_ids.integration_id.owner_id
            for documents in window.exchange_ids._documents().values():
                if "user_id" in documents._fields:
                    proposed |= documents.sudo().user_id
            window.user_id = (proposed & window.candidate_ids - self.env.user)[:1]

    def _candidates(self):
        """Return the users whose groups may change the documents."""
        exchanges = self.exchange_ids.sudo()
        models_ = [name for name, found in exchanges._documents().items() if found]
        rights = self.env["ir.model.access"].sudo()
        rights = rights.search(
            [("model_id.model", "in", models_), ("perm_write", "=", True)]
        )
        groups = rights.group_id or self.env.ref("reliability.group_manager")
        domain = Domain("share", "=", False) & Domain("all_group_ids", "in", groups.ids)
        if companies := exchanges.company_id:
            domain &= Domain("company_ids", "in", companies.ids)
        return self.env["res.users"].sudo().search(domain).sudo(False)

    def action_hand_over(self):
        """Schedule an activity for the colleague on each document.

        :raise UserError: no colleague is chosen, or one who may not resolve it either
        """
        self.ensure_one()
        self.check_access("write")
        self.exchange_ids.check_access("read")
        if not self.exchange_ids or not self.user_id:
            raise UserError(self.env._("Choose a colleague."))
        for exchange in self.exchange_ids:
            self._hand_over(exchange)
        documents = ", ".join(filter(None, self.exchange_ids.mapped("res_name")))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(user)s has an activity for %(documents)s.",
                    user=self.user_id.name,
                    documents=documents,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _hand_over(self, exchange):
        """Schedule an activity on the document, unless the colleague has it.

        The user may lack the right to change the document, and even to read it.
        """
        colleague = self.user_id.sudo()
        as_colleague = exchange.with_user(colleague).with_context(
            allowed_company_ids=colleague.company_ids.ids, lang=colleague.lang
        )
        if not as_colleague._resolvable():
            raise UserError(
                self.env._(
                    "%(user)s may not resolve this either. Choose somebody else.",
                    user=colleague.name,
                )
            )
        exchange = as_colleague.with_user(self.env.user).sudo()
        summary = exchange.env._(
            "Resolve: %(request)s at %(system)s",
            request=exchange.display_name,
            system=exchange.integration_id.name,
        )
        text = "\n\n".join(filter(None, (exchange._explain(), self.message)))
        values = {
            "summary": summary,
            "note": plaintext2html(text),
            "user_id": colleague.id,
        }
        todo = "mail.mail_activity_data_todo"
        document = exchange._documents().get(exchange.res_model, ())
        if document and "activity_ids" in document._fields:
            is_same = [("summary", "=", summary), ("user_id", "=", colleague.id)]
            if not document.activity_ids.filtered_domain(is_same):
                document.activity_schedule(todo, **values)
        else:
            values["activity_type_id"] = exchange.env.ref(todo).id
            exchange.env["mail.activity"].create(values)
