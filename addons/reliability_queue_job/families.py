"""The families of queued jobs: attempts, and how long jobs waited for them."""

from odoo.addons.reliability.api import (
    HISTOGRAM,
    FamilySpec,
    MetricSpec,
    register_family,
)

QUEUE_JOB = register_family(
    FamilySpec(
        "queue_job",
        "Job",
        ("channel", "job"),
        (
            MetricSpec(
                HISTOGRAM,
                "odoo_queue_job_duration_seconds",
                "How long attempts of jobs took, by how they ended.",
                ("channel", "job", "outcome"),
            ),
        ),
        service="background_work",
        operation="{job}",
        dimension="{channel}",
        is_evaluated=True,
    )
)

QUEUE_JOB_DELAY = register_family(
    FamilySpec(
        "queue_job_delay",
        "Job's Wait",
        ("channel", "attempt"),
        (
            MetricSpec(
                HISTOGRAM,
                "odoo_queue_job_delay_seconds",
                "How long jobs that could run waited for a worker.",
                ("channel", "attempt"),
            ),
        ),
        service="background_work",
        operation="{attempt}",  # whether it was the first
        dimension="{channel}",
    )
)
