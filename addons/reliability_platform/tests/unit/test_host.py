"""The load of a host."""

import socket
from unittest import TestCase

from ...collector.host_load import waiting_at


class TestWaitingRequests(TestCase):
    def test_connections_wait_until_they_are_accepted(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = server.getsockname()
            self.assertEqual(waiting_at(address[1]), 0)
            with socket.create_connection(address), socket.create_connection(address):
                self.assertEqual(waiting_at(address[1]), 2)
                server.accept()[0].close()
                self.assertEqual(waiting_at(address[1]), 1)

    def test_the_number_is_unknown_for_a_port_without_a_server(self):
        self.assertIsNone(waiting_at(1))
