"""The base of ingress servers: an example of ``deploy/`` on loopback, before Odoo."""

import urllib.request

from . import paths, ports
from .server import Server
from .steps import Failure

DEPLOY = paths.ROOT / "deploy"


class Ingress(Server):
    """A reverse proxy with TLS for Odoo's web pages and websocket, on one port.

    :param certificate: the file with its certificate and the key, in PEM
    :param web: addresses of HTTP servers, such as ``127.0.0.1:8069``
    :param websocket: addresses of evented servers; those of ``web`` by default
    :param metrics_port: for its own metrics; a free one by default
    :param changes: texts of the example → what replaces them
    :ivar access_log: a line of JSON for each request
    """

    example = None
    """The file with the configuration for those who run Odoo."""
    metrics_path = "/metrics"

    def __init__(
        self,
        folder,
        certificate,
        web,
        websocket=None,
        port=None,
        metrics_port=None,
        changes=None,
    ):
        super().__init__(folder, port)
        self.certificate = certificate
        self.web = web
        self.websocket = websocket or web
        self.metrics_port = metrics_port or ports.free_port()
        self.changes = changes or {}
        self.config = folder / f"{self.kind}.conf"
        self.access_log = folder / f"{self.kind}-access.json"

    @property
    def url(self):
        """Its address, without a slash at the end."""
        return f"https://{ports.LOOPBACK}:{self.port}"

    @property
    def metrics_url(self):
        """The address of its own metrics."""
        return f"http://{ports.LOOPBACK}:{self.metrics_port}{self.metrics_path}"

    def ports(self):
        return {self.port: self.kind, self.metrics_port: f"metrics of {self.kind}"}

    def configure(self):
        self.config.write_text(self.configuration())

    def configuration(self):
        """Return the example with the ports, servers and files of this one.

        :raise Failure: the example lacks a text that is to be replaced
        """
        return _replace(self.example.read_text(), {**self.replaced(), **self.changes})

    def replaced(self):
        """Return the texts of the example that are others here → what replaces them."""
        raise NotImplementedError

    def answers(self):
        try:
            with urllib.request.urlopen(self.metrics_url, timeout=5) as response:
                return response.status == 200
        except OSError:
            return False


def _replace(text, changes):
    for example, actual in changes.items():
        if example not in text:
            raise Failure(f"the example of the ingress has no {example!r}")
        text = text.replace(example, actual)
    return text
