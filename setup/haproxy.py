"""HAProxy in front of Odoo."""

from . import debian, ports
from .ingress import DEPLOY, Ingress


class HAProxy(Ingress):
    """HAProxy with its Prometheus exporter, and with checks of each server."""

    kind = "haproxy"
    example = DEPLOY / "haproxy" / "haproxy.cfg"

    def replaced(self):
        return {
            # Only root may change it, who alone may listen below port 1024.
            "    user haproxy\n    group haproxy\n": "",
            "bind :443": f"bind {ports.LOOPBACK}:{self.port}",
            "/etc/haproxy/odoo.pem": str(self.certificate),
            "    server web1 127.0.0.1:8069\n": _servers("web", self.web),
            "    server websocket1 127.0.0.1:8072\n": _servers(
                "websocket", self.websocket
            ),
            "127.0.0.1:8404": f"{ports.LOOPBACK}:{self.metrics_port}",
        }

    def command(self):
        # It logs to its standard output, and writes warnings to the other one.  The
        # file begins anew: HAProxy removes the flag to append, and would overwrite it.
        redirected = 'exec "$0" -db -f "$1" >"$2"'
        program = debian.program("haproxy")
        return ["sh", "-c", redirected, program, self.config, self.access_log]


def _servers(name, addresses):
    return "".join(
        f"    server {name}{number} {address}\n"
        for number, address in enumerate(addresses, 1)
    )
