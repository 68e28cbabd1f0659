"""A user of Odoo's web client behind an ingress: requests, and the bus."""

import contextlib
import json
import uuid

import requests
import websocket

_TIMEOUT = 120
SETTING = "push_to_talk_key"
"""A setting of each user; Odoo sends it to all of his pages when it changes."""


class WebClient:
    """A user who is logged in by HTTPS; the password is the login.

    Certificates are verified.

    :param url: of the ingress
    :param authority: the file with the certificate of its CA
    """

    def __init__(self, url, authority, database, login="admin"):
        self._url, self._authority = url, str(authority)
        self._session = requests.Session()
        self._session.verify = self._authority
        self._session.trust_env = False  # no other CAs, no proxy
        identity = {"db": database, "login": login, "password": login}
        self._info = self.post("/web/session/authenticate", identity)

    def get(self, path):
        """Return the response to a request."""
        return self._session.get(self._url + path, timeout=_TIMEOUT)

    def post(self, path, parameters):
        """Return the result of a call of JSON-RPC."""
        url = self._url + path
        response = self._session.post(
            url, json={"params": parameters}, timeout=_TIMEOUT
        )
        return response.json()["result"]

    @contextlib.contextmanager
    def bus(self):
        """Give a websocket that is subscribed to what Odoo sends to the user."""
        cookies = self._session.cookies.get_dict().items()
        connection = websocket.create_connection(
            f"wss{self._url.removeprefix('https')}/websocket"
            f"?version={self._info['websocket_worker_version']}",
            timeout=_TIMEOUT,
            sslopt={"ca_certs": self._authority},
            origin=self._url,
            cookie="; ".join(f"{name}={value}" for name, value in cookies),
        )
        with contextlib.closing(connection):
            subscription = {"channels": [], "last": 0}
            connection.send(
                json.dumps({"event_name": "subscribe", "data": subscription})
            )
            yield connection

    def change_setting(self):
        """Change a setting of the user; return its new value, which is unique."""
        model, value = "res.users.settings", uuid.uuid4().hex
        number = self._info["user_settings"]["id"]
        arguments = [[number], {SETTING: value}]
        call = {"model": model, "method": "set_res_users_settings", "args": arguments}
        self.post("/web/dataset/call_kw", {**call, "kwargs": {}})
        return value


def receive_setting(connection, value):
    """Wait for the message that the setting has a value.

    :raise websocket.WebSocketTimeoutException: it does not arrive
    """
    while True:
        for received in json.loads(connection.recv()):
            message = received["message"]
            is_setting = message["type"] == "res.users.settings"
            if is_setting and message["payload"].get(SETTING) == value:
                return
