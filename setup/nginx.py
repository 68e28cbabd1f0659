"""nginx in front of Odoo."""

from . import debian, ports
from .ingress import DEPLOY, Ingress

# Only root may choose the account of the workers: that which may read this checkout.
CONFIGURATION = """\
user root;
daemon off;
pid nginx.pid;
error_log stderr warn;
events {{}}
http {{
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include {example};
}}
"""


class Nginx(Ingress):
    """nginx with its page ``stub_status``."""

    kind = "nginx"
    example = DEPLOY / "nginx" / "odoo.conf"
    metrics_path = "/stub_status"

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.main_config = self.folder / "nginx-main.conf"

    def configure(self):
        super().configure()
        self.main_config.write_text(CONFIGURATION.format(example=self.config))

    def replaced(self):
        return {
            "listen 443": f"listen {ports.LOOPBACK}:{self.port}",
            "/etc/nginx/odoo.pem": str(self.certificate),
            "/var/log/nginx/odoo.json": str(self.access_log),
            "    server 127.0.0.1:8069;\n": _servers(self.web),
            "    server 127.0.0.1:8072;\n": _servers(self.websocket),
            "127.0.0.1:8404": f"{ports.LOOPBACK}:{self.metrics_port}",
        }

    def command(self):
        folder = ("-p", self.folder)
        return [
            debian.program("nginx"),
            "-e",
            "stderr",
            *folder,
            "-c",
            self.main_config,
        ]


def _servers(addresses):
    return "".join(f"    server {address};\n" for address in addresses)
