"""What remains in the synthetic company, and what it has changed elsewhere."""

import json

from rehearsing.traces import traces

from setup import postgres
from setup.synthetic_company import COMPANY

_LEFT = """
    SELECT json_object_agg(what, count) FROM (
        SELECT 'orders ' || state AS what, count(*) FROM sale_order
         WHERE company_id = {company} GROUP BY 1
         UNION ALL
        SELECT concat_ws(' ', 'transfers', kind.code, transfer.state), count(*)
          FROM stock_picking AS transfer
          JOIN stock_picking_type AS kind ON kind.id = picking_type_id
         WHERE transfer.company_id = {company} GROUP BY 1
         UNION ALL
        SELECT 'invoices', count(*) FROM account_move WHERE company_id = {company}
        HAVING count(*) > 0
         UNION ALL
        SELECT 'messages of deleted orders', count(*) FROM mail_message
         WHERE model = 'sale.order' AND res_id NOT IN (SELECT id FROM sale_order)
        HAVING count(*) > 0
         UNION ALL
        SELECT 'files of deleted orders', count(*) FROM ir_attachment
         WHERE res_model = 'sale.order' AND res_id NOT IN (SELECT id FROM sale_order)
        HAVING count(*) > 0
    ) AS remaining
"""
_STOCK = """
    SELECT json_object_agg(usage, quantities) FROM (
        SELECT usage, array[sum(quantity), sum(reserved_quantity)] AS quantities
          FROM stock_quant JOIN stock_location AS location
               ON location.id = stock_quant.location_id
         WHERE product_id = {product} GROUP BY 1) AS stock
"""
_NOT_RETURNED = """
    SELECT count(*) FROM sale_order AS ordered
     WHERE company_id = {company} AND ARRAY['incoming', 'outgoing'] <> ARRAY(
               SELECT kind.code::text FROM stock_picking AS transfer
                 JOIN stock_picking_type AS kind ON kind.id = picking_type_id
                WHERE transfer.sale_id = ordered.id ORDER BY 1)
"""
_SEQUENCES = """
    SELECT coalesce(json_agg(id), '[]') FROM ir_sequence WHERE company_id = {company}
"""
_OF_DOCUMENTS = {
    *("sale_order", "sale_order_line", "stock_picking", "stock_move"),
    *("stock_move_line", "stock_move_move_rel", "stock_quant", "stock_reference"),
    *("stock_reference_sale_rel", "stock_reference_move_rel", "mail_message"),
    *("mail_tracking_value", "mail_followers"),
    "mail_followers_mail_message_subtype_rel",
}
_OF_LOGINS = {"res_users_log", "res_device_log"}
_UNTIL_COLLECTED = {
    *("mail_compose_message", "mail_compose_message_res_partner_rel"),
    *("stock_return_picking_line", "bus_bus", "ir_cron_trigger", "ir_cron_progress"),
}
"""Odoo's garbage collection deletes them after some hours."""
_STYLES = {"ir_attachment"}
"""Odoo stores those of a report when the first one is printed."""
_MAY_GROW = _OF_DOCUMENTS | _OF_LOGINS | _UNTIL_COLLECTED | _STYLES


class Left:
    """What remains in the synthetic company.

    :ivar documents: orders and transfers by state
    :ivar stock: kind of location → quantity of its product, and reserved quantity
    :ivar not_returned: orders without exactly one delivery and one return
    :ivar counted: orders and transfers, as the form counts them
    """

    def __init__(self, database, admin):
        fields = ["company_id", "product_id", "order_count", "transfer_count"]
        (found,) = admin.call(COMPANY, "search_read", [], fields)
        self._database = database
        self._ids = {
            "company": found["company_id"][0],
            "product": found["product_id"][0],
        }
        self.documents = self._read(_LEFT) or {}
        self.stock = self._read(_STOCK)
        self.not_returned = self._read(_NOT_RETURNED)
        self.counted = found["order_count"], found["transfer_count"]

    def elsewhere(self):
        """Return rows by table, numbers and quantities that are not of the company."""
        found = traces(self._database)
        left_out = {f"rows: {table}" for table in _MAY_GROW}
        for number in self._read(_SEQUENCES):
            left_out.add(f"number: ir_sequence_{number:03d}")
        ours = f"quantities: {self._ids['product']} in "
        return {
            what: value
            for what, value in found.items()
            if what not in left_out and not what.startswith((ours, "unreferenced file"))
        }

    def _read(self, query):
        answer = postgres.psql(query.format(**self._ids), self._database)
        return json.loads(answer) if answer else None
