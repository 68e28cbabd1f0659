"""After uninstalling, nothing of ours is left, and the server works on."""

from setup import postgres, traffic

LEFT = """
    SELECT 'table ' || tablename FROM pg_tables
     WHERE schemaname = 'public' AND tablename LIKE 'reliability%'
    UNION ALL
    SELECT 'index ' || indexname FROM pg_indexes WHERE indexname LIKE '%reliability%'
    UNION ALL
    SELECT 'view ' || viewname FROM pg_views WHERE viewname LIKE 'reliability%'
    UNION ALL
    SELECT 'function ' || proname FROM pg_proc WHERE proname LIKE 'reliability%'
    UNION ALL
    SELECT 'trigger ' || tgname FROM pg_trigger WHERE tgname LIKE 'reliability%'
    UNION ALL
    SELECT 'sequence ' || sequencename FROM pg_sequences
     WHERE sequencename LIKE 'reliability%'
    UNION ALL
    SELECT 'column ' || column_name FROM information_schema.columns
     WHERE column_name LIKE 'reliability%'
    UNION ALL
    SELECT 'model ' || model FROM ir_model WHERE model LIKE 'reliability%'
    UNION ALL
    SELECT 'parameter ' || key FROM ir_config_parameter WHERE key LIKE 'reliability%'
    UNION ALL
    SELECT 'menu ' || id FROM ir_ui_menu WHERE name->>'en_US' = 'Reliability'
    UNION ALL
    SELECT 'data ' || name FROM ir_model_data WHERE module LIKE 'reliability%'
"""


def test_nothing_is_left_and_orders_are_confirmed(make_server, admin, database):
    # Odoo does not uninstall server-wide modules.
    not_server_wide = {"max_cron_threads": 0, "server_wide_modules": "base,rpc,web"}
    server = make_server(workers=2, options=not_server_wide)
    user = admin(server)
    user.call("ir.config_parameter", "set_param", "reliability.switched_off", "no")
    (first, second) = traffic.make_orders(user, 2)
    user.call("sale.order", "action_confirm", [first])
    found = user.call("ir.module.module", "search", [("name", "=", "reliability")])
    user.call("ir.module.module", "button_immediate_uninstall", found)
    assert postgres.psql(LEFT, database) == ""
    user.call("sale.order", "action_confirm", [second])
    assert user.call("sale.order", "read", [second], ["state"])[0]["state"] == "sale"
