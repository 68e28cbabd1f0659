"""A measured method can recurse as deep as an unmeasured one, and counts once."""

from unittest.mock import patch

from odoo.tests import TransactionCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..instrumentation.method import InstrumentedMethod
from ..instrumentation.operation import Operation
from .common import PROBE, RecordedCase

ANOTHER = Operation(get_db_name(), "sales", "another", 1.0)
DEEP = 500
ALMOST_TOO_DEEP_FOR_PYTHON = 900


@tagged("-at_install", "post_install")
class TestRecursion(RecordedCase, TransactionCase):
    def setUp(self):
        super().setUp()
        self.partners = self.env["res.partner"].search([], limit=2)

    def measure(self, method, operation=PROBE):
        """Add a method to partners, measured as in production."""
        model_class = self.env.registry["res.partner"]
        added = patch.object(model_class, method.__name__, method, create=True)
        added.start()
        self.addCleanup(added.stop)
        self.addCleanup(
            InstrumentedMethod(model_class, method.__name__, operation).leave
        )

    def call(self, method, *arguments):
        """Call a method of the first partner, and roll back, which ends the call."""
        with self.env.cr.savepoint() as savepoint:
            try:
                return getattr(self.partners[0], method)(*arguments)
            finally:
                savepoint.rollback()

    def test_a_recursive_method_counts_once_at_any_depth(self):
        def dive(partner, remaining):
            return remaining and partner.dive(remaining - 1)

        self.measure(dive)
        for depth in (DEEP, ALMOST_TOO_DEEP_FOR_PYTHON):
            self.assertEqual(self.call("dive", depth), 0)
        self.assertEqual(len(self.recorded("probe")), 2)
        self.assertFalse(self.in_flight())

    def test_a_recursive_method_on_other_records_counts_once(self):
        def pass_on(partner, remaining):
            other = self.partners - partner
            return other.pass_on(remaining - 1) if remaining else partner

        self.measure(pass_on)
        self.assertEqual(self.call("pass_on", DEEP), self.partners[0])
        (event,) = self.recorded("probe")
        self.assertEqual(event.record_id, self.partners[0].id)

    def test_two_methods_that_call_each_other_count_once_each(self):
        def ping(partner, remaining):
            return remaining and partner.pong(remaining - 1)

        def pong(partner, remaining):
            return remaining and partner.ping(remaining - 1)

        self.measure(ping)
        self.measure(pong, ANOTHER)
        self.assertEqual(self.call("ping", DEEP), 0)
        (outer,), (inner,) = self.recorded("probe"), self.recorded("another")
        self.assertEqual((outer.depth, inner.depth), (0, 1))

    @mute_logger("odoo.addons.reliability.instrumentation.guard")
    def test_endless_recursion_raises_as_without_measuring(self):
        def fall(partner):
            return partner.fall()

        self.measure(fall)
        with self.assertRaises(RecursionError):
            self.call("fall")
        self.assertEqual([e.outcome for e in self.recorded("probe")], ["failed"])
        self.assertFalse(self.in_flight())
