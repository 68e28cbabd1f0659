"""Whatever of ours breaks, the business goes on, and what was missed is counted."""

# On a connection of its own, this commits.
# pylint: disable=invalid-commit

import sys
from pathlib import Path

from odoo import api
from odoo.service import model as service_model
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..runtime import guard
from ..runtime.measuring import measuring
from ..runtime.recording import recorder
from .common import CommittedCase

OURS = Path(guard.__file__).parents[1]
LAYERS = ("runtime", "telemetry", "models")

SHELLS = {
    # They hold nothing but a call of what they wrap and of what is guarded.
    *("measured", "safe", "watched", "one_try", "checking"),
    # A scope around tries: it makes an empty list.
    *("tries", "Contended.__init__"),
    # It comes after all was recorded, and Python lets its errors pass.
    "Call.__del__",
    # Counting the failure itself, inside of which nobody is left to tell.
    *("_report", "Recorder.count", "SlotFile.count_drop"),
}


def part_of(code):
    """Return the name of one of our functions, or ``None`` for anybody else's."""
    path = Path(code.co_filename)
    if path.is_relative_to(OURS) and path.relative_to(OURS).parts[0] in LAYERS:
        name = code.co_qualname
        if not SHELLS & {name, name.split(".")[-1]}:
            return f"{path.name}: {name}"
    return None


class Breaking:
    """Runs something while one part of ours raises when it is called.

    :param part: which; without one, ``seen`` notes which parts there are
    """

    def __init__(self, part=None):
        self.part = part
        self.seen = set()
        self.broken = False

    def __enter__(self):
        sys.settrace(self._trace)
        return self

    def __exit__(self, *_error):
        sys.settrace(None)

    def _trace(self, frame, what, _argument):
        part = part_of(frame.f_code)
        if what == "call" and part is not None:
            self.seen.add(part)
            if part == self.part:
                self.broken = True
                raise RuntimeError("broken on purpose")


@tagged("-at_install", "post_install")
class TestTheSaleStandsWhateverOfOursRaises(CommittedCase):
    def setUp(self):
        super().setUp()
        self.patch(guard, "_next_report", float("inf"))
        with self.committed() as env:
            measuring(env.registry).follow(env.cr)

    def missed(self):
        """Return how much is counted as not recorded, in a slot or for want of one."""
        ours = recorder()
        drops = ours._slot.drops() if ours._slot else {}
        return drops.get("error", 0) + drops.get("unlabelled", 0) + ours._let_pass

    def new_order(self):
        with self.committed() as env:
            order = env["sale.order"].search([("order_line", "!=", False)], limit=1)
            return order.copy().id

    def confirm(self, order_id, breaking):
        """Confirm an order as a request does, and say whether it is confirmed."""
        with self.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            order = env["sale.order"].browse(order_id)
            with breaking:
                service_model.retrying(order.action_confirm, env)
        with self.committed() as env:
            return env["sale.order"].browse(order_id).state == "sale"

    @mute_logger("odoo.addons.reliability")
    def test_one_part_at_a_time(self):
        survey = Breaking()
        self.assertTrue(self.confirm(self.new_order(), survey))
        self.assertGreater(len(survey.seen), 30, "what is measured has many parts")
        unreached = set()
        for part in sorted(survey.seen):
            with self.subTest(part):
                self.begin_anew()
                with self.committed() as env:
                    measuring(env.registry).follow(env.cr)
                order_id = self.new_order()
                breaking = Breaking(part)
                self.assertTrue(self.confirm(order_id, breaking), "no sale")
                if not breaking.broken:
                    unreached.add(part)  # it is done once in a while, or in a process
                else:
                    self.assertGreaterEqual(self.missed(), 1, "not counted")
                self.assertFalse(self.in_flight(), "left in flight")
        self.assertLess(len(unreached), len(survey.seen) / 4, unreached)
