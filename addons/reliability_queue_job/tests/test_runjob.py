"""The outcome of calls in a job: only the queue knows whether a retry follows."""

from contextlib import suppress
from unittest.mock import patch

from odoo import api
from odoo.service import model as service_model
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.controllers import main
from odoo.addons.reliability.tests.common import measured
from odoo.addons.reliability.tests.test_outcomes import ScenarioCase

from ..controllers.main import RunJobController
from .scenarios import SCENARIOS


@tagged("-at_install", "post_install")
class TestCallsInAJob(ScenarioCase):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.delete_jobs)

    def delete_jobs(self):
        with self.cursor() as cr:
            cr.execute("DELETE FROM queue_job")
            cr.execute("DELETE FROM reliability_job_attempt")

    def run_job(self, error=None, conflicts=0, error_after=None, max_retries=None):
        """Run a job that calls a measured method, as a worker of the queue does.

        :param error: the error that the method raises
        :param conflicts: number of serialization failures
        :param error_after: the error that the job raises after the method
        """

        def method(records):
            self.probe(records, conflicts)
            if error:
                raise error

        def reliability_probe(records):
            measured(method)(records)
            if error_after:
                raise error_after

        with self.committed() as env:
            partner_class = env.registry["res.partner"]
        probe = patch.object(
            partner_class, "reliability_probe", reliability_probe, create=True
        )
        with_commit = patch.object(main, "config", {"test_enable": False})
        with probe, with_commit, suppress(Exception):
            uuid = self.enqueue(max_retries)
            with self.cursor() as cr:
                env = api.Environment(cr, api.SUPERUSER_ID, {})
                service_model.retrying(lambda: self.perform(env, uuid), env)

    def enqueue(self, max_retries):
        """Return the uuid of a job that the queue has handed to a worker."""
        with self.committed() as env:
            delayed = env["res.partner"].with_delay(max_retries=max_retries)
            uuid = delayed.reliability_probe().uuid
            env.flush_all()
            env.cr.execute(
                "UPDATE queue_job SET state = 'enqueued' WHERE uuid = %s", [uuid]
            )
        return uuid

    @staticmethod
    def perform(env, uuid):
        job = RunJobController._acquire_job(env, uuid)
        RunJobController._runjob(env, job)

    @mute_logger("odoo.sql_db", "odoo.service.model", main.__name__)
    def test_each_has_exactly_one_event(self):
        self.assert_table(SCENARIOS)
