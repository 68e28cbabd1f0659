{
    "name": "Reliability - Queue Jobs",
    "summary": "Tells a job that is tried again from one that has failed",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Inventory",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability", "queue_job"],
    "auto_install": True,
}
