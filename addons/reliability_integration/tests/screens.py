"""Shared by the tests of screens: a ledger of created rows.

They are written in the transaction of the test, and rolled back with it.
"""

import uuid
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import TransactionCase, new_test_user

from ..ledger import repeatable

NOON = datetime(2026, 3, 4, 12, 0)
"""A Wednesday."""


def listed(model, *methods):
    """Return a patch that lists methods of a model, and no others, as repeatable."""
    return patch.dict(repeatable._methods, {model: set(methods)})


class ScreensCase(TransactionCase):
    """Two companies, a partner system, and a user of each role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["reliability.exchange"].search([]).sudo().unlink()
        cls.env["reliability.integration"].with_context(active_test=False).search(
            []
        ).unlink()
        cls.company = cls.env.company
        cls.elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.dhl = cls.env["reliability.integration"].create(
            {"name": "DHL", "code": "dhl", "kind": "carrier"}
        )
        cls.users = {
            role: new_test_user(
                cls.env,
                f"screens_{role}",
                f"base.group_user,reliability.group_{role}",
                tz="UTC",
            )
            for role in ("viewer", "manager", "admin")
        }
        # As the clock of this host, also while it is frozen.
        cls.classPatch(type(cls.env.cr), "now", lambda _cr: fields.Datetime.now())
        cls.users["plain"] = new_test_user(cls.env, "screens_plain", "base.group_user")
        cls.users["elsewhere"] = new_test_user(
            cls.env,
            "screens_elsewhere",
            "base.group_user,reliability.group_manager",
            company_id=cls.elsewhere.id,
            company_ids=[cls.elsewhere.id],
        )

    @classmethod
    def exchange(cls, state="failed", **values):
        """Create an exchange that began a minute ago."""
        ended = state == "succeeded" and fields.Datetime.now()
        exchange = (
            cls.env["reliability.exchange"]
            .sudo()
            .create(
                {
                    "integration_id": cls.dhl.id,
                    "operation": "label",
                    "direction": "out",
                    "identity": uuid.uuid4().hex,
                    "res_name": "WH/OUT/1",
                    "company_id": cls.company.id,
                    "warehouse": "",
                    "repeatable": "unsafe",
                    "state": state,
                    "counted_state": "",
                    "attempt_count": 1,
                    "orphan_count": 0,
                    "started": fields.Datetime.now() - timedelta(minutes=1),
                    "ended": ended,
                    **values,
                }
            )
        )
        cls.env.flush_all()
        return exchange

    @classmethod
    def attempt(cls, exchange, outcome="succeeded", ago=timedelta(minutes=1), **values):
        """Create an attempt that began some time ago."""
        attempt = (
            cls.env["reliability.attempt"]
            .sudo()
            .create(
                {
                    "uid": uuid.uuid4().hex,
                    "exchange_id": exchange.id,
                    "started": fields.Datetime.now() - ago,
                    "outcome": outcome,
                    "transaction_state": "committed"
                    if outcome == "succeeded"
                    else "rolled_back",
                    "calls": 1,
                    **values,
                }
            )
        )
        cls.env.flush_all()
        return attempt

    @classmethod
    def exchanges(cls, succeeded=0, failed=0, ago=timedelta(minutes=1), **values):
        """Create exchanges, each with an attempt."""
        for outcome in ["succeeded"] * succeeded + ["failed"] * failed:
            cls.attempt(cls.exchange(outcome, **values), outcome, ago)

    @classmethod
    def set_last_success(cls, moment, integration=None):
        """Set the time of the last success of a partner system."""
        cls.env["reliability.exchange.total"].sudo().create(
            {
                "integration_id": (integration or cls.dhl).id,
                "operation": "label",
                "state": "succeeded",
                "count": 1,
                "last": moment,
            }
        )
        cls.env.flush_all()

    @classmethod
    def orphan(cls, exchange, name="T1", state="orphaned"):
        """Create a reference of an exchange."""
        reference = (
            cls.env["reliability.reference"]
            .sudo()
            .create(
                {
                    "name": name,
                    "kind": "tracking",
                    "exchange_id": exchange.id,
                    "attempt_id": cls.attempt(
                        exchange, transaction_state="rolled_back"
                    ).id,
                    "state": state,
                }
            )
        )
        exchange.sudo()._count_orphans()
        cls.env.flush_all()
        return reference
