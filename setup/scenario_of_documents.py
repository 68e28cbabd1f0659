"""The demo's scenario of EDI documents.

One partner goes silent, and another sends garbage.  The third works normally, except
for an order that arrives twice and an invoice that is not acknowledged.  Eight weeks of
history are written into the database; today's documents are really exchanged with
simulated partners, by OCA's framework.
"""

import json
import xmlrpc.client

from . import in_odoo, postgres
from .partners import garbage, orders
from .simulators.server import direct
from .steps import step

HAS_RUN = "SELECT count(*) FROM edi_backend WHERE name = 'EDI over HTTP'"
USUAL, SILENT, GARBAGE = "azure_interior", "acme_corporation", "gemini_furniture"
"""Names in the simulator of Azure Interior, Acme Corporation and Gemini Furniture."""
AT_ONCE = {"queue_job__no_delay": True}
"""Without jobs, so that one document is over before the next."""
LATER = """
    UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' + interval '1 hour'
      FROM ir_act_server AS action
     WHERE action.id = ir_actions_server_id AND code LIKE '%put_exchange_sync()'
"""
"""The framework's scheduled actions would create jobs for the same documents."""


def run(server, admin, partners_url):
    """Run the scenario in a server's database, unless it has run there before.

    :param server: its workers reach the simulated partners at the same URL
    :param admin: the :class:`~.traffic.ApiUser` who exchanges documents
    """
    if int(postgres.psql(HAS_RUN, server.database)):
        return
    with step("Exchanging documents with partners; one of them goes silent"):
        postgres.psql(LATER, server.database)
        made = _prepare(server)
        for number, lines in (
            ("PO-20481", [("FURN_8888", 4)]),
            ("PO-20482", [("NO_1", 1)]),
        ):
            content = orders(number, "AZURE", lines)
            direct(partners_url, "offer", system=USUAL, name=number, content=content)
            _receive_and_process(admin, made["orders"][USUAL], number)
        again = orders("PO-20481", "AZURE", [("FURN_8888", 4)])
        direct(partners_url, "offer", system=USUAL, name="PO-20481-2", content=again)
        _receive_and_process(admin, made["orders"][USUAL], "PO-20481-2")
        for number in ("ORD-0917", "ORD-0918"):
            content = garbage(number)
            direct(partners_url, "offer", system=GARBAGE, name=number, content=content)
            _receive_and_process(admin, made["orders"][GARBAGE], number)
        _send(admin, made["invoice"])
        direct(partners_url, "behave", system=SILENT, fault="unavailable", times=0)
        _send(admin, made["advice"])
        _backdate(server.database)


def _receive_and_process(admin, kind, number):
    values = {
        **kind,
        "external_identifier": number,
        "exchange_filename": f"{number}.edi",
    }
    values["edi_exchange_state"] = "input_pending"
    document = admin.call("edi.exchange.record", "create", values)
    _try(admin, "action_exchange_receive", document)
    _try(admin, "action_exchange_process", document)


def _send(admin, document):
    _try(admin, "action_exchange_send", document)


def _try(admin, action, document):
    """Call an action; some of these calls fail, as the scenario intends."""
    try:
        admin.call("edi.exchange.record", action, [document], context=AT_ONCE)
    except xmlrpc.client.Fault:
        return


def _backdate(database):
    """Move the sending of the invoice to this morning, and update the documents."""
    postgres.psql(
        "UPDATE edi_exchange_record AS record"
        "   SET exchanged_on = exchanged_on - interval '5 hours',"
        "       write_date = now() AT TIME ZONE 'UTC'"
        "  FROM edi_exchange_type AS type"
        " WHERE type.id = type_id AND ack_type_id IS NOT NULL",
        database,
    )
    postgres.psql("SELECT reliability_maintain_edi()", database)


def _prepare(server):
    """Make partners, types and history; return the records for today's documents."""
    return json.loads(in_odoo.run("documents_in_odoo", server))
