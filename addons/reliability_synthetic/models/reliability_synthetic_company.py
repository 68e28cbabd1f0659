"""The company in which checks over HTTP make orders that are not rolled back."""

from typing import NamedTuple

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import ormcache, sql

from odoo.addons.base.models.res_users import check_identity

from ..company.accounts import end_accounts, new_accounts
from ..company.records import make_records


class Members(NamedTuple):
    """Ids of all synthetic companies and their users, also of those archived."""

    companies: frozenset[int]
    users: frozenset[int]


class ReliabilitySyntheticCompany(models.Model):
    """What belongs to a synthetic company; one at most is not archived."""

    _name = "reliability.synthetic.company"
    _description = "Synthetic Company"
    _order = "id desc"

    active = fields.Boolean(default=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    name = fields.Char(related="company_id.name")
    user_id = fields.Many2one(
        "res.users",
        string="Service User",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="Makes and ships orders by Odoo's API.",
    )
    portal_user_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="Signs orders in the portal.",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse", required=True, readonly=True, ondelete="restrict"
    )
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    order_count = fields.Integer(
        string="Orders",
        compute="_compute_counts",
        help="Those that were shipped remain, since Odoo deletes no stock moves.",
    )
    transfer_count = fields.Integer(
        string="Transfers",
        compute="_compute_counts",
        help="Each order that was shipped has its delivery and its return.",
    )
    key_ends_at = fields.Datetime(
        string="API Key Ends", compute="_compute_key_ends_at", compute_sudo=True
    )

    _one = models.UniqueIndex(
        "(active) WHERE active",
        "There is a synthetic company already: archive it before you make another one.",
    )

    @api.depends("company_id")
    def _compute_counts(self):
        for one in self:
            ours = [("company_id", "=", one.company_id.id)]
            one.order_count = one.env["sale.order"].sudo().search_count(ours)
            one.transfer_count = one.env["stock.picking"].sudo().search_count(ours)

    @api.depends("user_id.api_key_ids.expiration_date")
    def _compute_key_ends_at(self):
        for one in self:
            ends = one.user_id.api_key_ids.mapped("expiration_date")
            one.key_ends_at = max(filter(None, ends), default=False)

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self._clear_members()
        return companies

    @api.model
    def _clear_members(self):
        """Read the members anew, now and where others read them before the commit."""
        self.env.registry.clear_cache()
        self.env.cr.postcommit.add(self.env.registry.clear_cache)

    @api.model
    def _make(self):
        """Make the synthetic company with its users and records."""
        return self.sudo().create(make_records(self.env))

    @api.model
    @ormcache()
    def _members(self) -> Members:
        """Return the ids of all synthetic companies and their users.

        A database that is not upgraded yet has no table of them.
        """
        if not sql.table_exists(self.env.cr, self._table):
            return Members(frozenset(), frozenset())
        found = self.sudo().with_context(active_test=False).search([])
        users = found.user_id | found.portal_user_id
        return Members(frozenset(found.company_id.ids), frozenset(users.ids))

    @api.model
    def _is_user(self, uid):
        """Return whether a user is one of a synthetic company.

        :param int uid: empty for a request without a user
        """
        return uid in self._members().users

    @api.model
    def _owned(self, records):
        """Return those of records, all of one model, that are of a synthetic company.

        None are of it that are deleted, or of a model without a company.
        """
        companies = self._members().companies
        field = records._fields.get("company_id")
        if not companies or field is None or field.comodel_name != "res.company":
            return records.browse()
        return (
            records.sudo()
            .exists()
            .filtered(lambda record: record.company_id.id in companies)
        )

    def _in_company(self):
        """Return this in the environment of the service user, with all rights."""
        self.ensure_one()
        one = self.with_user(self.user_id).sudo()
        return one.with_context(allowed_company_ids=self.company_id.ids)

    def action_new_accounts(self):
        """Make a new API key and portal password, and show them once."""
        self.ensure_one()
        self.check_access("read")
        return self._show_new_accounts()

    @check_identity
    def _show_new_accounts(self):
        self.check_access("read")
        return self._show_accounts()

    def _show_accounts(self):
        """Make new accounts, and return an action that shows the file of a probe."""
        one = self.sudo()
        form = self.env.ref("reliability_synthetic.synthetic_accounts_view_form")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Accounts of the Probe"),
            "res_model": "res.users.apikeys.show",
            "views": [(form.id, "form")],
            "target": "new",
            "context": {"default_key": new_accounts(one.user_id, one.portal_user_id)},
        }

    def action_archive(self):
        """Archive the company with all that belongs to it; its accounts end."""
        self.check_access("read")
        self.sudo()._archive()
        return True

    def _archive(self):
        for one in self:
            ours = one._in_company()
            orders = ours._left_orders()
            is_clean = all([ours._clean_up_if_possible(order) for order in orders])
            # Users do not archive themselves, and the stock remains.
            ours = ours.with_user(SUPERUSER_ID).with_context(do_not_check_quant=True)
            users = ours.user_id | ours.portal_user_id
            end_accounts(users)
            users.active = False
            (users.partner_id | ours.partner_id).active = False
            ours.product_id.product_tmpl_id.active = False
            if is_clean:  # Odoo archives no warehouse with open transfers
                ours.warehouse_id.active = False
            ours.company_id.active = False
            ours.active = False
        self._clear_members()
