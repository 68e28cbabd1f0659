"""Errors in the instrumentation do not affect business code, and are counted."""

import os
import sys
from pathlib import Path

from werkzeug.test import Client

from odoo import api, http
from odoo.service import model as service_model
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..instrumentation import guard
from ..instrumentation.kill_switch import kill_switch
from ..instrumentation.recording import recorder
from ..instrumentation.registry import instrumentation_of
from .common import CommittedCase

OURS = tuple(
    str(Path(guard.__file__).parents[1] / layer) + os.sep
    for layer in ("instrumentation", "collector", "telemetry", "models")
)

WRAPPERS = {
    # They only call the wrapped function and guarded ones.
    *("measured", "safe", "wrapper", "start_response_wrapper", "attempt", "switched"),
    *("IrCron._process_job", "IrCron._run_job", "IrCron._callback"),
    # A scope around attempts: it makes an empty list.
    *("retry_scope", "current_retry_scope", "RetryScope.__init__"),
    # They run after everything is recorded, and Python ignores their errors.
    *("Call.__del__", "Span.__del__", "Span._is_open"),
    # They count the error itself.
    *("_report", "Recorder.count", "SlotFile.count_drop"),
}
"""Functions that are not broken: the last part of their names, or the whole."""


def part_of(code):
    """Return the name of a function of ours; ``None`` for all others."""
    if not code.co_filename.startswith(OURS):
        return None
    name = code.co_qualname
    if WRAPPERS & {name, name.split(".")[-1]}:
        return None
    return f"{os.path.basename(code.co_filename)}: {name}"


class Breaking:
    """Makes functions of ours raise when they are called inside its block.

    :ivar seen: the functions that were called
    :param parts: names of the functions that raise
    """

    def __init__(self, *parts):
        self.parts = parts
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
            if part in self.parts:
                self.broken = True
                raise RuntimeError("broken on purpose")


@tagged("-at_install", "post_install")
class TestErrorsDoNotAffectBusinessCode(CommittedCase):
    def setUp(self):
        super().setUp()
        self.patch(guard, "_next_report", float("inf"))
        self.addCleanup(self.reset)
        self.reset()

    def reset(self):
        self.reset_recorder()
        with self.committed() as env:
            instrumentation = instrumentation_of(env.registry)
            instrumentation.synchronize(env.cr)
        # Checks that happen every two seconds happen now.
        instrumentation._next_check = kill_switch._next_check = 0.0
        kill_switch._seen = None

    def missed(self):
        """Return the number of calls that are counted as not recorded."""
        ours = recorder()
        drops = ours._slot.drops() if ours._slot else {}
        return drops.get("error", 0) + drops.get("unlabelled", 0) + ours._missed

    def parts(self, prepare, work):
        """Return the names of our functions that some work calls."""
        tracing = Breaking()
        self.reset()
        self.assertTrue(work(prepare(), tracing))
        return tracing.seen

    def break_each_part(self, prepare, work, at_least, tolerated=()):
        """Do some work once for each function of ours, while the function raises.

        :param prepare: returns the subject of the work
        :param work: does the work in a `Breaking`, and returns whether it is done
        :param at_least: minimum number of functions, so that none is overlooked
        :param tolerated: functions whose errors lose nothing and are not counted
        """
        parts = self.parts(prepare, work)
        self.assertGreater(len(parts), at_least, parts)
        for part in sorted(parts):
            with self.subTest(part):
                self.reset()
                subject, breaking = prepare(), Breaking(part)
                self.assertTrue(work(subject, breaking), "not done")
                self.assertTrue(breaking.broken, "not reached")
                if part not in tolerated:
                    self.assertGreaterEqual(self.missed(), 1, "not counted")
                self.assertFalse(self.in_flight(), "left in flight")

    @mute_logger("odoo.addons.reliability")
    def test_an_order_is_locked_while_each_function_raises(self):
        """Confirming an order takes ten times as long and calls the same functions."""
        self.measure_locking()
        self.break_each_part(self.unlocked_order, self.lock, at_least=30)

    @mute_logger("odoo.addons.reliability")
    def test_an_order_is_confirmed_while_all_functions_raise(self):
        parts = self.parts(self.new_order, self.confirm)
        self.reset()
        self.assertTrue(self.confirm(self.new_order(), Breaking(*parts)), "not done")
        self.assertGreaterEqual(self.missed(), 1, "not counted")
        self.assertFalse(self.in_flight(), "left in flight")

    def measure_locking(self):
        self.order_id = self.new_order()
        with self.committed() as env:
            operation = env["reliability.operation"].create(
                {
                    "name": "Probe",
                    "code": "probe",
                    "service_id": env.ref("reliability.service_platform").id,
                    "model": "sale.order",
                    "method": "action_lock",
                }
            )
        self.addCleanup(self.delete, "reliability.operation", operation.id)

    def delete(self, model, record_id):
        with self.committed() as env:
            env[model].browse(record_id).unlink()

    def unlocked_order(self):
        with self.committed() as env:
            env["sale.order"].browse(self.order_id).action_unlock()
        return self.order_id

    def lock(self, order_id, breaking):
        """Lock an order as a request does, and return whether it is locked."""
        self.do("action_lock", order_id, breaking)
        with self.committed() as env:
            return env["sale.order"].browse(order_id).locked

    def new_order(self):
        with self.committed() as env:
            order = env["sale.order"].search([("order_line", "!=", False)], limit=1)
            return order.copy().id

    def confirm(self, order_id, breaking):
        """Confirm an order as a request does, and return whether it is confirmed."""
        self.do("action_confirm", order_id, breaking)
        with self.committed() as env:
            return env["sale.order"].browse(order_id).state == "sale"

    def do(self, method, order_id, breaking):
        with self.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            order = env["sale.order"].browse(order_id)
            with breaking:
                service_model.retrying(getattr(order, method), env)

    @mute_logger("odoo.addons.reliability")
    def test_a_page_is_served_while_each_function_raises(self):
        Client(http.root).get("/web/health")  # Odoo caches its routes
        self.break_each_part(lambda: "/web/health", self.serve, at_least=20)

    def serve(self, path, breaking):
        with breaking:
            return Client(http.root).get(path).status_code == 200

    @mute_logger("odoo.addons.reliability", "odoo.addons.base.models.ir_cron")
    def test_a_scheduled_action_runs_while_each_function_raises(self):
        self.break_each_part(
            self.new_cron,
            self.run_cron,
            at_least=20,
            # The action is then named by its id, and has no delay.
            tolerated={"own_cursor.py: own_cursor", "cron.py: _look_up"},
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
