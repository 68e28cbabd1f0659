{
    "name": "Simulated Carriers",
    "summary": "Only for tests and the demo: OCA's connectors ask setup/carriers",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    # None of the connectors: those that are installed are redirected.
    "depends": ["base"],
}
