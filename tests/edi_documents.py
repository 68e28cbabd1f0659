"""Create EDI documents that are to be sent to a simulated partner; print their ids.

It is run by Odoo's Python with ``ODOO_RC``, and with two arguments: the partner's name
and the number of documents.
"""

import base64
import json
import os
import subprocess
import sys

from setup import paths, python_env


def make(config, partner, count):
    """Create documents in the database of an odoo.conf, and return their ids."""
    process = subprocess.run(
        [paths.PYTHON, __file__, partner, str(count)],
        cwd=paths.RUN,
        env=python_env.environ(ODOO_RC=str(config), PYTHONPATH=str(paths.ROOT)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(process.stdout)


def main(name, count):
    from odoo import SUPERUSER_ID, api
    from odoo.orm.registry import Registry
    from odoo.tools import config

    config.parse_config(["-c", os.environ["ODOO_RC"]], setup_logging=True)
    with Registry(config["db_name"][0]).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        print(json.dumps(_make(env, name, int(count))))


def _make(env, name, count):
    kind = env["edi.backend.type"].create({"name": "HTTP", "code": "http"})
    backend = env["edi.backend"].create({"name": "EDI", "backend_type_id": kind.id})
    partner = env["res.partner"].create({"name": name, "is_company": True})
    handler = env["ir.model"]._get_id("simulated.partner")
    document_type = env["edi.exchange.type"].create(
        {
            "name": "INVOIC",
            "code": "invoic",
            "direction": "output",
            "backend_id": backend.id,
            "backend_type_id": kind.id,
            "partner_ids": [(6, 0, partner.ids)],
            "generate_model_id": handler,
            "send_model_id": handler,
        }
    )
    values = {
        "type_id": document_type.id,
        "backend_id": backend.id,
        "company_id": env.company.id,
        "edi_exchange_state": "output_pending",
        "exchange_file": base64.b64encode(b"UNB+UNOC:3'"),
    }
    return env["edi.exchange.record"].create([dict(values) for _ in range(count)]).ids


if __name__ == "__main__":
    main(*sys.argv[1:])
