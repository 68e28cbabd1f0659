"""Documents that exchanges are about."""

from odoo import api, fields, models


class ReliabilityExchangeMixin(models.AbstractModel):
    """Shows the exchanges of a document; for glue addons, with a button on its form."""

    _name = "reliability.exchange.mixin"
    _description = "Document with Exchanges"

    reliability_exchange_count = fields.Integer(
        string="Exchanges",
        compute="_compute_reliability_exchange_count",
        groups="reliability.group_viewer",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_reliability_exchange_count(self):
        found = dict(
            self.env["reliability.exchange"]._read_group(
                self._reliability_of_exchanges(), ["res_id"], ["__count"]
            )
        )
        for document in self:
            document.reliability_exchange_count = found.get(document._origin.id, 0)

    def action_reliability_exchanges(self):
        """Open what was asked of counterparts for these documents."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability_integration.reliability_exchange_action"
        )
        return action | {"domain": self._reliability_of_exchanges(), "context": {}}

    def _reliability_of_exchanges(self):
        return [("res_model", "=", self._name), ("res_id", "in", self.ids)]
