{
    "name": "Simulated Carriers",
    "summary": "For tests and the demo only: OCA's connectors call simulated carriers",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    # Not the connectors: the addon redirects those that are installed.
    "depends": ["base"],
}
