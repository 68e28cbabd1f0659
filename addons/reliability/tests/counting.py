"""Calls of a service, counted in the current transaction as a collector counts them."""

from datetime import UTC, datetime
from unittest.mock import patch

from odoo import fields
from odoo.tests import TransactionCase, new_test_user

from ..collector.rollup_writer import add
from ..telemetry import families
from ..telemetry.detail import Detail
from ..telemetry.events import DetailedEvent, Series
from ..telemetry.rollup import batches

NOON = datetime(2026, 3, 2, 12)
"""A Monday."""


class CountedCase(TransactionCase):
    """A service of its own with counted calls, and a viewer who owns it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            "counting_viewer",
            "base.group_user,reliability.group_viewer",
            tz="UTC",
        )
        cls.service = cls.env["reliability.service"].create(
            {"name": "Probing", "code": "probing", "owner_id": cls.user.id}
        )
        cls.numbers = iter(range(1, 1000))

    @classmethod
    def make_operation(cls, **values):
        """Make the operation of the counted calls, with a name."""
        return cls.env["reliability.operation"].create(
            {
                "name": "Probe",
                "code": "probe",
                "service_id": cls.service.id,
                "model": "res.partner",
                "method": "address_get",
                **values,
            }
        )

    def setUp(self):
        super().setUp()
        # The database's clock follows the test's.
        self.patch(self.env.cr, "now", fields.Datetime.now)

    def register_family(self, spec):
        """Register a family until the end of the test."""
        self.enterContext(patch.dict(families._registered))
        families.register_family(spec)

    def fake_last_polls(self):
        """Let ``self.last_polls`` say when each host delivered measurements last.

        A collector of another test may run, and writes its own.
        """
        self.last_polls = {}
        checkpoints = type(self.env["reliability.collector.checkpoint"])
        original = checkpoints._last_polls

        def last_polls(model):
            original(model)
            return dict(self.last_polls)

        self.patch(checkpoints, "_last_polls", last_polls)
        self.first_polls = {}
        self.patch(checkpoints, "_first_polls", lambda _model: self.first_polls)

    def count(
        self,
        when,
        *outcomes,
        operation="probe",
        seconds=0.1,
        detail=(),
        record_id=0,
        **labels,
    ):
        """Count calls that ended at a moment.

        :param detail: the values of a `Detail`: error class, message, ids of records
        """
        company = str(labels.get("company", self.env.company.id))
        service, warehouse = (
            labels.get("service", "probing"),
            labels.get("warehouse", "WH"),
        )
        names = service, operation, company, warehouse, ""
        series = Series("operation", self.env.cr.dbname, names, 3.0)
        values = {"seconds": seconds, "detail": detail, "record_id": record_id}
        self.record(series, when, *outcomes, **values)

    def record(self, series, when, *outcomes, seconds=0.1, detail=(), **costs):
        """Count calls of a series that ended at a moment, with their costs."""
        ended = when.replace(tzinfo=UTC).timestamp()
        events = []
        for outcome in outcomes:
            event = DetailedEvent(0, outcome, ended, seconds, **costs)
            event.detail = Detail(*detail)
            events.append((series, event))
        for batch in batches(events).values():
            add(self.env.cr._obj, "counted", "one", [(next(self.numbers), batch)])
