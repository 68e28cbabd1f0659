"""Send messages to the inbound API, as another system does."""

import http.client
import json
from typing import NamedTuple

from setup import ports, postgres

_TIMEOUT = 180  # seconds until there is no answer


class Reply(NamedTuple):
    """An answer; ``status`` is ``None`` where the connection broke before it."""

    status: int | None
    content: dict
    headers: dict


NO_REPLY = Reply(None, {}, {})


def make_key(user, kind="probe"):
    """Make an API key of a user of the external API.

    :param kind: of message; ``None`` for a key for RPC
    """
    return user.call("probe.inbound", "make_key", [], kind)


def make_system(user, name):
    """Make a partner system: alerts about another one have another cause.

    :return: its code
    """
    code = name.lower()
    if not user.call("reliability.integration", "search", [("code", "=", code)]):
        values = {"name": name, "code": code}
        user.call("reliability.integration", "create", values)
    return code


def send(server, body, key, database=None, kind="probe", **headers):
    """Send a message; return the reply.

    :param body: a dict, bytes, or parts of a body whose length is not sent
    :param key: of the API
    :param database: in the header; without it, none is named
    """
    if isinstance(body, dict):
        body = json.dumps(body).encode()
    sent = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    if database:
        sent["X-Odoo-Database"] = database
    sent.update((name.replace("_", "-"), value) for name, value in headers.items())
    connection = http.client.HTTPConnection(
        ports.LOOPBACK, server.port, timeout=_TIMEOUT
    )
    try:
        connection.request("POST", f"/reliability/inbound/{kind}", body, sent)
        return reply(connection.getresponse())
    except (OSError, http.client.HTTPException):
        return NO_REPLY
    finally:
        connection.close()


def reply(response):
    """Return the reply that an HTTP response is; it must be JSON."""
    return Reply(response.status, json.load(response), dict(response.headers))


def processed(database, name):
    """Return how often each row that messages have made with a name was processed."""
    where = f"WHERE name = '{name}' ORDER BY id"
    rows = postgres.psql(f"SELECT processed FROM probe_inbound {where}", database)
    return [int(row) for row in rows.split()]
