"""The family of attempts to reach a partner system."""

from odoo.addons.reliability.api import (
    HISTOGRAM,
    FamilySpec,
    MetricSpec,
    register_family,
)

INTEGRATION = register_family(
    FamilySpec(
        "integration",
        "Attempt",
        ("service", "integration", "kind", "operation"),
        (
            MetricSpec(
                HISTOGRAM,
                "odoo_integration_attempt_duration_seconds",
                "How long attempts to reach a partner system took, by how they ended.",
                # One that has moved to another service is still the same system.
                ("integration", "kind", "operation", "outcome"),
            ),
        ),
        service="{service}",
        operation="{operation}",
        dimension="{integration}",
    )
)
