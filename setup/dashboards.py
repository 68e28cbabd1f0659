"""Grafana's dashboards in ``deploy/grafana``, made from the queries below.

``python -m setup.dashboards`` writes them.  ``$db`` and ``$service`` are chosen on the
dashboard; the data source is, too.
"""

import json
from typing import NamedTuple

from . import paths

FOLDER = paths.ROOT / "deploy" / "grafana"
WIDTH, HEIGHT = 12, 8
"""Of a panel; a row is 24 wide."""

CALLS = "odoo_operation_duration_seconds"
REQUESTS = "odoo_http_server_request_duration_seconds"
USED = "odoo_database_used_seconds_total"
FAILED = 'outcome=~"failed|killed|unknown"'
ENDED = 'outcome!~"retried|rolled_back"'
TENANCY = "* on (db) group_left (tenancy) max by (db, tenancy) (odoo_database_info)"


class Panel(NamedTuple):
    """A chart.

    :ivar query: in PromQL
    :ivar legend: of a series, with its labels in ``{{}}``
    :ivar unit: as Grafana names it
    """

    title: str
    query: str
    legend: str = "{{db}}"
    unit: str = "short"


class Dashboard(NamedTuple):
    """A page of charts.

    :ivar choices: variable → query of its values
    """

    title: str
    panels: tuple[Panel, ...]
    choices: dict[str, str]


def rate(metric, labels="", by="db"):
    """Return the sum of the rates of a counter."""
    return f"sum by ({by}) (rate({metric}{{{labels}}}[$__rate_interval]))"


def ratio(metric, part, whole, labels="", by="db"):
    """Return the ratio of two sums of the same counter; none without a call."""
    above, below = (
        rate(metric, ", ".join(filter(None, (labels, chosen))), by)
        for chosen in (part, whole)
    )
    return f"({above} or {below} * 0) / {below}"


def quantile(share, metric, labels="", by="db"):
    """Return a quantile of a histogram."""
    return (
        f"histogram_quantile({share}, {rate(f'{metric}_bucket', labels, f'{by}, le')})"
    )


def by_tenancy(metric, labels="", more=""):
    """Return the sum of the rates of a counter by the tenancy of its database."""
    rates = f"rate({metric}{{{labels}}}[$__rate_interval])"
    return f"sum by (tenancy{more}) ({rates} {TENANCY})"


def share(resource, across="sum"):
    """Return the share of each database in a resource, and the fair share.

    A database wants a resource if it uses a hundredth of a unit.

    :param across: how hosts are joined: ``max`` where all of them show the same
    """
    labels = f'resource="{resource}"'
    chosen, every = (
        f"{across} by (db) (rate({USED}{{{found}}}[$__rate_interval]))"
        for found in (f"{DB}, {labels}", labels)
    )
    fair = f'label_replace(1 / count({every} > 0.01), "db", "fair share", "", "")'
    return f"{chosen} / on () group_left () sum({every}) or {fair}"


def of_a_database(resource):
    """Return what a database uses of a resource on average, by tenancy."""
    used = by_tenancy(USED, f'resource="{resource}"')
    return f"{used} / count by (tenancy) (max by (db, tenancy) (odoo_database_info))"


CHOOSE_DB = {"db": "label_values(odoo_database_info, db)"}
CHOOSE_SERVICE = {
    **CHOOSE_DB,
    "service": f'label_values({CALLS}_count{{db=~"$db"}}, service)',
}
DB = 'db=~"$db"'
SERVICE = f'{DB}, service=~"$service"'
OF_SERVICE = "and on (db, slo) odoo_slo_objective_ratio{" + SERVICE + "}"

DASHBOARDS = {
    "fleet": Dashboard(
        "Odoo: fleet",
        (
            Panel(
                "Databases",
                "count by (tenancy) (max by (db, tenancy) (odoo_database_info))",
                "{{tenancy}}",
            ),
            Panel(
                "Incidents that are not closed",
                "sum by (severity) (odoo_incidents) or on () vector(0)",
                "{{severity}}",
            ),
            Panel(
                "Least error budget left",
                "min by (db) (odoo_slo_error_budget_remaining_ratio)",
                unit="percentunit",
            ),
            Panel("Problems of the platform", "sum(odoo_platform_problem)", "problems"),
            Panel("Calls", rate(f"{CALLS}_count", 'outcome="success"'), unit="ops"),
            Panel(
                "Calls that fail",
                ratio(f"{CALLS}_count", FAILED, ENDED),
                unit="percentunit",
            ),
            Panel(
                "Age of the health evaluation",
                "time() - max by (db) (odoo_reliability_evaluated_timestamp_seconds)",
                unit="s",
            ),
            Panel("Servers with metrics", "sum by (job) (up)", "{{job}}"),
        ),
        {},
    ),
    "tenants": Dashboard(
        "Odoo: tenant against tenant",
        (
            Panel("Requests", rate(f"{REQUESTS}_count", DB), unit="reqps"),
            Panel("95th percentile", quantile(0.95, REQUESTS, DB), unit="s"),
            Panel("Workers in use", rate(f"{REQUESTS}_sum", DB), unit="short"),
            Panel(
                "Requests with errors",
                ratio(f"{REQUESTS}_count", 'error_type!=""', "", DB),
                unit="percentunit",
            ),
            Panel(
                "Time in PostgreSQL",
                rate("odoo_operation_sql_seconds_total", DB),
                unit="s",
            ),
            Panel(
                "Waiting for locks",
                f"sum by (db) (rate(odoo_lock_waiting_seconds_total{{{DB}}}"
                "[$__rate_interval])) or max by (db) (odoo_database_info) * 0",
                unit="s",
            ),
            Panel("Share of the workers", share("workers"), unit="percentunit"),
            Panel("Share of the processors", share("processor"), unit="percentunit"),
            Panel(
                "Share of PostgreSQL's time",
                share("postgres", "max"),
                unit="percentunit",
            ),
            Panel(
                "Share of PostgreSQL's connections",
                share("connections", "max"),
                unit="percentunit",
            ),
            Panel("Share of the jobs that run", share("queue"), unit="percentunit"),
            Panel(
                "Jobs that wait for a worker",
                f"sum by (db) (odoo_queue_job_eligible{{{DB}}})",
            ),
            Panel(
                "Error budget left",
                f"min by (db, slo) (odoo_slo_error_budget_remaining_ratio{{{DB}}})",
                "{{db}} {{slo}}",
                "percentunit",
            ),
        ),
        CHOOSE_DB,
    ),
    "tenancy": Dashboard(
        "Odoo: shared against dedicated",
        (
            Panel("Requests", by_tenancy(f"{REQUESTS}_count"), "{{tenancy}}", "reqps"),
            Panel(
                "95th percentile of requests",
                "histogram_quantile(0.95, "
                f"{by_tenancy(f'{REQUESTS}_bucket', more=', le')})",
                "{{tenancy}}",
                "s",
            ),
            Panel(
                "Workers in use by a database", of_a_database("workers"), "{{tenancy}}"
            ),
            Panel(
                "Processors in use by a database",
                of_a_database("processor"),
                "{{tenancy}}",
            ),
            Panel(
                "Calls that fail",
                f"({by_tenancy(f'{CALLS}_count', FAILED)}"
                f" or {by_tenancy(f'{CALLS}_count', ENDED)} * 0)"
                f" / {by_tenancy(f'{CALLS}_count', ENDED)}",
                "{{tenancy}}",
                "percentunit",
            ),
            Panel(
                "Time in PostgreSQL of a call",
                f"{by_tenancy('odoo_operation_sql_seconds_total')}"
                f" / {by_tenancy(f'{CALLS}_count')}",
                "{{tenancy}}",
                "s",
            ),
            Panel(
                "Least error budget left",
                f"min by (tenancy) (odoo_slo_error_budget_remaining_ratio {TENANCY})",
                "{{tenancy}}",
                "percentunit",
            ),
            Panel(
                "Longest time to clear a queue of jobs",
                f"max by (tenancy) (odoo_queue_job_time_to_clear_seconds {TENANCY})",
                "{{tenancy}}",
                "s",
            ),
        ),
        {},
    ),
    "service": Dashboard(
        "Odoo: service",
        (
            Panel(
                "Calls by outcome",
                rate(f"{CALLS}_count", SERVICE, "outcome"),
                "{{outcome}}",
                "ops",
            ),
            Panel(
                "Calls that fail, by operation",
                ratio(f"{CALLS}_count", FAILED, ENDED, SERVICE, "operation"),
                "{{operation}}",
                "percentunit",
            ),
            Panel(
                "Median",
                quantile(0.5, CALLS, SERVICE, "operation"),
                "{{operation}}",
                "s",
            ),
            Panel(
                "95th percentile",
                quantile(0.95, CALLS, SERVICE, "operation"),
                "{{operation}}",
                "s",
            ),
            Panel(
                "Time in PostgreSQL of a call",
                f"{rate('odoo_operation_sql_seconds_total', SERVICE, 'operation')}"
                f" / {rate(f'{CALLS}_count', SERVICE, 'operation')}",
                "{{operation}}",
                "s",
            ),
            Panel(
                "Computing time of a call",
                f"{rate('odoo_operation_cpu_seconds_total', SERVICE, 'operation')}"
                f" / {rate(f'{CALLS}_count', SERVICE, 'operation')}",
                "{{operation}}",
                "s",
            ),
            Panel(
                "Calls in progress",
                f"sum by (operation) (odoo_operation_in_progress{{{SERVICE}}})",
                "{{operation}}",
            ),
            Panel(
                "Error budget left",
                f"odoo_slo_error_budget_remaining_ratio{{{DB}}} {OF_SERVICE}",
                "{{db}} {{slo}} {{warehouse}}",
                "percentunit",
            ),
            Panel(
                "Burn rate of the last hour",
                f'odoo_slo_burn_rate{{{DB}, window="1h"}} {OF_SERVICE}',
                "{{db}} {{slo}} {{warehouse}}",
            ),
        ),
        CHOOSE_SERVICE,
    ),
    "platform": Dashboard(
        "Odoo: platform",
        (
            Panel(
                "Problems",
                "max by (code, subject) (odoo_platform_problem)",
                "{{code}} {{subject}}",
            ),
            Panel("PostgreSQL responds", "min(odoo_postgres_up)", "PostgreSQL"),
            Panel(
                "Connections left", "min(odoo_postgres_connections_left)", "connections"
            ),
            Panel("Commit", "max(odoo_postgres_commit_seconds)", "commit", "s"),
            Panel(
                "Transactions left until writes are refused",
                "min(odoo_postgres_transactions_left)",
                "transactions",
            ),
            Panel(
                "Busy workers",
                "sum by (instance) (odoo_http_workers_busy)"
                " / sum by (instance) (odoo_http_workers)",
                "{{instance}}",
                "percentunit",
            ),
            Panel(
                "Jobs: time to clear",
                "max by (db, channel) (odoo_queue_job_time_to_clear_seconds)",
                "{{db}} {{channel}}",
                "s",
            ),
            Panel(
                "CPU pressure",
                "odoo_host_cpu_pressure_ratio",
                "{{instance}}",
                "percentunit",
            ),
            Panel(
                "Memory left",
                "odoo_host_memory_available_bytes",
                "{{instance}}",
                "bytes",
            ),
            Panel("Disk: a write", "odoo_host_disk_write_seconds", "{{instance}}", "s"),
            Panel(
                "Telemetry folder: memory left",
                "odoo_host_shared_memory_free_bytes",
                "{{instance}}",
                "bytes",
            ),
            Panel(
                "Clock offset", "odoo_host_clock_offset_seconds", "{{instance}}", "s"
            ),
            Panel("Redis: response", "odoo_redis_ping_seconds", "{{use}}", "s"),
            Panel("Redis: memory", "odoo_redis_memory_bytes", "{{use}}", "bytes"),
            Panel(
                "Ingress: servers that get requests",
                "min by (ingress) (odoo_ingress_servers_up)",
                "{{ingress}}",
            ),
            Panel(
                "Ingress: certificate ends in",
                "min by (ingress) (odoo_ingress_certificate_seconds_left)",
                "{{ingress}}",
                "s",
            ),
            Panel(
                "Ingress: errors that Odoo never saw",
                rate("odoo_ingress_unseen_requests_total", by="ingress, status")
                + " or max by (ingress) (odoo_ingress_up) * 0",
                "{{ingress}} {{status}}",
                "reqps",
            ),
        ),
        {},
    ),
}
"""Name of the file → dashboard."""


def model(name, dashboard):
    """Return a dashboard as Grafana imports it."""
    source = {"type": "prometheus", "uid": "${datasource}"}
    choices = [
        {
            "name": choice,
            "type": "query",
            "datasource": source,
            "query": query,
            "refresh": 2,
            "multi": True,
            "includeAll": True,
            "allValue": ".*",
        }
        for choice, query in dashboard.choices.items()
    ]
    datasource = {"name": "datasource", "type": "datasource", "query": "prometheus"}
    return {
        "uid": f"odoo-{name}",
        "title": dashboard.title,
        "tags": ["odoo"],
        "schemaVersion": 39,
        "refresh": "1m",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [datasource, *choices]},
        "panels": [
            _chart(number, panel, source)
            for number, panel in enumerate(dashboard.panels)
        ],
    }


def _chart(number, panel, source):
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "datasource": source,
        "gridPos": {
            "x": number % 2 * WIDTH,
            "y": number // 2 * HEIGHT,
            "w": WIDTH,
            "h": HEIGHT,
        },
        "fieldConfig": {"defaults": {"unit": panel.unit}},
        "targets": [{"refId": "A", "expr": panel.query, "legendFormat": panel.legend}],
    }


def write():
    """Write all dashboards."""
    for name, dashboard in DASHBOARDS.items():
        content = json.dumps(model(name, dashboard), indent=4)
        (FOLDER / f"{name}.json").write_text(content + "\n")


if __name__ == "__main__":
    write()
