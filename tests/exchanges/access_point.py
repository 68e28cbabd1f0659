"""Invoices sent by Odoo's own EDI, and to an access point on loopback as Peppol does.

Run by Odoo's Python with ``ODOO_RC``; prints what the ledger has of it.
"""

import contextlib
import json
import os

from odoo import SUPERUSER_ID, api
from odoo.orm.registry import Registry
from odoo.tools import config

ASK = "/api/peppol/1/"


def main():
    config.parse_config(["-c", os.environ["ODOO_RC"]], setup_logging=True)
    registry = Registry(config["db_name"][0])
    from odoo.addons.account_edi_proxy_client.models.account_edi_proxy_user import (
        AccountEdiProxyError,
    )
    from odoo.addons.reliability_integration.tests.common import Counterpart

    answers = {
        f"{ASK}send_document": _once(_take, _refuse, _break),
        f"{ASK}get_all_documents": lambda of: of.answer(
            200, {"result": {"messages": []}}
        ),
    }
    with Counterpart(answers) as point:
        made = _in_transaction(registry, _make)
        for name in ("INV/1", "INV/2", "INV/3"):
            with contextlib.suppress(AccountEdiProxyError):
                _in_transaction(registry, _send, made["user"], point.url, name)
        _in_transaction(registry, _poll, made["user"], point.url)
    for number, answer in enumerate(({"error": "No VAT"}, {"success": True})):
        _in_transaction(registry, _process, made["documents"][number], answer)
    with registry.cursor() as cr:
        cr.execute(
            "SELECT integration.code, operation, state, first_error,"
            "       (SELECT string_agg(name, ',') FROM reliability_reference"
            "         WHERE exchange_id = exchange.id)"
            "  FROM reliability_exchange AS exchange"
            "  JOIN reliability_integration AS integration"
            "    ON integration.id = integration_id ORDER BY exchange.id"
        )
        print(json.dumps(cr.fetchall()))


def _in_transaction(registry, action, *arguments):
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        return action(env, *arguments)


def _make(env):
    user = env["account_edi_proxy_client.user"].create(
        {
            "id_client": "probe",
            "company_id": env.company.id,
            "proxy_type": "l10n_it_edi",
            "edi_mode": "test",
            "edi_identification": "0208:0477472701",
            "private_key_id": env["certificate.key"]
            ._generate_rsa_private_key(env.company, name="probe.key")
            .id,
            "refresh_token": "cHJvYmU=",
        }
    )
    kind = env["account.edi.format"].create({"name": "Probe", "code": "probe_format"})
    documents = []
    for _number in range(2):
        move = env["account.move"].create({"move_type": "entry"})
        document = {"move_id": move.id, "edi_format_id": kind.id, "state": "to_send"}
        documents.append(env["account.edi.document"].create(document).id)
    return {"user": user.id, "documents": documents}


def _send(env, user, url, name):
    user = env["account_edi_proxy_client.user"].browse(user)
    user._make_request(f"{url}{ASK}send_document", {"documents": [{"name": name}]})


def _poll(env, user, url):
    user = env["account_edi_proxy_client.user"].browse(user)
    user._make_request(f"{url}{ASK}get_all_documents", {})


def _process(env, document, answer):
    document = env["account.edi.document"].browse(document)
    document.edi_format_id.__class__._needs_web_services = lambda _format: True
    method = lambda moves: dict.fromkeys(moves, answer)  # noqa: E731
    document._process_job({"documents": document, "method_to_call": method})


def _once(*answers):
    waiting = list(answers)
    return lambda of: waiting.pop(0)(of)


def _take(of):
    of.answer(200, {"result": {"messages": [{"message_uuid": "uuid-1"}]}})


def _refuse(of):
    of.answer(200, {"result": {"error": {"code": 1, "message": "Not on Peppol"}}})


def _break(of):
    of.answer(503, "")


if __name__ == "__main__":
    main()
