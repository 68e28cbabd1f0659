from odoo import api, fields, models, tools
from odoo.tools import sql


class ResCompany(models.Model):
    _inherit = "res.company"

    # No prefetch: a database that is not upgraded yet can be used without the column.
    reliability_left_out = fields.Boolean(
        string="Left Out of Reliability",
        readonly=True,
        copy=False,
        prefetch=False,
        groups="base.group_system",
        help="The work of this company is not business, such as that of synthetic"
        " checks: alerts, statuses, cutoffs, impacts, objectives and gauges leave it"
        " out.",
    )

    @api.model
    @tools.ormcache()
    def _reliability_left_out(self):
        """Return the ids of the companies that are left out, archived ones, too.

        Without the column, in a database that is not upgraded yet, there are none: its
        upgrade begins a new cache.

        :rtype: frozenset[int]
        """
        if not sql.column_exists(self.env.cr, self._table, "reliability_left_out"):
            return frozenset()
        every = self.sudo().with_context(active_test=False)
        return frozenset(every.search([("reliability_left_out", "=", True)]).ids)

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        if any("reliability_left_out" in vals for vals in vals_list):
            # Odoo clears the cache before the companies exist.
            self.env.registry.clear_cache()
        return companies

    def cache_invalidation_fields(self):
        return super().cache_invalidation_fields() | {"reliability_left_out"}
