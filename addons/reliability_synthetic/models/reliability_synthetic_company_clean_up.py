"""Cleaning up after checks over HTTP."""

# What checks leave is apart from what a synthetic company is.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.reliability.api import masked_logger, unmeasured

from ..company.clean_up import clean_up, lock

_logger = masked_logger(__name__)
_OLD = timedelta(hours=1)
"""No probe works on an order for so long: it was killed."""


class ReliabilitySyntheticCompany(models.Model):
    _inherit = "reliability.synthetic.company"

    @api.model
    def clean_up(self, order_ids):
        """Cancel, return and delete orders of the synthetic company; others are not.

        Only the service user may call it.  Called again, it changes nothing.

        :param list order_ids: ids of orders; those that are gone may be among them
        :return: the numbers of ``orders`` and ``transfers`` that remain of them
        """
        one = self._of_service_user()
        return one._clean_up(one._orders([("id", "in", order_ids)]))

    def _orders(self, domain):
        """Return orders of the company, in its environment.

        None of one whose work is business: nothing must be cleaned up there.
        """
        ours = Domain("company_id", "=", self.company_id.id)
        ours &= Domain("company_id.reliability_left_out", "=", True)
        return self._in_company().env["sale.order"].search(ours & Domain(domain))

    def _left_orders(self, before=None):
        """Return the orders that nobody has cleaned up.

        :param datetime before: only those that were made before
        """
        shipped = Domain("order_line.move_ids.state", "=", "done")
        left = Domain.OR(
            [
                Domain("state", "!=", "cancel"),
                Domain("order_line.qty_delivered", "!=", 0),
                ~shipped,
            ]
        )
        return self._orders(
            left & Domain("create_date", "<", before) if before else left
        )

    @api.model
    def _clean_up(self, orders):
        """Clean orders up, all or none of them, and count what remains."""
        lock(orders)
        for order in orders:
            self._before_clean_up(order)
            clean_up(order)
        remaining = orders.exists()
        return {"orders": len(remaining), "transfers": len(remaining.picking_ids)}

    @api.model
    def _clean_up_if_possible(self, order):
        """Clean an order up; one that cannot be stays as it is.

        :return: whether it is cleaned up
        """
        try:
            with self.env.cr.savepoint():
                self._clean_up(order)
        except OperationalError:
            raise  # Odoo retries the transaction, or has lost its database
        except Exception:
            _logger.exception("The synthetic order %s is not cleaned up", order.id)
            return False
        return True

    @api.model
    def _before_clean_up(self, order):
        """Undo what an order has done elsewhere; for extensions.

        :param order: it is locked, and not cleaned up yet
        """

    @api.model
    def _clean_up_left(self):
        """Clean up what probes have left that were killed: each order for itself."""
        before = fields.Datetime.now() - _OLD
        orders = [
            (company, order)
            for company in self.search([])
            for order in company._left_orders(before)
        ]
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(orders))
        for company, order in orders:
            try:
                with unmeasured():
                    company._clean_up(order)
            except Exception:
                self.env.cr.rollback()
                self.env.invalidate_all()
                _logger.exception(
                    "The synthetic order %s is cleaned up later", order.id
                )
            if not commit(1):
                break
