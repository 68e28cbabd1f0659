{
    "name": "Reliability - Probe of Jobs",
    "summary": "Only for tests: jobs that end in every way, and log it in files",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["queue_job"],
    "data": ["security/ir.model.access.csv"],
}
