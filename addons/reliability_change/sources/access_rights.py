"""Access rights and record rules: thousands of them, so they are read by SQL."""

from odoo.tools import SQL

from .found import XML_IDS, Found, personal, xml_ids

# Several groups have the same name, such as Administrator.
_GROUPS = f"""
    WITH groups AS (
        SELECT res_groups.id, coalesce(known.name, 'group ' || res_groups.id) AS name
          FROM res_groups
          LEFT JOIN ({XML_IDS}) AS known (id, name) ON known.id = res_groups.id
    )
"""
_RIGHTS = """
    SELECT rights.id,
           concat_ws(', ',
               CASE WHEN rights.active IS NOT TRUE THEN 'not active' END,
               model.model, coalesce(groups.name, 'everybody'),
               CASE WHEN rights.perm_read THEN 'read' END,
               CASE WHEN rights.perm_write THEN 'write' END,
               CASE WHEN rights.perm_create THEN 'create' END,
               CASE WHEN rights.perm_unlink THEN 'delete' END)
      FROM ir_model_access AS rights
      JOIN ir_model AS model ON model.id = rights.model_id
      LEFT JOIN groups ON groups.id = rights.group_id
"""
_RULES = """
    SELECT rule.id,
           concat_ws(', ',
               CASE WHEN rule.active IS NOT TRUE THEN 'not active' END,
               model.model,
               coalesce(
                   (SELECT string_agg(groups.name, ', ' ORDER BY groups.name)
                      FROM rule_group_rel AS of_rule
                      JOIN groups ON groups.id = of_rule.group_id
                     WHERE of_rule.rule_group_id = rule.id), 'everybody'),
               CASE WHEN rule.perm_read THEN 'read' END,
               CASE WHEN rule.perm_write THEN 'write' END,
               CASE WHEN rule.perm_create THEN 'create' END,
               CASE WHEN rule.perm_unlink THEN 'delete' END,
               rule.domain_force)
      FROM ir_rule AS rule
      JOIN ir_model AS model ON model.id = rule.model_id
"""

_QUERIES = {"ir.model.access": ("right ", _RIGHTS), "ir.rule": ("rule ", _RULES)}
"""Model → the prefix of keys, and a query of id and text."""


def read(env):
    """Return access rights and record rules, each as one text."""
    items, records = {}, {}
    for model, (prefix, query) in _QUERIES.items():
        names = xml_ids(env, model)
        for row, text in env.execute_query(SQL(_GROUPS + query, "res.groups")):
            key = prefix + names.get(row, str(row))
            items[key] = personal(env, model, text)
            records[key] = (model, row)
    return Found(items, records)
