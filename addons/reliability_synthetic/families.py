"""Runs of journeys on ``/metrics`` and in rollups, apart from the business's calls."""

from odoo.orm.registry import Registry

from odoo.addons.reliability.api import (
    HISTOGRAM,
    FamilySpec,
    MetricSpec,
    Series,
    guarded,
    is_measured,
    record,
    register_family,
)

from .run_result import FAILED, SLOW

SYNTHETIC = register_family(
    FamilySpec(
        "synthetic",
        "Synthetic Run",
        ("journey", "place"),
        (
            MetricSpec(
                HISTOGRAM,
                "odoo_synthetic_run_duration_seconds",
                "How long the final attempts of synthetic runs took, by how they"
                " ended.",
                ("journey", "place", "outcome"),
            ),
        ),
        service="synthetic_checks",
        operation="{journey}",
        dimension="{place}",
    )
)
_LATE = 2.0**-10
"""A latency threshold that no slow run keeps."""


@guarded
def record_run(
    registry: Registry,
    journey: str,
    place: str,
    state: str,
    seconds: float,
    limit: float,
) -> None:
    """Record the event of a run that has ended.

    Thresholds belong to steps: whether a run is in time follows from its state, not
    from its duration.

    :param journey: its code
    :param limit: of the journey, in seconds
    """
    if not is_measured(registry):
        return
    threshold = _LATE if state == SLOW else float(limit)
    series = Series(SYNTHETIC.name, registry.db_name, (journey, place), threshold)
    record(series, "failed" if state == FAILED else "success", seconds)
