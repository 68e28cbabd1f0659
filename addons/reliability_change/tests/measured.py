"""Calls by minute as collectors would have stored them: a week of steady work."""

from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, new_test_user

from .common import DeploymentCase, after

WEEK = timedelta(days=7)
BEGIN = after(5)
"""Of the deployment; calls after it are compared from 12:08 on."""

# Queries and durations differ from minute to minute, by some percent.
_ADD = """
    INSERT INTO reliability_rollup_minute
           (series_id, start, outcome, host, threshold, count, fast, seconds, sql,
            external, cpu, queries, records, buckets)
    SELECT %(series)s, minute, outcome, 'odoo-1', 3, calls, calls, 0, 0, 0, 0,
           round(calls * %(queries)s * (1 + noise / 50.0)), calls,
           jsonb_build_object(
               round(32 * log(2, %(seconds)s::numeric))::integer + noise, calls)
      FROM generate_series(%(begin)s, %(end)s - interval '1 minute',
                           make_interval(mins => %(every)s)) AS minute,
           LATERAL (SELECT extract(epoch FROM minute)::integer / 60 * 2 %% 5 - 2
                        AS noise) AS of_minute,
           (VALUES ('success', %(calls)s - %(failed)s - %(rejected)s),
                   ('failed', %(failed)s), ('rejected', %(rejected)s)
           ) AS counted (outcome, calls)
     WHERE calls > 0
"""


class MeasuredCase(DeploymentCase):
    """A database with a deployment, and the calls of an operation around it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.write({"tz": "UTC", "lang": "en_US"})
        cls.env["reliability.deployment.finding"].search([]).unlink()
        cls.viewer = new_test_user(
            cls.env, "a viewer", "base.group_user,reliability.group_viewer", tz="UTC"
        )
        cls.service = cls.env["reliability.service"].create(
            {"name": "Probing", "code": "probing"}
        )
        cls.operation = cls.env["reliability.operation"].create(
            {
                "name": "Probe",
                "code": "probe",
                "service_id": cls.service.id,
                "model": "res.partner",
                "method": "address_get",
            }
        )
        cls.deployment = cls.make_deployment(BEGIN)
        cls.work(BEGIN - WEEK, BEGIN)

    def setUp(self):
        super().setUp()
        # The database's clock follows the test's.
        self.patch(self.env.cr, "now", fields.Datetime.now)

    @classmethod
    def make_deployment(cls, begin, **values):
        """Make a deployment that was seen at a moment."""
        seen = {"begin": begin, "end": begin, "is_seen": True, "state": "done"}
        return cls.deployments.create(seen | values)

    @classmethod
    def work(cls, begin, end, operation="probe", every=1, **values):
        """Store calls of a period, exclusive of its end.

        :param every: minutes from one row to the next
        :param values: ``calls`` in a minute, how many of them ``failed`` and were
            ``rejected``, and the ``queries`` and ``seconds`` of a successful one
        """
        usual = {"calls": 20, "failed": 0, "rejected": 0, "queries": 85, "seconds": 1}
        period = {"begin": begin, "end": end, "every": every}
        series = {"series": cls._series(operation)}
        cls.env.cr.execute(_ADD, usual | values | period | series)

    @classmethod
    def _series(cls, operation):
        values = {
            "service": "probing",
            "operation": operation,
            "company": str(cls.env.company.id),
            "warehouse": "WH",
            "dimension": "",
        }
        domain = [(name, "=", value) for name, value in values.items()]
        found = cls.env["reliability.series"].search(domain)
        if not found:
            values |= {"family": "operation", "company_id": cls.env.company.id}
            found = found.create(values)
        return found.id

    def compare(self, minutes):
        """Compare one deployment so many minutes after noon."""
        self.env.flush_all()
        with freeze_time(after(minutes)):
            self.deployments._cron_compare()

    def found(self, deployment=None):
        """Return the measures that are worse since a deployment, the worst first."""
        worse = (deployment or self.deployment).finding_ids.filtered("is_worse")
        return worse.mapped("measure")

    def alerts(self, minutes):
        """Return the alerts about what is worse, so many minutes after noon."""
        with freeze_time(after(minutes)):
            found = self.env["reliability.health.provider"]._alerts()
        return [
            one for one in found if (one.provider, one.cause) == ("change", "worse")
        ]
