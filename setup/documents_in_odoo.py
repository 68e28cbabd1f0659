"""Create partners and eight weeks of their documents, see scenario_of_documents.py.

It is run by Odoo's Python with ``ODOO_RC``, and prints what is to be exchanged today:
values of documents to be received, ids of documents to be sent.
"""

import base64
import json
import os
import random
from datetime import UTC, datetime, timedelta

from odoo import SUPERUSER_ID, api
from odoo.orm.registry import Registry
from odoo.tools import config

DAYS = 56
# The time zone of the company is chosen so that it is afternoon there.
AFTERNOON = 15
USUAL, SILENT, GARBAGE = "azure_interior", "acme_corporation", "gemini_furniture"
# Partner of Odoo's demo data → hours of its usual orders, and of today's orders.
PARTNERS = {
    USUAL: ("base.res_partner_12", (8, 9, 10, 11, 13, 14), (8, 9, 10, 13)),
    SILENT: ("base.res_partner_2", (8, 10, 12), ()),
    GARBAGE: ("base.res_partner_3", (9, 11), (9,)),
}
ROLES = {
    "input": ("receive_model_id", "process_model_id"),
    "output": ("generate_model_id", "send_model_id"),
}
FAILED = 0.02
"""Share of failed documents in the history."""


def main():
    config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])
    registry = Registry(config["db_name"][0])
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        today = Documents(env).make()
        env.flush_all()
        # As the collector does in production.
        cr.execute("SELECT reliability_maintain_edi() FROM generate_series(1, 3)")
        env["reliability.edi.expected.document"]._learn()
    print(json.dumps(today))


class Documents:
    """Creates backend, types and documents."""

    def __init__(self, env):
        self._env = env
        self._chance = random.Random(8)
        kind = env["edi.backend.type"].create({"name": "HTTP", "code": "http"})
        self._backend = env["edi.backend"].create(
            {
                "name": "EDI over HTTP",
                "backend_type_id": kind.id,
                "company_id": env.company.id,
            }
        )
        self._handler = env["ir.model"]._get_id("simulated.partner")

    def make(self):
        self._set_time_zone()
        acknowledgement = self._type("CONTRL", "input")
        order_values = {}
        for name, (xmlid, usual_hours, todays_hours) in PARTNERS.items():
            partner = self._env.ref(xmlid)
            orders = self._type("ORDERS", "input", partner)
            invoices = self._type("INVOIC", "output", partner, acknowledgement)
            advices = self._type("DESADV", "output", partner)
            for days in range(DAYS, -1, -1):
                hours = usual_hours if days else todays_hours
                self._insert(orders, days, hours, "input_processed")
                self._insert(advices, days, hours[1::2], "output_sent")
            order_values[name] = self._values(orders)
            if name == USUAL:
                invoice = self._to_send(invoices, "INV-2026-00017")
            elif name == SILENT:
                advice = self._to_send(advices, "WH-OUT-00042")
        return {"orders": order_values, "invoice": invoice, "advice": advice}

    def _set_time_zone(self):
        hour = datetime.now(UTC).hour
        offset = (hour - AFTERNOON + 12) % 24 - 12  # POSIX counts to the west
        calendar = self._env.company.resource_calendar_id
        calendar.tz = f"Etc/GMT{offset:+d}" if offset else "UTC"
        self._midnight = datetime.now(UTC).replace(
            hour=0, minute=0, second=0, microsecond=0, tzinfo=None
        ) + timedelta(hours=offset)
        if datetime.now(UTC).replace(tzinfo=None) < self._midnight:
            self._midnight -= timedelta(days=1)
        if datetime.now(UTC).replace(tzinfo=None) - self._midnight > timedelta(days=1):
            self._midnight += timedelta(days=1)

    def _type(self, name, direction, partner=None, acknowledgement=None):
        suffix = f"_{partner.id}" if partner else ""
        values = {
            "name": name,
            "code": f"{name.lower()}{suffix}",
            "direction": direction,
            "backend_id": self._backend.id,
            "backend_type_id": self._backend.backend_type_id.id,
            "exchange_file_ext": "edi",
            "partner_ids": [(6, 0, partner.ids)] if partner else False,
            **dict.fromkeys(ROLES[direction], self._handler),
        }
        if acknowledgement:
            values |= {
                "ack_type_id": acknowledgement.id,
                "reliability_acknowledgement_hours": 4,
            }
        return self._env["edi.exchange.type"].create(values)

    def _insert(self, kind, days, hours, state):
        """Insert documents that were exchanged some days ago."""
        for hour in hours:
            at = self._midnight - timedelta(days=days) + timedelta(hours=hour)
            at += timedelta(minutes=self._chance.randrange(2, 20))
            number = f"{kind.name}-{self._chance.randrange(100000, 999999)}"
            is_failed = days and self._chance.random() < FAILED
            failed = "input_processed_error" if kind.direction == "input" else state
            self._env.cr.execute(
                "INSERT INTO edi_exchange_record (identifier, external_identifier,"
                " exchange_filename, type_id, backend_id, company_id,"
                " edi_exchange_state, exchange_error, exchanged_on, active,"
                " create_date, write_date)"
                " VALUES (gen_random_uuid()::text, %s, %s, %s, %s, %s, %s, %s, %s,"
                " true, %s, now() AT TIME ZONE 'UTC') ON CONFLICT DO NOTHING",
                [
                    *(number, f"{number}.edi", kind.id, self._backend.id),
                    self._env.company.id,
                    failed if is_failed else state,
                    "There is no product FURN_0000." if is_failed else None,
                    *(at, at),
                ],
            )

    def _values(self, kind):
        return {
            "type_id": kind.id,
            "backend_id": self._backend.id,
            "company_id": self._env.company.id,
        }

    def _to_send(self, kind, name):
        content = f"UNB+UNOC:3+ODOO+{kind.code}+{name}'".encode()
        values = self._values(kind) | {
            "exchange_file": base64.b64encode(content),
            "exchange_filename": f"{name}.edi",
            "edi_exchange_state": "output_pending",
        }
        return self._env["edi.exchange.record"].create(values).id


if __name__ == "__main__":
    main()
