"""PgBouncer in front of the PostgreSQL cluster of this workplace, on loopback.

The databases of tenants are pooled by transaction, and ``postgres``, where Odoo listens
for notifications, by session.  Like PostgreSQL, it refuses to run as root.
"""

import os
import socket

from . import debian, ports, postgres
from .server import Server

CONFIGURATION = """\
[databases]
postgres = host={interface} port={postgres} pool_mode=session
* = host={interface} port={postgres}

[pgbouncer]
listen_addr = {interface}
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {users}
pool_mode = transaction
default_pool_size = {pool_size}
max_client_conn = 1000
server_login_retry = 1
"""


class PgBouncer(Server):
    """PgBouncer on loopback; its configuration is beside the cluster.

    :param pool_size: connections to PostgreSQL for each database
    """

    kind = "pgbouncer"

    def __init__(self, folder, pool_size=5):
        super().__init__(folder)
        self.pool_size = pool_size
        self.config = postgres.home() / f"pgbouncer-{self.port}.ini"

    def configure(self):
        users = self.config.with_suffix(".users")
        postgres.write_for_server(users, f'"{postgres.ROLE}" "{postgres.password()}"\n')
        configuration = CONFIGURATION.format(
            interface=ports.LOOPBACK,
            postgres=postgres.port(),
            port=self.port,
            users=users,
            pool_size=self.pool_size,
        )
        postgres.write_for_server(self.config, configuration)

    def command(self):
        account = postgres.ACCOUNT
        as_server = ("setpriv", f"--reuid={account}", f"--regid={account}")
        command = [debian.program("pgbouncer"), self.config]
        if os.geteuid() != 0:
            return command
        return [*as_server, "--clear-groups", *command]

    def answers(self):
        try:
            with socket.create_connection((ports.LOOPBACK, self.port), 5):
                return True
        except OSError:
            return False
