"""How soon somebody has to act, and how bad an incident is."""

import pytest
from reliability_incident.tiers import severity_of, tier_of, worst_severity, worst_tier


@pytest.mark.parametrize(
    ("severity", "values", "tier"),
    [
        ("interrupted", None, "page"),
        ("degraded", {}, "ticket"),
        ("information", None, "information"),
        ("degraded", {"tier": "page"}, "page"),
        ("information", {"tier": "ticket"}, "ticket"),
        ("degraded", {"tier": "now"}, "ticket"),
        ("unheard of", None, "information"),
    ],
)
def test_interrupted_is_a_page_and_an_alert_may_say_otherwise(severity, values, tier):
    assert tier_of(severity, values) == tier


@pytest.mark.parametrize(
    ("tier", "criticality", "sites", "severity"),
    [
        ("page", "critical", 2, "critical"),
        ("page", "high", 1, "major"),
        ("page", "low", 1, "minor"),
        ("page", "low", 2, "major"),
        ("ticket", "critical", 2, "major"),
        ("ticket", "critical", 1, "minor"),
        ("ticket", "medium", 1, "minor"),
    ],
)
def test_severity_follows_criticality_and_breadth(tier, criticality, sites, severity):
    assert severity_of(tier, criticality, sites) == severity


def test_the_worst_of_none_is_the_mildest():
    assert worst_tier([]) == "information"
    assert worst_severity([]) == "minor"
    assert worst_tier(["ticket", "page", "information"]) == "page"
