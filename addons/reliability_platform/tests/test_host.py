"""Findings from the heartbeats of hosts."""

from datetime import timedelta

from odoo.tests import TransactionCase, tagged


@tagged("-at_install", "post_install")
class TestSaturation(TransactionCase):
    def saturation(self, *samples, serving=4):
        """Return the finding for samples of checks, saturated, waiting; last first."""
        names = ("began", "checks", "saturated", "waiting")
        samples = [
            dict(zip(names, (10.0 * n, *sample), strict=True))
            for n, sample in enumerate(samples, start=1)
        ]
        host = self.env["reliability.host"].create(
            {
                "name": "one",
                "heartbeat": self.env.cr.now(),
                "report": {"serving": serving, "samples": samples, "problems": []},
            }
        )
        found = host._find_saturation()
        host.unlink()
        return found

    def test_all_workers_are_busy_for_a_while_and_requests_wait(self):
        found = self.saturation((10, 10, 3), (10, 9, 5), (10, 1, 0))
        self.assertEqual((found.part, found.whole), (4 + 5, 4))
        since = self.env.cr.now() - timedelta(seconds=20)
        self.assertAlmostEqual(found.since, since, delta=timedelta(seconds=1))

    def test_also_if_the_waiting_requests_are_not_known(self):
        self.assertTrue(self.saturation((10, 10, None), (10, 10, None)))

    def test_none_if_no_request_waits(self):
        self.assertFalse(self.saturation((10, 10, 0), (10, 10, 0)))

    def test_none_if_it_is_over(self):
        self.assertFalse(self.saturation((10, 2, 0), (10, 10, 3), (10, 10, 3)))

    def test_none_for_a_moment(self):
        self.assertFalse(self.saturation((9, 9, 3), (10, 2, 0)))
