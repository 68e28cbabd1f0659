"""A family of the probe's own, with all that an addon has to write for one."""

from odoo.addons.reliability.api import (
    COUNTER,
    HISTOGRAM,
    FamilySpec,
    MetricSpec,
    register_family,
)

PROBE = register_family(
    FamilySpec(
        "probe",
        "Probe",
        ("dock", "size"),
        (
            MetricSpec(
                HISTOGRAM,
                "odoo_probe_duration_seconds",
                "How long a probe took.",
                ("dock", "outcome"),
            ),
            MetricSpec(
                COUNTER, "odoo_probe_sizes", "Probes by size.", ("size",), "count"
            ),
        ),
        service="platform",
        operation="probe at {dock}",
        dimension="{size}",
    )
)
