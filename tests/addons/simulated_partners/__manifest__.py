{
    "name": "Simulated Partners",
    "summary": "Only for tests and the demo: EDI with setup/partners",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["edi_core_oca", "queue_job", "sale"],
    "data": ["data/queue_job.xml"],
    "external_dependencies": {"python": ["pydifact"]},
}
