"""Each try of a job is on record, as it was: by a real runner, with real kills."""

import random

import jobs
import pytest

from setup import databases


@pytest.fixture(scope="module")
def queue():
    database = jobs.make_database("reliability_test_jobs")
    with jobs.Queue(database) as queue:
        yield queue
    databases.drop(database)


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


def test_the_record_is_what_the_jobs_noted_on_the_side(queue):
    queue.make(scripts(200, kills=3))
    queue.wait_until_over()
    noted = queue.noted()
    assert len(noted) == 200
    assert queue.on_record() == {
        uuid: [jobs.ENDS[way] for way in ways] for uuid, ways in noted.items()
    }
