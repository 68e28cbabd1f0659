"""An addon measures a family of its own by one registration.

The collector's process does not have the addon: it learns the family from the workers.
"""

import os
import signal

import probe
import pytest
from metrics import wait_for
from waiting import wait_until

from setup import postgres

SECONDS = 2.5
DURATIONS = "odoo_probe_duration_seconds"
ROLLUPS = (
    "SELECT service, operation, dimension, sum(count), sum(seconds)"
    " FROM reliability_rollup_hour AS rollup"
    " JOIN reliability_series AS series ON series.id = rollup.series_id"
    " WHERE family = 'probe' GROUP BY 1, 2, 3"
)


def durations(samples):
    """Return the sum and the number of the probe's durations."""
    wanted = {("dock", "north"), ("outcome", "success")}
    return tuple(
        sum(
            value
            for (name, labels), value in samples.items()
            if name == f"{DURATIONS}_{part}" and wanted <= set(labels)
        )
        for part in ("sum", "count")
    )


@pytest.fixture
def recorded(server, user):
    """Record an event; return how many there are, and their seconds."""
    before = durations(wait_for(server, lambda s: s))
    assert probe.work(user, "record", SECONDS)
    expected = before[0] + SECONDS, before[1] + 1
    wait_for(server, lambda s: durations(s) == expected)
    return expected


def test_it_is_on_metrics_also_after_a_restart_of_the_collector(server, recorded):
    os.kill(server.collector_pid(), signal.SIGKILL)
    wait_until(server.collector_pid, "no new collector")
    samples = wait_for(server, lambda s: durations(s) == recorded)
    sizes = {
        value
        for (name, labels), value in samples.items()
        if name == "odoo_probe_sizes_total" and ("size", "small") in labels
    }
    assert sizes == {recorded[1]}


def test_it_is_in_rollups_query_and_report(server, user, recorded):
    seconds, count = recorded
    row = f"platform|probe at north|small|{int(count)}|{seconds:g}"
    wait_until(lambda: postgres.psql(ROLLUPS, server.database).strip() == row, row)
    (group,) = user.call(
        "reliability.report",
        "formatted_read_group",
        [("family", "=", "probe")],
        ["name"],
        ["count:sum"],
    )
    assert (group["name"], group["count:sum"]) == ("probe at north", count)
    fields = user.call("reliability.report", "fields_get", ["family"])
    assert ["probe", "Probe"] in fields["family"]["selection"]
