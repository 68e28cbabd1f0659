"""Odoo with all that it runs on in the demo."""

from . import telemetry_folders
from .odoo_behind_haproxy import OdooBehindHAProxy
from .redis_server import Redis


class DemoOdoo(OdooBehindHAProxy):
    """Odoo behind HAProxy, with its telemetry in memory, and with a Redis.

    The Redis is empty: Odoo needs none, and no addon of the demo does.  The platform's
    page and metrics have it.

    :param redis_port: of the Redis; a free one by default
    :param options: as of :class:`.OdooBehindHAProxy`
    """

    def __init__(self, database, folder, redis_port=None, **options):
        telemetry = telemetry_folders.of_server(folder)
        super().__init__(database, folder, telemetry=telemetry, **options)
        self.redis = Redis(folder, redis_port)
        self.reliability = {"redis_cache": self.redis.url, **self.reliability}

    def start(self):
        self.redis.start()
        super().start()

    def stop(self):
        super().stop()
        self.redis.stop()

    def kill(self):
        super().kill()
        self.redis.kill()
