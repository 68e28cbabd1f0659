"""Each attempt of a job is recorded as it was, with a real runner and real kills."""

import random
from collections import Counter

import metrics
import pytest
from background.workers import OUTCOMES

CHANNEL = "root.record"


def random_scripts(count, kills):
    """Return random scripts of jobs; the first ones begin with a kill."""
    choose = random.Random(19)
    scripts = [
        [
            *choose.choices(("retry", "contend"), k=choose.choice((0, 0, 0, 1, 2))),
            choose.choices(("done", "fail", "refuse"), (8, 1, 1))[0],
        ]
        for _ in range(count)
    ]
    return [
        ["kill", *script] if number < kills else script
        for number, script in enumerate(scripts)
    ]


@pytest.fixture(scope="module")
def expected(running):
    """Expected outcomes of 200 jobs that have ended: uuid → outcome of each attempt."""
    running.reset()
    uuids = running.make(random_scripts(200, kills=3), channel=CHANNEL)
    running.wait_until_over()
    logged = running.logged(uuids)
    assert len(logged) == 200
    return {
        uuid: [OUTCOMES[command] for command in commands]
        for uuid, commands in logged.items()
    }


def test_recorded_outcomes_are_those_that_jobs_logged(running, expected):
    assert running.recorded() == expected


def test_the_delay_is_that_of_the_attempt(running, expected):
    """Not the time since the job was created."""
    for uuid, number, delay in running.rows(
        "SELECT uuid, number, delay FROM reliability_job_attempt WHERE number > 1"
        " AND started IS NOT NULL"
    ):
        assert len(expected[uuid]) >= int(number)
        assert 0 <= float(delay) < 60


def test_metrics_count_the_same_outcomes(running, expected):
    outcomes = Counter(outcome for ends in expected.values() for outcome in ends)
    duration = "odoo_queue_job_duration_seconds_count"

    def counted(samples):
        channel_samples = metrics.with_labels(samples, channel=CHANNEL)
        return {
            dict(labels)["outcome"]: value
            for (name, labels), value in channel_samples.items()
            if name == duration and value
        }

    metrics.wait_for(running.server, lambda samples: counted(samples) == outcomes)


def test_metrics_have_the_state_of_the_queue(running, expected):
    labels = (("channel", CHANNEL), ("db", running.database))
    empty = ("queue_job_channel_pending", labels), 0
    samples = metrics.wait_for(running.server, lambda samples: empty in samples.items())
    gauges = {
        name: value
        for (name, its_labels), value in samples.items()
        if its_labels == labels
    }
    root_labels = (("channel", "root"), ("db", running.database))
    assert samples["queue_job_channel_capacity", root_labels] == 4
    assert gauges["odoo_queue_job_eligible"] == 0
    assert gauges["queue_job_dead_jobs_requeued_total"] == 3
    alive = ("odoo_queue_job_runner_alive", (("db", running.database),))
    assert samples[alive] == 1
