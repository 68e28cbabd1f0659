{
    "name": "Reliability - Probe",
    "summary": "Only for tests: a method that can kill its worker",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability", "sale_management"],
    "data": ["security/ir.model.access.csv", "data/confirmation.xml"],
}
