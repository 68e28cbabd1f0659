"""Documents with exchanges, such as transfers and orders."""

from odoo import api, fields, models


class ReliabilityExchangeMixin(models.AbstractModel):
    """Shows the exchanges of a document.

    Glue addons inherit it and add a button to the document's form.
    """

    _name = "reliability.exchange.mixin"
    _description = "Document with Exchanges"

    reliability_exchange_count = fields.Integer(
        string="Exchanges",
        compute="_compute_reliability_exchange_count",
        groups="reliability.group_viewer",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_reliability_exchange_count(self):
        counts = dict(
            self.env["reliability.exchange"]._read_group(
                self._reliability_exchanges(), ["res_id"], ["__count"]
            )
        )
        for document in self:
            document.reliability_exchange_count = counts.get(document._origin.id, 0)

    def action_reliability_exchanges(self):
        """Open the exchanges of these documents."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability_integration.reliability_exchange_action"
        )
        return action | {"domain": self._reliability_exchanges(), "context": {}}

    def _reliability_exchanges(self):
        return [("res_model", "=", self._name), ("res_id", "in", self.ids)]
