"""Behind HAProxy the demo has pages and the bus on one port, with TLS."""

import pytest
from bus import WebClient, receive_setting
from metrics import wait_for

from setup import demo_server

UNTIL = demo_server.NEW
WAITED = "odoo_http_server_request_waiting_seconds_count"


@pytest.fixture
def client(server):
    return WebClient(server.ingress.url, server.authority, server.database)


def test_a_page_opens_by_https_and_by_http(client, server):
    assert "odoo.__session_info__" in client.get("/odoo/reliability").text
    assert server.responds("/web/login")


def test_the_bus_delivers_what_odoo_sends(client):
    with client.bus() as connection:
        receive_setting(connection, client.change_setting())


def test_the_time_that_requests_wait_for_a_worker_is_measured(client, server):
    here = (WAITED, (("db", server.database),))
    before = wait_for(server, bool).get(here, 0)
    client.get("/odoo/reliability")
    wait_for(server, lambda samples: samples.get(here, 0) > before)
