{
    "name": "Reliability - Synthetic Checks with Batch Transfers",
    "summary": "Rehearsals join no batch of transfers",
    "version": "19.0.1.0.0",
    "category": "Technical",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability_synthetic", "stock_picking_batch"],
    "auto_install": True,
}
