"""An Odoo server that is also behind HAProxy, with a certificate by a CA of its own."""

import socket
from ipaddress import ip_address

from cryptography.x509 import IPAddress

from . import ports
from .certificates import DAY, Authority
from .haproxy import HAProxy
from .odoo_server import OdooServer

_VALID = DAY * 800
"""Of the certificate; browsers accept 825 days at the longest."""


class OdooBehindHAProxy(OdooServer):
    """Odoo with workers on its own ports, and behind HAProxy, which it observes.

    Its database is also the operator database, unless ``reliability`` has another.

    :param https_port, ingress_metrics_port: of HAProxy; free ones by default
    :param options: as of :class:`.odoo_server.OdooServer`, and all others, too
    :ivar ingress: the :class:`.haproxy.HAProxy`
    :ivar authority: the file with the certificate of the CA, for clients of HAProxy; it
        is made once for each folder
    """

    def __init__(
        self, database, folder, https_port=None, ingress_metrics_port=None, **options
    ):
        super().__init__(database, folder, **options)
        self.authority = folder / "Demo-CA.pem"
        self.ingress = HAProxy(
            folder,
            folder / "certificate.pem",
            web=[f"{ports.LOOPBACK}:{self.port}"],
            websocket=[f"{ports.LOOPBACK}:{self.gevent_port}"],
            port=https_port,
            metrics_port=ingress_metrics_port,
        )
        self.options = {"proxy_mode": True, **self.options}
        self.reliability = {
            "operator_database": database,
            "ingress_haproxy": f"haproxy+{self.ingress.metrics_url}",
            "ingress_haproxy_log": self.ingress.access_log,
            "ingress_haproxy_tls": self.ingress.url,
            **self.reliability,
        }

    def start(self):
        super().start()
        if not self.ingress.certificate.exists():
            self._certify()
        try:
            self.ingress.start()
        except BaseException:
            super().kill()
            raise

    def stop(self):
        self.ingress.stop()
        super().stop()

    def kill(self):
        self.ingress.kill()
        super().kill()

    def answers(self):
        return super().answers() and self._evented_server_listens()

    def _evented_server_listens(self):
        """Whether it does; HAProxy leaves one out that does not when it starts."""
        try:
            with socket.create_connection((ports.LOOPBACK, self.gevent_port), 5):
                return True
        except OSError:
            return False

    def _certify(self):
        authority = Authority(self.folder, self.authority.stem)
        loopback = IPAddress(ip_address(ports.LOOPBACK))
        issued = authority.issue("localhost", ends=_VALID, more=[loopback])
        issued.rename(self.ingress.certificate)
