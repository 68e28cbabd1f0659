"""Odoo's own EDI of invoices, and access points such as Peppol's, where installed.

That of Italy stands for all: Peppol's module wants a library that is not here, and asks
by the same method.
"""

import json
import subprocess

from test_fault_matrix import EXCHANGES

from setup import databases, odoo_config, paths, postgres, python_env

NAME = "reliability_access_points"
FOLDER = paths.RUN / "test" / "access_points"
INSTALLED = """
    SELECT name FROM ir_module_module WHERE state = 'installed'
       AND name IN ('reliability_account_edi', 'reliability_edi_proxy') ORDER BY name
"""


def test_what_is_asked_of_them_is_on_record(make_database):
    database = make_database(NAME)
    databases.install(database, ["account_edi", "l10n_it_edi"])
    ours = postgres.psql(INSTALLED, database).split()
    assert ours == ["reliability_account_edi", "reliability_edi_proxy"]
    config = FOLDER / "odoo.conf"
    odoo_config.write(config, {"db_name": database})
    done = subprocess.run(
        [paths.PYTHON, EXCHANGES / "access_point.py"],
        cwd=paths.RUN,
        env=python_env.environ(ODOO_RC=str(config), PYTHONPATH=str(paths.ROOT)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    sent, refused, broken, polled, failed, processed = found
    assert sent == ["l10n_it_edi", "send_document", "succeeded", None, "uuid-1"]
    assert refused == ["l10n_it_edi", "send_document", "failed", "Not on Peppol", None]
    assert broken[:3] == ["l10n_it_edi", "send_document", "failed"]
    assert polled[:3] == ["l10n_it_edi", "get_all_documents", "succeeded"]
    assert failed == ["probe_format", "send", "failed", "No VAT", None]
    assert processed[:3] == ["probe_format", "send", "succeeded"]
