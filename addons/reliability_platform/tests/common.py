"""Lock waits and hosts, as the collector writes them."""

from datetime import timedelta
from types import SimpleNamespace

from odoo import fields

from odoo.addons.reliability.api import StatusKey
from odoo.addons.reliability.tests.counting import NOON, CountedCase

from ..models import reliability_health_provider, reliability_platform_page

NAMES = {"standbys": "ffm2", "database": "other_company"}
"""Names that only those who run the server may read."""


class PlatformCase(CountedCase):
    """No lock waits and no hosts, except those that a test creates."""

    def setUp(self):
        super().setUp()
        self.make_operation()
        # A collector of another test may have written some.
        self.env["reliability.lock.wait"].search([]).unlink()
        self.env["reliability.host"].search([]).unlink()
        self.key = StatusKey(self.service.id, self.env.company.id, "WH")

    def wait(self, **values):
        """Create a lock wait of the operation, which goes on at noon."""
        return self.env["reliability.lock.wait"].create(
            {
                "backend": next(self.numbers),
                "since": NOON - timedelta(seconds=40),
                "seen": NOON + timedelta(seconds=50),
                "family": "operation",
                "service": "probing",
                "operation": "probe",
                "company": str(self.env.company.id),
                "warehouse": "WH",
                "holder_backend": 7,
                "holder_opened": NOON - timedelta(minutes=5),
                **values,
            }
        )

    def host(self, name="one", **report):
        """Create a host with a heartbeat just after noon."""
        empty = {"serving": 4, "samples": [], "activities": [], "problems": []}
        heartbeat = NOON + timedelta(seconds=50)
        return self.env["reliability.host"].create(
            {"name": name, "heartbeat": heartbeat, "report": empty | report}
        )

    def problem(self, code="commits_unconfirmed", subject="", **values):
        """Return a problem as a collector reports it, since 40 seconds before noon."""
        empty = {"numbers": {}, "names": {}, "seconds": 90.0}
        return {"code": code, "subject": subject, **empty, **values}

    def be_operator(self, database=None):
        """Let odoo.conf name the operator database; by default it is this one."""
        name = self.env.cr.dbname if database is None else database
        self.patch(reliability_health_provider, "operator_database", lambda: name)
        self.patch(reliability_platform_page, "named_operator_database", lambda: name)

    def observation(self, kind, operation="probe", part=4, whole=4):
        """Return the observation of an evaluation with a finding since noon."""
        reason = {"kind": kind, "operation": operation, "part": part, "whole": whole}
        reason["family"] = "http" if kind == "busy" else "operation"
        reason["since"] = fields.Datetime.to_string(NOON)
        return SimpleNamespace(reason=reason, is_shared=False)
