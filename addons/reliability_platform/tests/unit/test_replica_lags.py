"""How far the replicas of a Redis are behind."""

from unittest import TestCase

from ...watch.redis.redis_info import RedisState
from ...watch.redis.replica_lags import ReplicaLags


def primary(at, written, run="first", **offsets):
    """Return the state of a primary.

    :param offsets: host of a replica → how much it has confirmed
    """
    replicas = {
        f"slave{number}": {"ip": ip, "port": 1, "state": "online", "offset": offset}
        for number, (ip, offset) in enumerate(offsets.items())
    }
    numbers = {"master_repl_offset": written, "connected_slaves": len(replicas)}
    info = {"role": "master", "run_id": run, **numbers, **replicas}
    return RedisState(float(at), info=info)


class TestReplicaLags(TestCase):
    def setUp(self):
        super().setUp()
        self.lags = ReplicaLags()

    def update(self, *arguments, **offsets):
        return self.lags.update(primary(*arguments, **offsets))

    def test_a_replica_with_all_of_the_last_check_does_not_lag(self):
        self.update(0, 100, one=100)
        self.assertEqual(self.update(10, 200, one=150), {"one:1": 0})

    def test_it_lags_since_the_primary_had_more(self):
        for at, written in ((0, 100), (10, 200), (20, 300)):
            self.update(at, written, one=100)
        self.assertEqual(self.update(30, 400, one=100), {"one:1": 20})
        self.assertEqual(self.update(40, 400, one=250), {"one:1": 20})
        self.assertEqual(self.update(50, 400, one=400), {"one:1": 0})

    def test_one_that_has_gone_lags(self):
        self.update(0, 100, one=100, two=100)
        self.update(10, 200, two=200)
        self.assertEqual(self.update(30, 300, two=300), {"one:1": 20, "two:1": 0})

    def test_one_that_was_replaced_by_another_does_not_lag(self):
        self.update(0, 100, one=100, two=100)
        self.update(10, 200, two=200)
        expected = {"two:1": 0, "three:1": 0}
        self.assertEqual(self.update(20, 300, two=300, three=300), expected)

    def test_after_an_hour_one_that_has_gone_no_longer_counts(self):
        self.update(0, 100, one=100, two=100)
        self.assertIn("one:1", self.update(3599, 200, two=200))
        self.assertEqual(self.update(3600, 300, two=300), {"two:1": 0})
        self.assertEqual(self.update(3610, 300, two=300), {"two:1": 0})

    def test_a_primary_that_was_restarted_counts_anew(self):
        self.update(0, 100, one=100)
        self.update(10, 200, one=100)
        self.assertEqual(self.update(20, 0, "second"), {})

    def test_a_replica_that_still_copies_is_not_counted(self):
        state = primary(0, 100, one=50)
        state.info["slave0"]["state"] = "send_bulk"
        self.assertEqual(self.lags.update(state), {})

    def test_a_replica_that_has_not_confirmed_anything_is_not_counted(self):
        self.assertEqual(self.update(0, 100, one=0), {})

    def test_a_replica_has_none(self):
        self.update(0, 100, one=100)
        state = RedisState(10.0, info={"role": "slave", "run_id": "first"})
        self.assertEqual(self.lags.update(state), {})
