-- A copy notifies no system outside Odoo: notifications check database.is_neutralized.
SELECT;
