"""Shared by the tests of the ledger, which commit to the database."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import get_db_name
from odoo.tools import SQL

from odoo.addons.reliability.api import recorder
from odoo.addons.reliability.tests.common import CommittedCase
from odoo.addons.reliability.tests.recordings import events_in

from ..ledger.classification import Call
from ..ledger.exchange import set_current_attempt
from ..ledger.ledger import ledger
from ..ledger.partner_systems import partner_systems

REFUSED = Call("failed", 422, 0.1)
"""A call that the partner system refused."""


def refuse(message="no"):
    """Raise the refusal of a business method."""
    raise UserError(message)


class LedgerCase(CommittedCase):
    """A test whose exchanges are committed, on connections of their own."""

    def setUp(self):
        super().setUp()
        self._empty_the_ledger()  # the installation has registered systems
        ledger.writes_in_tests = True
        self.addCleanup(self._empty_the_ledger)
        self.enterContext(self.known_database(self.identity()))
        with self.committed() as env:
            self.partner_id = env["res.partner"].create({"name": self.id()}).id

    def _empty_the_ledger(self):
        ledger.writes_in_tests = False
        ledger.close()
        partner_systems.clear_cache()
        set_current_attempt(None)
        with self.cursor() as cr:
            for table in ("attempt", "reference", "exchange", "exchange_total"):
                table = SQL.identifier(f"reliability_{table}")
                cr.execute(SQL("DELETE FROM %s", table))
            cr.execute("DELETE FROM reliability_integration")

    @staticmethod
    def known_database(identity):
        """Return the patch after which an identity is that of the last message.

        A process that has recorded nothing yet knows none.
        """
        return patch.object(ledger, "_identities", {get_db_name(): identity})

    def identity(self):
        """Return the identity of this database."""
        (row,) = self.rows("SELECT reliability_database_identity() AS identity")
        return row["identity"]

    def partner(self, env):
        """Return the document of the exchanges."""
        return env["res.partner"].browse(self.partner_id)

    def exchanges(self):
        """Return the exchanges in the ledger as dicts, oldest first."""
        return self.rows("SELECT * FROM reliability_exchange ORDER BY id")

    def exchange(self):
        """Return the only exchange in the ledger."""
        (exchange,) = self.exchanges()
        return exchange

    def attempts(self):
        """Return the attempts in the ledger as dicts, oldest first."""
        return self.rows("SELECT * FROM reliability_attempt ORDER BY id")

    def references(self):
        """Return name → state of the references."""
        rows = self.rows("SELECT name, state FROM reliability_reference ORDER BY id")
        return {row["name"]: row["state"] for row in rows}

    def measured(self):
        """Return ``(series, event)`` of the attempts that were recorded."""
        return [
            (series, event)
            for series, event in events_in(recorder().folder)
            if series.family == "integration"
        ]

    def report_worker(self, *, lives, waiting=(), seconds_ago=0):
        """Report to the database whether this process lives, as the collector does.

        :param waiting: names of the messages that wait in the outbox
        """
        slot, number = recorder().lease.split("/")
        report = {
            "ended_leases": json.dumps({slot: int(number) - lives}),
            "waiting": json.dumps(list(waiting)),
            "seconds_ago": seconds_ago,
        }
        with self.cursor() as cr:
            cr.execute(
                """
                INSERT INTO reliability_collector_report AS old
                    (source, host, reported, ended_leases, waiting, refused, refusal)
                VALUES ('test', 'test', now() AT TIME ZONE 'UTC'
                        - %(seconds_ago)s * interval '1 s',
                        %(ended_leases)s, %(waiting)s, 0, '')
                ON CONFLICT (source) DO UPDATE SET
                    reported = excluded.reported, waiting = excluded.waiting,
                    ended_leases = excluded.ended_leases
                """,
                report,
            )

    def delete_reports(self):
        """Delete what was reported."""
        with self.cursor() as cr:
            cr.execute("DELETE FROM reliability_collector_report")

    def maintain_ledger(self, seconds=10):
        """Call the maintenance function, as if some seconds had passed."""
        with self.cursor() as cr:
            cr.execute(
                """
                ALTER TABLE reliability_attempt DISABLE TRIGGER USER;
                UPDATE reliability_attempt
                   SET started = started - %s * interval '1 s';
                ALTER TABLE reliability_attempt ENABLE TRIGGER USER;
                """,
                [seconds],
            )
            cr.execute("SELECT reliability_maintain_ledger()")

    def rows(self, query):
        """Return the committed rows that a query finds, as dicts."""
        with self.cursor() as cr:
            cr.execute(query)
            return cr.dictfetchall()


class PartnerSystem:
    """A partner system on loopback.

    :param answers: path → function that answers; it takes the handler of the request
    :ivar requests: the requested paths
    """

    def __init__(self, answers):
        self.requests = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self, answers))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()


def _handler(system, answers):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            path = self.path.partition("?")[0]
            system.requests.append(path)
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answers[path](self)

        do_POST = do_GET

        def answer(self, status, content="", **headers):
            body = content if isinstance(content, str) else json.dumps(content)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_arguments):
            """Log nothing."""

    return Handler
