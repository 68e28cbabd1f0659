{
    "name": "Reliability - Probe of the Inbound API",
    "summary": "Only for tests: messages that can kill their worker",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability_inbound"],
    "data": ["security/ir.model.access.csv"],
}
