"""What a rehearsal must not do is refused by name, in its thread only."""

import logging
import os
import socket
import subprocess
import threading
from contextlib import closing, suppress
from unittest.mock import patch

import psycopg2
from psycopg2.sql import SQL

from odoo import tools
from odoo.tests import tagged

from .. import isolation, rehearsal
from .common import CopiedRehearsalCase, RehearsalCase


class IsolationCase(RehearsalCase):
    def assertRefuses(self, attempt_it, cause, *parts):
        """Check that a step that attempts something fails by name."""
        attempt = self.rehearse(confirm=lambda _case: attempt_it())
        sentence = self.assertFails(attempt, "confirm", cause)
        for part in ("test_isolation", *parts):
            self.assertIn(part, sentence)

    def listening(self):
        return self.enterContext(closing(socket.create_server(("127.0.0.1", 0))))

    def connected(self):
        """Return a socket that was connected before the rehearsal."""
        address = self.listening().getsockname()
        return self.enterContext(closing(socket.create_connection(address)))


@tagged("-at_install", "post_install")
class TestNetwork(IsolationCase):
    def test_a_connection_names_its_address(self):
        def connect():
            with closing(socket.socket()) as opened:
                opened.connect(("192.0.2.7", 8443))

        self.assertRefuses(connect, "refused_connection", "192.0.2.7:8443")

    def test_a_datagram_names_its_address(self):
        def send():
            with closing(socket.socket(type=socket.SOCK_DGRAM)) as opened:
                opened.sendto(b"label", ("192.0.2.7", 9100))

        self.assertRefuses(send, "refused_connection", "192.0.2.7:9100")

    def test_what_is_sent_over_an_open_connection_names_its_address(self):
        opened = self.connected()
        address = ":".join(map(str, opened.getpeername()))
        for name in ("send", "sendall"):
            self.assertRefuses(
                lambda name=name: getattr(opened, name)(b"x"),
                "refused_connection",
                address,
            )

    def test_the_lookup_of_an_address_names_its_host(self):
        address = "api.example.com", 443
        self.assertRefuses(
            lambda: socket.create_connection(address), "refused_lookup", address[0]
        )

    def test_code_that_handles_the_error_fails_all_the_same(self):
        def connect(handled):
            with suppress(handled), closing(socket.socket()) as opened:
                opened.connect(("192.0.2.7", 8443))

        for handled in (Exception, BaseException):
            self.assertRefuses(
                lambda handled=handled: connect(handled),
                "refused_connection",
                "192.0.2.7:8443",
            )


@tagged("-at_install", "post_install")
class TestProcess(IsolationCase):
    def test_a_program_is_named_without_its_arguments(self):
        for start in (
            lambda: subprocess.run(["/bin/lpr", "--secret"], check=False),
            lambda: os.system("/bin/lpr --secret"),
        ):
            self.assertRefuses(start, "refused_program", "/bin/lpr in")

    def test_a_thread_is_named(self):
        def start():
            threading.Thread(target=print, name="label-printer").start()

        self.assertRefuses(start, "refused_thread", "label-printer")


@tagged("-at_install", "post_install")
class TestTransaction(IsolationCase):
    def test_another_cursor(self):
        def connect():
            self.registry._db.cursor()

        self.assertRefuses(connect, "refused_cursor", self.env.cr.dbname)

    def test_another_connection(self):
        def connect():
            psycopg2.connect(dbname="elsewhere")

        self.assertRefuses(connect, "refused_cursor", "elsewhere")

    def test_commit_and_rollback(self):
        for name in ("commit", "rollback"):
            attempt = self.rehearse(
                confirm=lambda case, name=name: getattr(case.env.cr, name)()
            )
            self.assertFails(attempt, "confirm", f"refused_{name}")

    def test_an_end_by_sql(self):
        for end in (
            "COMMIT",
            " end;",
            "SELECT 1; ROLLBACK",
            "rollback work",
            "/* sent */ -- now\nCOMMIT",
            b"COMMIT",
            SQL("COMMIT"),
            tools.SQL("COMMIT"),
        ):
            attempt = self.rehearse(
                confirm=lambda case, end=end: case.env.cr.execute(end)
            )
            self.assertFails(attempt, "confirm", "refused_end")

    def test_an_end_by_sql_in_another_way_is_found(self):
        self.patch(
            rehearsal,
            "TRANSACTION_STATUS_IDLE",
            psycopg2.extensions.TRANSACTION_STATUS_INTRANS,
        )
        self.assertFails(self.rehearse(), "prepare", "ended_transaction")

    def test_savepoints_are_allowed(self):
        def confirm(case):
            with suppress(ValueError), case.env.cr.savepoint():
                raise ValueError

        attempt = self.rehearse(
            confirm=confirm, reserve=lambda _case: None, validate=lambda _case: None
        )
        self.assertPasses(attempt)


@tagged("-at_install", "post_install")
class TestOthers(IsolationCase):
    def only(self, confirm):
        """Rehearse a journey with one step."""
        self.journey = self.make_journey(["confirm"], code="only_one")
        return self.rehearse(confirm=confirm)

    def test_other_threads_connect_meanwhile(self):
        address = self.listening().getsockname()
        begin, connected = threading.Event(), threading.Event()

        def connect():
            begin.wait(60)
            with closing(socket.create_connection(address)):
                connected.set()

        other = threading.Thread(target=connect)
        other.start()

        def confirm(_case):
            begin.set()
            self.assertTrue(connected.wait(60))

        self.assertPasses(self.only(confirm))
        other.join()

    def test_the_thread_itself_connects_afterwards(self):
        self.assertPasses(self.only(lambda _case: None))
        self.connected()

    def test_log_lines_leave_over_the_network(self):
        server = self.enterContext(closing(socket.socket(type=socket.SOCK_DGRAM)))
        server.bind(("127.0.0.1", 0))

        class Handler(logging.Handler):
            def emit(self, record):
                with closing(socket.socket(type=socket.SOCK_DGRAM)) as opened:
                    opened.sendto(record.msg.encode(), server.getsockname())

        logger = logging.getLogger("reliability.synthetic.test")
        logger.addHandler(handler := Handler())
        self.addCleanup(logger.removeHandler, handler)
        self.assertPasses(self.only(lambda _case: logger.warning("reserved")))
        self.assertEqual(server.recv(100), b"reserved")

    def test_functions_are_wrapped_while_a_rehearsal_runs(self):
        before = socket.socket.connect, threading.Thread.start
        during = []

        def confirm(_case):
            during.extend((socket.socket.connect, threading.Thread.start))

        self.assertPasses(self.only(confirm))
        self.assertFalse({*before} & {*during})
        self.assertEqual((socket.socket.connect, threading.Thread.start), before)

    def test_sockets_of_this_host_are_allowed(self):
        def confirm(_case):
            ours, theirs = socket.socketpair()
            with closing(ours), closing(theirs):
                ours.sendall(b"x")

        self.assertPasses(self.only(confirm))


@tagged("-at_install", "post_install")
class TestOtherVersionsOfOdoo(CopiedRehearsalCase):
    def test_nothing_is_rehearsed_that_cannot_be_isolated(self):
        with patch.object(isolation, "instrument", return_value=False):
            attempt = self.rehearse()
        self.assertFails(attempt, "prepare", "not_isolated")
