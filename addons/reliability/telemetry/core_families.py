"""The families of the core: calls of operations, requests and scheduled actions; the
answers to probes, and starts of Odoo's processes."""

from .families import (
    COUNTER,
    HISTOGRAM,
    IN_PROGRESS,
    FamilySpec,
    MetricSpec,
    register_family,
)

_LABELS = ("service", "operation", "company", "warehouse")

OPERATION = register_family(
    FamilySpec(
        "operation",
        "Operation",
        (*_LABELS, "dimension"),
        (
            MetricSpec(
                HISTOGRAM,
                "odoo_operation_duration_seconds",
                "How long calls took, by how their transaction ended.",
                (*_LABELS, "outcome", "dimension"),
                optional="dimension",
            ),
            *(
                MetricSpec(
                    COUNTER,
                    name,
                    text,
                    (*_LABELS, "dimension"),
                    value,
                    optional="dimension",
                )
                for name, text, value in (
                    (
                        "odoo_operation_sql_seconds",
                        "Time that calls spent in PostgreSQL, nested calls included.",
                        "sql",
                    ),
                    (
                        "odoo_operation_cpu_seconds",
                        "Time that calls spent computing, nested calls included.",
                        "cpu",
                    ),
                    (
                        "odoo_operation_sql_queries",
                        "SQL statements that calls executed, nested calls included.",
                        "queries",
                    ),
                    (
                        "odoo_operation_records",
                        "Records that operations were called on.",
                        "records",
                    ),
                )
            ),
            MetricSpec(
                IN_PROGRESS,
                "odoo_operation_in_progress",
                "Calls that are inside their method now.",
                ("service", "operation"),
            ),
        ),
        service="{service}",
        operation="{operation}",
        company="{company}",
        warehouse="{warehouse}",
        dimension="{dimension}",
        is_of_company=True,
        is_evaluated=True,
    )
)

_ROUTE = (
    "http_route",
    "http_request_method",
    "http_response_status_code",
    "error_type",
)

HTTP = register_family(
    FamilySpec(
        "http",
        "Request",
        (*_ROUTE, "service"),
        (
            MetricSpec(
                HISTOGRAM,
                "odoo_http_server_request_duration_seconds",
                "How long requests took, until their answer began.",
                _ROUTE,
                lost_outcome="error_type",
            ),
        ),
        service="{service}",
        operation="{http_request_method} {http_route}",
        dimension="{http_response_status_code} {error_type}",
        is_evaluated=True,
    )
)

HTTP_WAITING = register_family(
    FamilySpec(
        "http_waiting",
        "Wait for a Worker",
        (),
        (
            MetricSpec(
                HISTOGRAM,
                "odoo_http_server_request_waiting_seconds",
                "How long requests waited for a worker, according to the proxy's"
                " X-Request-Start.",
                (),
            ),
        ),
    )
)

CRON = register_family(
    FamilySpec(
        "cron",
        "Scheduled Action",
        ("cron",),
        (
            MetricSpec(
                HISTOGRAM,
                "odoo_cron_duration_seconds",
                "How long scheduled actions took, by how they ended.",
                ("cron", "outcome"),
            ),
        ),
        service="background_work",
        operation="{cron}",
        is_evaluated=True,
    )
)

CRON_DELAY = register_family(
    FamilySpec(
        "cron_delay",
        "Late Start",
        ("cron",),
        (
            MetricSpec(
                HISTOGRAM,
                "odoo_cron_delay_seconds",
                "How much later than planned scheduled actions began.",
                ("cron",),
            ),
        ),
        service="background_work",
        operation="{cron}",
    )
)

PROBE_ANSWER = register_family(
    FamilySpec(
        "probe_answer",
        "Answer to a Probe",
        ("probe", "status"),
        (
            MetricSpec(
                COUNTER,
                "odoo_probe_answers",
                "Answers to /reliability/live and /reliability/ready, by HTTP status.",
                ("probe", "status"),
                "count",
            ),
        ),
        operation="{probe}",
        dimension="{status}",
    )
)

PROCESS_START = register_family(
    FamilySpec(
        "process_start",
        "Start of a Process",
        ("process",),
        (
            MetricSpec(
                COUNTER,
                "odoo_process_starts",
                "How often processes of Odoo's server have started.",
                ("process",),
                "count",
            ),
        ),
        operation="{process}",
    )
)
