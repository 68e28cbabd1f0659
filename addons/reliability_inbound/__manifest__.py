{
    "name": "Reliability - Inbound API",
    "summary": "One route for messages from other systems, each with a key of its own",
    "version": "19.0.1.0.0",
    "category": "Technical",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability"],
    "data": [
        "security/ir.model.access.csv",
        "views/reliability_inbound_key_views.xml",
        "views/reliability_inbound_message_views.xml",
        "views/menus.xml",
    ],
    "uninstall_hook": "uninstall_hook",
}
