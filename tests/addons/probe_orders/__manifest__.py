{
    "name": "Probe of Orders",
    "summary": "Only for tests: orders that do what they must not",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["delivery", "sale_management"],
}
