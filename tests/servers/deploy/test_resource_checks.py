"""The checks of resources see what Kubernetes would refuse."""

import copy

from manifests import OVERLAYS, definition_errors, of_kind


def test_a_wrong_value_and_an_unknown_field_are_found():
    route = copy.deepcopy(of_kind(OVERLAYS[0], "IngressRoute")["odoo"])
    route["spec"]["routes"] = 3
    monitor = copy.deepcopy(of_kind(OVERLAYS[0], "PodMonitor")["odoo"])
    monitor["spec"]["podMetricsEndpoints"][0]["portt"] = "metrics"
    errors = definition_errors([route, monitor])
    assert any("routes must be array" in error for error in errors)
    assert any("portt" in error for error in errors)
