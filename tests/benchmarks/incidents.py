"""The duration of the screens of incidents, with 50,000 of them in two years, and what
incidents add to each evaluation.

Prints two tables in Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import os

import _evaluations
from _one_side import print_actions, processor
from lxml import etree

from odoo import api
from odoo.orm.registry import Registry
from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

INCIDENTS, OPEN_INCIDENTS = 50_000, 100
OPEN, ALL, PIVOT, BY_MONTH = (
    "the list as it opens: incidents that are not closed",
    "the list without a filter",
    "the pivot of figures, two years by time and service",
    "the same by service, severity and month",
)
GOALS = {OPEN: 0.3, ALL: 0.3, PIVOT: 1.0}
THRESHOLDS = {OPEN: 0.15, ALL: 0.15, PIVOT: 0.85, BY_MONTH: 1.5}
"""Seconds: goals of time, limits of processor time in Python and PostgreSQL."""
MEASURES = [
    *("incidents:sum", "known:sum", "coverage:avg"),
    *("mean:avg", "median:avg", "p90:avg"),
]

_INCIDENTS = """
    INSERT INTO reliability_incident
           (number, state, kind, tier, severity, service_id, company_id, warehouse,
            warehouses, is_shared, reopened, began_at, detected_at, acknowledged_at,
            restored_at, closed_at, create_date)
    SELECT 'BENCH' || n,
           CASE WHEN n > 300 THEN 'closed'
                WHEN n %% 6 = 0 THEN 'open' WHEN n %% 6 = 1 THEN 'acknowledged'
                ELSE 'restored' END,
           CASE WHEN n %% 20 = 0 THEN 'drill' WHEN n %% 19 = 0 THEN 'false_alarm'
                ELSE 'incident' END,
           CASE WHEN n %% 3 = 0 THEN 'page' ELSE 'ticket' END,
           (ARRAY['critical', 'major', 'minor', 'minor'])[n %% 4 + 1],
           service, 1, warehouse, warehouse, false, 0,
           CASE WHEN n %% 5 > 0 THEN detected - random() * interval '20 minutes' END,
           detected,
           CASE WHEN n %% 4 > 0 OR n <= 300 AND n %% 6 = 1
                THEN detected + random() * interval '1 hour' END,
           CASE WHEN n > 300 OR n %% 6 > 1
                THEN detected + random() * interval '9 hours' END,
           CASE WHEN n > 300 THEN detected + interval '30 hours' END, detected
      FROM (SELECT n, date_trunc('second', now() AT TIME ZONE 'UTC'
                   - n * interval '2 years' / %(count)s) AS detected,
                   (ARRAY['WH', 'W2', 'W3', ''])[n / 7 %% 4 + 1] AS warehouse,
                   (%(services)s)[n / 3 %% %(last)s + 1] AS service
              FROM generate_series(1, %(count)s) AS n) AS incident
"""
_AFFECTED = """
    INSERT INTO reliability_incident_reliability_service_rel
    SELECT id, service_id FROM reliability_incident
     UNION
    SELECT id, (%(services)s)[id %% %(last)s + 1] FROM reliability_incident
     WHERE id %% 3 = 0
"""
_EVIDENCE = """
    INSERT INTO reliability_incident_evidence
           (incident_id, provider, cause, service_id, company_id, warehouse, severity,
            count, opened, since, tier, is_present, is_shared, is_sampled)
    SELECT incident.id, 'calls', 'failed', service_id, company_id, warehouse,
           CASE tier WHEN 'page' THEN 'interrupted' ELSE 'degraded' END,
           alert, detected_at, began_at, tier, state IN ('open', 'acknowledged'),
           false, false
      FROM reliability_incident AS incident
      JOIN generate_series(1, 3) AS alert
        ON alert <= CASE WHEN state IN ('open', 'acknowledged') THEN 3 ELSE 2 END
"""
_NAMED_AFTER = """
    UPDATE reliability_incident AS incident SET evidence_id = first.id
      FROM (SELECT incident_id, min(id) AS id FROM reliability_incident_evidence
             GROUP BY 1) AS first
     WHERE first.incident_id = incident.id
"""


def fill(env):
    """Make incidents, each with two alerts; every third affects two services.

    300 are not closed; 100 of them are open or acknowledged, with three present alerts.
    """
    services = env["reliability.service"].search([]).ids
    values = {"services": services, "last": len(services), "count": INCIDENTS}
    for query in (_INCIDENTS, _AFFECTED, _EVIDENCE, _NAMED_AFTER):
        env.cr.execute(query, values)
    env.cr.commit()
    for table in (
        "incident",
        "incident_evidence",
        "incident_reliability_service_rel",
    ):
        env.cr.execute(f"ANALYZE reliability_{table}")
    env.cr.commit()


def specification(model):
    """Return what a browser asks for: the fields of the list of a model."""
    arch = etree.fromstring(model.get_view(view_type="list")["arch"])
    names = arch.xpath("//field/@name")
    return {
        name: {"fields": {"display_name": {}}} if model._fields[name].relational else {}
        for name in names
    }


def screens(env):
    """Return name of a screen → function that reads its data."""
    incidents = env["reliability.incident"]
    figures = env["reliability.incident.figure"]
    fields = specification(incidents)

    def a_list(domain):
        return lambda: incidents.web_search_read(
            domain, fields, limit=80, count_limit=10001
        )

    def a_pivot(*groups):
        sets = [groups[:number] for number in range(len(groups) + 1)]
        return lambda: figures.formatted_read_grouping_sets(
            [("kind", "=", "incident")], sets, MEASURES
        )

    return {
        OPEN: a_list([("state", "!=", "closed")]),
        ALL: a_list([]),
        PIVOT: a_pivot("figure", "service_ids"),
        BY_MONTH: a_pivot("figure", "service_ids", "severity", "moment:month"),
    }


def main():
    registry = Registry(config["db_name"][0])
    with registry.cursor() as cr:
        fill(api.Environment(cr, api.SUPERUSER_ID, {}))
    with registry.cursor() as cr:
        manager = api.Environment(cr, api.SUPERUSER_ID, {}).ref("base.user_admin")
        env = api.Environment(cr, manager.id, {"tz": "Europe/Berlin"})
        clock = processor(cr)

        def side(read):
            def once(sample):
                env.invalidate_all()
                with sample.timed(clock):
                    read()

            return once

        print_actions(
            f"of {INCIDENTS:,} incidents",
            {name: side(read) for name, read in screens(env).items()},
            THRESHOLDS,
            GOALS,
        )
    print()
    with registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        _evaluations.fill(env)
        print_actions(
            f"added to an evaluation, with {OPEN_INCIDENTS} open incidents",
            _evaluations.evaluations(env, processor(cr)),
            _evaluations.THRESHOLDS,
            _evaluations.GOALS,
        )


if __name__ == "__main__":
    main()
