"""Shared by the tests of EDI: a partner, types of documents, and their handlers."""

import base64
import uuid
from datetime import datetime, timedelta

import pytz

from odoo import fields
from odoo.tools import SQL

from odoo.addons.reliability.tests.clocks import zone_of_noon
from odoo.addons.reliability_integration.tests.common import LedgerCase

HANDLER = "edi.oca.handler.noop"
"""OCA's handler that does nothing has all roles: tests replace its methods."""
_ROLES = (
    "generate_model_id",
    "output_validate_model_id",
    "send_model_id",
    "input_validate_model_id",
    "receive_model_id",
    "process_model_id",
)


GARBAGE = "%PDF-1.4 this is no order"


def returns(value):
    """Return a handler method that returns a value."""
    return lambda _handler, _document, **_more: value


def raises(error):
    """Return a handler method that raises an error."""

    def handle(_handler, _document, **_more):
        raise error

    return handle


class EdiCase(LedgerCase):
    """Documents exchanged with ACME over a backend, in real transactions."""

    def setUp(self):
        super().setUp()
        with self.committed() as env:
            self.acme_id = (
                env["res.partner"].create({"name": "ACME", "is_company": True}).id
            )
            kind = env["edi.backend.type"].create(
                {"name": self.id(), "code": f"kind_{self.acme_id}"}
            )
            self.backend_id = (
                env["edi.backend"]
                .create({"name": f"Hub {self.acme_id}", "backend_type_id": kind.id})
                .id
            )
            self.orders_id = self.make_type(env, "ORDERS", "input")
            self.invoic_id = self.make_type(env, "INVOIC", "output")
        self.addCleanup(self._delete_exchange_records)

    def _delete_exchange_records(self):
        with self.cursor() as cr:
            cr.execute(
                "DELETE FROM edi_exchange_record WHERE backend_id = %s",
                [self.backend_id],
            )
        with self.committed() as env:
            env.registry.clear_cache()  # it has integrations that were deleted

    def make_type(self, env, name, direction, *, roles=_ROLES, **values):
        """Return the id of a new type of documents that is enabled for ACME."""
        backend = env["edi.backend"].browse(self.backend_id)
        handler = env["ir.model"]._get_id(HANDLER)
        return (
            env["edi.exchange.type"]
            .create(
                {
                    "name": name,
                    "code": f"{name.lower()}_{self.acme_id}",
                    "direction": direction,
                    "backend_id": backend.id,
                    "backend_type_id": backend.backend_type_id.id,
                    "partner_ids": [(6, 0, [self.acme_id])],
                    **dict.fromkeys(roles, handler),
                    **values,
                }
            )
            .id
        )

    def make_document(self, type_id, state="", content="", **values):
        """Return the id of a new document, which is committed."""
        with self.committed() as env:
            kind = env["edi.exchange.type"].browse(type_id)
            values = {
                "type_id": type_id,
                "backend_id": self.backend_id,
                "edi_exchange_state": state or "new",
                **values,
            }
            if content:
                values["exchange_file"] = base64.b64encode(content.encode())
            values.setdefault("company_id", env.ref("base.main_company").id)
            self.assertTrue(kind)
            return env["edi.exchange.record"].create(values).id

    def handle(self, **roles):
        """Replace methods of the handler: role → a function of handler and document."""
        handler = self.env_class(HANDLER)
        for role, function in roles.items():
            self.patch(handler, role, function)

    def env_class(self, model):
        """Return the registry's class of a model."""
        with self.committed() as env:
            return type(env[model])

    def do(self, step, document_id, **options):
        """Do a step of a document in its own transaction.

        :return: the message of the framework
        """
        with self.committed() as env:
            document = env["edi.exchange.record"].browse(document_id)
            return getattr(document.backend_id, f"exchange_{step}")(document, **options)

    def state_of(self, document_id):
        """Return the committed state of a document."""
        with self.committed() as env:
            return env["edi.exchange.record"].browse(document_id).edi_exchange_state

    def on_record(self):
        """Return (operation, direction, state) of the exchanges, oldest first."""
        return [
            (exchange["operation"], exchange["direction"], exchange["state"])
            for exchange in self.exchanges()
        ]


class DocumentCase(EdiCase):
    """Documents of several weeks, which the maintenance function records."""

    def setUp(self):
        super().setUp()
        zone = zone_of_noon(fields.Datetime.now())
        self.zone = pytz.timezone(zone)
        self.addCleanup(self._set_time_zone, self._set_time_zone(zone))
        self.addCleanup(self._delete_documents)

    def _set_time_zone(self, zone):
        """Set the company's time zone, and return the one before."""
        with self.committed() as env:
            calendar = env.ref("base.main_company").resource_calendar_id
            before, calendar.tz = calendar.tz, zone
            return before

    def _delete_documents(self):
        with self.cursor() as cr:
            for table in ("document", "expected_document"):
                table = SQL.identifier(f"reliability_edi_{table}")
                cr.execute(
                    SQL("DELETE FROM %s WHERE backend_id = %s", table, self.backend_id)
                )

    def maintain(self):
        """Call the maintenance function, as the collector does every few seconds."""
        with self.cursor() as cr:
            cr.execute("SELECT reliability_maintain_edi()")

    def learn(self):
        with self.committed() as env:
            env["reliability.edi.expected.document"]._learn()

    def documents(self):
        """Return the rows of the documents, oldest first."""
        return self.rows(
            "SELECT * FROM reliability_edi_document"
            f" WHERE backend_id = {self.backend_id} ORDER BY record_id"
        )

    def document(self):
        """Return the row of the only document."""
        (document,) = self.documents()
        return document

    def records(self, env):
        """Return the documents as records, oldest first."""
        documents = env["reliability.edi.document"]
        return documents.search(
            [("backend_id", "=", self.backend_id)], order="record_id"
        )

    def make_failed_document(self, error="no UNB segment", **values):
        """Make a document whose processing fails; return the id of its record."""
        self.handle(process=raises(ValueError(error)))
        order = self.make_document(self.orders_id, "input_received", GARBAGE, **values)
        self.do("process", order)
        self.maintain()
        return order

    def user(self, env, *groups, companies=(1,), **values):
        """Return a new user with some groups and companies."""
        name = f"{self.id()} {uuid.uuid4()}"
        return env["res.users"].create(
            {
                "name": name,
                "login": name,
                "company_id": companies[0],
                "company_ids": [(6, 0, companies)],
                "group_ids": [(6, 0, [env.ref(group).id for group in groups])],
                **values,
            }
        )

    def receive(
        self, days, hour, minute=0, count=1, type_id=None, state="input_processed"
    ):
        """Insert documents received some days ago, at a local time of the company."""
        moment = self.at(days, hour, minute)
        with self.cursor() as cr:
            cr.execute(
                "INSERT INTO edi_exchange_record (identifier, type_id, backend_id,"
                " company_id, edi_exchange_state, active, create_date, write_date)"
                " SELECT gen_random_uuid()::text, %s, %s, %s, %s, true, %s,"
                "        now() AT TIME ZONE 'UTC'"
                "   FROM generate_series(1, %s)",
                [
                    type_id or self.orders_id,
                    self.backend_id,
                    1,
                    state,
                    moment,
                    count,
                ],
            )

    def at(self, days, hour, minute=0):
        """Return in UTC a local time of the company, some days ago."""
        now = datetime.now(self.zone)
        local = self.zone.localize(
            datetime(now.year, now.month, now.day, hour, minute) - timedelta(days=days)
        )
        return local.astimezone(pytz.UTC).replace(tzinfo=None)

    def today(self, hour, minute=0):
        """Return ``(state, received, sentence)`` of the backend at a time of today."""
        at = self.at(0, hour, minute)
        with self.committed() as env:
            statuses = env["reliability.edi.expected.document"]._read_today(at)
            return [
                (status.state, status.received, status.expected._describe(status))
                for status in statuses
                if status.expected.backend_id.id == self.backend_id
            ]
