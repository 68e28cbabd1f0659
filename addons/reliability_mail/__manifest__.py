{
    "name": "Reliability - Mail",
    "summary": "Counts mails that were sent or failed, and shows those that wait",
    "version": "19.0.1.2.0",
    "category": "Productivity",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability", "mail"],
    "data": ["data/reliability_operation.xml"],
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}
