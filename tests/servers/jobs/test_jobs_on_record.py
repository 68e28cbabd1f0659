"""Each try of a job is on record, as it was: by a real runner, with real kills."""

import random
from collections import Counter

import metrics
import pytest
from background.crew import ENDS

CHANNEL = "root.record"


def scripts(count, kills):
    """Return how the tries of jobs are to end, at random, some of them by death."""
    choose = random.Random(19)
    found = [
        [
            *choose.choices(("retry", "contend"), k=choose.choice((0, 0, 0, 1, 2))),
            choose.choices(("done", "fail", "refuse"), (8, 1, 1))[0],
        ]
        for _ in range(count)
    ]
    return [["kill", *of] if number < kills else of for number, of in enumerate(found)]


@pytest.fixture(scope="module")
def meant(running):
    """How each try of two hundred jobs meant to end, after they all have."""
    running.clear()
    made = running.make(scripts(200, kills=3), channel=CHANNEL)
    running.wait_until_over()
    noted = running.noted(made)
    assert len(noted) == 200
    return {uuid: [ENDS[way] for way in ways] for uuid, ways in noted.items()}


def test_the_record_is_what_the_jobs_noted_on_the_side(running, meant):
    assert running.on_record() == meant


def test_each_try_has_waited_until_a_worker_began_it(running, meant):
    """The delay is that of this try, not since the job was made."""
    for uuid, number, delay in running.rows(
        "SELECT uuid, number, delay FROM reliability_job_attempt WHERE number > 1"
        " AND started IS NOT NULL"
    ):
        assert len(meant[uuid]) >= int(number)
        assert 0 <= float(delay) < 60


def test_metrics_tell_as_many(running, meant):
    tries = Counter(outcome for ways in meant.values() for outcome in ways)
    duration = "odoo_queue_job_duration_seconds_count"

    def told(samples):
        found = metrics.with_labels(samples, channel=CHANNEL)
        return {
            dict(labels)["outcome"]: value
            for (name, labels), value in found.items()
            if name == duration and value
        }

    metrics.wait_for(running.server, lambda samples: told(samples) == tries)


def test_metrics_tell_of_the_queue(running, meant):
    of_channel = (("channel", CHANNEL), ("db", running.database))
    over = ("queue_job_channel_pending", of_channel), 0
    samples = metrics.wait_for(running.server, lambda samples: over in samples.items())
    told = {name: value for (name, of), value in samples.items() if of == of_channel}
    capacity = "queue_job_channel_capacity"
    of_root = (("channel", "root"), ("db", running.database))
    assert samples[capacity, of_root] == 4
    assert told["odoo_queue_job_eligible"] == 0
    assert told["queue_job_dead_jobs_requeued_total"] == 3
    alive = ("odoo_queue_job_runner_alive", (("db", running.database),))
    assert samples[alive] == 1
