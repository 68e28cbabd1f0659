"""Sends invoices by Odoo's own EDI, and by Odoo's clients to access points on loopback.

Run by Odoo's Python with ``ODOO_RC``; prints the exchanges in the ledger as JSON.
"""

import base64
import contextlib
import json
import os

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.orm.registry import Registry
from odoo.tools import config

PEPPOL = "/api/peppol/1/"
ITALY = "/api/l10n_it_edi/"


def main():
    config.parse_config(["-c", os.environ["ODOO_RC"]], setup_logging=True)
    registry = Registry(config["db_name"][0])
    from odoo.addons.account_edi_proxy_client.models import account_edi_proxy_user
    from odoo.addons.reliability_integration.tests.common import PartnerSystem

    answers = {
        f"{PEPPOL}send_document": _in_sequence(
            _result(messages=[{"message_uuid": "uuid-1"}]),
            _result(error={"code": 207, "message": "Not ready"}),
            _result(messages=[{"message_uuid": "uuid-2"}]),
            _hang_up,
            _result(messages=[{"message_uuid": "uuid-4"}, {"message_uuid": "uuid-5"}]),
        ),
        f"{PEPPOL}get_document": _result(),
        f"{PEPPOL}ack": _result(),
        f"{ITALY}2/out/SdiRiceviFile": _in_sequence(
            _result(id_transaction="sdi-1", signed=True),
            _result(error="EI01", error_description="empty"),
        ),
        f"{ITALY}1/in/RicezioneInvoice": _result(),
    }
    with PartnerSystem(answers) as point:
        users = account_edi_proxy_user.Account_Edi_Proxy_ClientUser
        users._get_server_url = lambda *_arguments, **_options: point.url
        invoices = _in_transaction(registry, _make_peppol)
        for sent in ([0], [1], [1], [2], [3, 4]):
            ids = [invoices[number] for number in sent]
            with contextlib.suppress(UserError):  # the client raises it for the user
                _in_transaction(registry, _send_by_peppol, ids)
        _in_transaction(registry, _poll_peppol)
        user = _in_transaction(registry, _make_user, "l10n_it_edi", "IT01234567890")
        for name in ("IT01_1.xml", "IT01_2.xml"):
            _in_transaction(registry, _send_to_italy, user, name)
        _in_transaction(registry, _poll_italy, user)
    documents = _in_transaction(registry, _make_documents)
    for document, answer in zip(
        documents, ({"error": "No VAT"}, {"success": True}), strict=True
    ):
        _in_transaction(registry, _process, document, answer)
    print(json.dumps(_in_transaction(registry, _recorded_exchanges)))


def _in_transaction(registry, action, *arguments):
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        return action(env, *arguments)


def _recorded_exchanges(env):
    env.cr.execute(
        "SELECT integration.code, operation, res_name, res_model, repeatable, state,"
        "       first_error, attempt_count,"
        "       (SELECT string_agg(name, ',' ORDER BY name) FROM reliability_reference"
        "         WHERE exchange_id = exchange.id)"
        "  FROM reliability_exchange AS exchange"
        "  JOIN reliability_integration AS integration"
        "    ON integration.id = integration_id ORDER BY exchange.id"
    )
    return env.cr.fetchall()


def _make_peppol(env):
    """Create a participant and five invoices for another, and return their ids."""
    env["ir.config_parameter"].set_param("account_peppol.edi.mode", "test")
    belgium = env.ref("base.be").id
    env.company.write({"country_id": belgium, "vat": "BE0477472701"})
    if not env.company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", env.company)
    own = {"peppol_eas": "0208", "peppol_endpoint": "0477472701"}
    env.company.write({**own, "account_peppol_proxy_state": "receiver"})
    _make_user(env, "peppol", "0208:0477472701")
    partner = env["res.partner"].create(
        {
            "name": "Molly",
            "city": "Namur",
            "country_id": belgium,
            "vat": "BE0428759497",
            "peppol_eas": "0208",
            "peppol_endpoint": "2718281828",
        }
    )
    partner.peppol_verification_state = "valid"
    product = env["product.product"].create({"name": "Pallet", "list_price": 10})
    invoices = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_line_ids": [(0, 0, {"product_id": product.id})],
            }
            for _number in range(5)
        ]
    )
    invoices.action_post()
    # Printing needs wkhtmltopdf, which is not installed.
    invoices.invoice_pdf_report_file = base64.b64encode(b"%PDF-1.4")
    return invoices.ids


def _make_user(env, kind, identification):
    users = env["account_edi_proxy_client.user"]
    keys = env["certificate.key"]
    user = users.create(
        {
            "id_client": kind,
            "company_id": env.company.id,
            "proxy_type": kind,
            "edi_mode": "test",
            "edi_identification": identification,
            "private_key_id": keys._generate_rsa_private_key(env.company, name="k").id,
            "refresh_token": "cHJvYmU=",
        }
    )
    return user.id


def _send_by_peppol(env, ids):
    env["account.move.send"]._generate_and_send_invoices(
        env["account.move"].browse(ids),
        allow_raising=False,
        sending_methods=["peppol"],
        invoice_edi_format="ubl_bis3",
    )


def _poll_peppol(env):
    env["account_edi_proxy_client.user"]._cron_peppol_get_message_status()


def _send_to_italy(env, user, name):
    env.company.l10n_it_edi_proxy_user_id = user
    invoice = env["account.move"].new({"company_id": env.company.id})
    invoice._l10n_it_edi_upload([{"filename": name, "xml": "PHhtbC8+"}])


def _poll_italy(env, user):
    user = env["account_edi_proxy_client.user"].browse(user)
    env["account.move"]._l10n_it_edi_download_invoices(user)


def _make_documents(env):
    kind = env["account.edi.format"].create({"name": "Probe", "code": "probe_format"})
    documents = []
    for _number in range(2):
        move = env["account.move"].create({"move_type": "entry"})
        document = {"move_id": move.id, "edi_format_id": kind.id, "state": "to_send"}
        documents.append(env["account.edi.document"].create(document).id)
    return documents


def _process(env, document, answer):
    document = env["account.edi.document"].browse(document)
    document.edi_format_id.__class__._needs_web_services = lambda _format: True
    method = lambda moves: dict.fromkeys(moves, answer)  # noqa: E731
    document._process_job({"documents": document, "method_to_call": method})


def _in_sequence(*answers):
    """Give one answer after the other."""
    waiting = list(answers)
    return lambda handler: waiting.pop(0)(handler)


def _result(**result):
    return lambda handler: handler.answer(200, {"result": result})


def _hang_up(_handler):
    """Take the request, and close the connection without an answer."""


if __name__ == "__main__":
    main()
