"""What a host says of itself, and what is concluded from it."""

from datetime import timedelta

from odoo.tests import TransactionCase, tagged


@tagged("-at_install", "post_install")
class TestWorkersAreBusy(TransactionCase):
    def busy(self, *samples, serving=4):
        """Return what is found of spells, the last first: looks, full, waiting."""
        names = ("began", "looks", "full", "waiting")
        told = [
            dict(zip(names, (10.0 * n, *spell), strict=True))
            for n, spell in enumerate(samples, start=1)
        ]
        host = self.env["reliability.host"].create(
            {
                "name": "one",
                "noted": self.env.cr.now(),
                "says": {"serving": serving, "samples": told, "redis": []},
            }
        )
        found = host._busy()
        host.unlink()
        return found

    def test_where_all_are_at_work_for_a_while_and_requests_wait(self):
        found = self.busy((10, 10, 3), (10, 9, 5), (10, 1, 0))
        self.assertEqual((found.part, found.whole), (4 + 5, 4))
        since = self.env.cr.now() - timedelta(seconds=20)
        self.assertAlmostEqual(found.since, since, delta=timedelta(seconds=1))

    def test_where_it_is_not_known_whether_requests_wait(self):
        self.assertTrue(self.busy((10, 10, None), (10, 10, None)))

    def test_not_where_none_waits(self):
        self.assertFalse(self.busy((10, 10, 0), (10, 10, 0)))

    def test_not_where_it_is_over(self):
        self.assertFalse(self.busy((10, 2, 0), (10, 10, 3), (10, 10, 3)))

    def test_not_for_a_moment(self):
        self.assertFalse(self.busy((9, 9, 3), (10, 2, 0)))
