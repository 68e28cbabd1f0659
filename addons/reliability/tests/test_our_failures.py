"""Whatever of ours breaks, the business goes on, and what was missed is counted."""

import sys
from pathlib import Path

from werkzeug.test import Client

from odoo import api, http
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
    *("serving", "starting", "routed"),
    *("IrCron._process_job", "IrCron._run_job", "IrCron._callback"),
    # A scope around tries: it makes an empty list.
    *("tries", "these_tries", "Contended.__init__"),
    # It comes after all was recorded, and Python lets its errors pass.
    *("Call.__del__", "Span.__del__", "Span._is_open"),
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
class TestTheBusinessGoesOnWhateverOfOursRaises(CommittedCase):
    def setUp(self):
        super().setUp()
        self.patch(guard, "_next_report", float("inf"))
        self.measure_anew()

    def measure_anew(self):
        self.begin_anew()
        with self.committed() as env:
            measuring(env.registry).follow(env.cr)

    def missed(self):
        """Return how much is counted as not recorded, in a slot or for want of one."""
        ours = recorder()
        drops = ours._slot.drops() if ours._slot else {}
        return drops.get("error", 0) + drops.get("unlabelled", 0) + ours._let_pass

    def break_each_part(self, prepare, work, at_least, tolerated=()):
        """Do some work again and again, each time with another part broken.

        :param prepare: returns what to work on
        :param work: does it while a part is broken, and says whether it is done
        :param at_least: how many parts there are, so that none is forgotten
        :param tolerated: parts whose failure is no loss, and not counted
        """
        survey = Breaking()
        self.assertTrue(work(prepare(), survey))
        self.assertGreater(len(survey.seen), at_least, survey.seen)
        unreached = set()
        for part in sorted(survey.seen):
            with self.subTest(part):
                self.measure_anew()
                subject, breaking = prepare(), Breaking(part)
                self.assertTrue(work(subject, breaking), "not done")
                if not breaking.broken:
                    unreached.add(part)  # it is done once in a while, or in a process
                elif part not in tolerated:
                    self.assertGreaterEqual(self.missed(), 1, "not counted")
                self.assertFalse(self.in_flight(), "left in flight")
        self.assertLess(len(unreached), len(survey.seen) / 4, unreached)

    @mute_logger("odoo.addons.reliability")
    def test_an_order_is_confirmed(self):
        self.break_each_part(self.new_order, self.confirm, at_least=30)

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
    def test_a_page_is_served(self):
        self.break_each_part(lambda: "/web/health", self.serve, at_least=20)

    def serve(self, path, breaking):
        with breaking:
            return Client(http.root).get(path).status_code == 200

    @mute_logger("odoo.addons.reliability", "odoo.addons.base.models.ir_cron")
    def test_a_scheduled_action_runs(self):
        self.break_each_part(
            self.new_cron,
            self.run_cron,
            at_least=20,
            # It is then called by its number, and late since it was planned.
            tolerated={"own_cursor.py: own_cursor", "crons.py: _look_up"},
        )

    def new_cron(self):
        with self.committed() as env:
            model = env["ir.model"]._get("res.partner")
            values = {"name": "Probe", "state": "code", "model_id": model.id}
            return env["ir.cron"].create({**values, "code": "x = 1"}).id

    def run_cron(self, cron_id, breaking):
        with self.cursor() as cr:
            crons = api.Environment(cr, api.SUPERUSER_ID, {}).registry["ir.cron"]
            job = crons._acquire_one_job(cr, cron_id, include_not_ready=True)
            with breaking:
                crons._process_job(cr, job)
        with self.committed() as env:
            cron = env["ir.cron"].browse(cron_id)
            return bool(cron.lastcall) and not cron.failure_count
