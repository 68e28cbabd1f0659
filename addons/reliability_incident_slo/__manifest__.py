{
    "name": "Reliability - Objectives in the Monthly Report",
    "summary": "What services achieved, and what was left of their error budgets",
    "version": "19.0.1.3.0",
    "category": "Technical",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability_incident", "reliability_slo"],
    "data": ["report/monthly_report.xml"],
    "auto_install": True,
}
