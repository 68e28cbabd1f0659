from odoo import api, models
from odoo.tools import config


class ReliabilitySelfCheck(models.AbstractModel):
    _inherit = "reliability.self.check"

    @api.model
    def _needed_functions(self):
        return super()._needed_functions() | {
            "pg_blocking_pids(integer)": self.env._("Lock waits are not observed"),
        }

    @api.model
    def _loading_problems(self):
        problems = super()._loading_problems()
        if "reliability_platform" not in config["server_wide_modules"]:
            problems.append(
                self.env._(
                    "Reliability - Platform is not loaded server-wide: the collector"
                    " checks no locks, no workers, and neither PostgreSQL, Redis, the"
                    " ingress nor hosts. Add"
                    " reliability_platform to server_wide_modules in odoo.conf and"
                    " restart Odoo."
                )
            )
        return problems

    @api.model
    def _addon_problems(self):
        """Add the rights that checks of the platform lack, with what grants them."""
        found = self._grants()
        hosts = self.env["reliability.host"]._current()
        codes = {code for host in hosts for code in host.report.get("missing", ())}
        return [
            *super()._addon_problems(),
            *(found[code] for code in sorted(codes) if code in found),
        ]

    @api.model
    def _grants(self):
        """Return code of a right → what is not known without it, and its statement."""
        (role,) = self._row("SELECT current_user::regrole::text")
        _ = self.env._
        return {
            "connect": _(
                "PostgreSQL is not checked: Odoo's role may not connect to the database"
                " postgres. Run: GRANT CONNECT ON DATABASE postgres TO %(role)s;",
                role=role,
            ),
            "pg_monitor": _(
                "Less is known of PostgreSQL: Odoo's role may not read what other roles"
                " do, nor the settings and the files of the cluster. As a superuser,"
                " run: GRANT pg_monitor TO %(role)s;",
                role=role,
            ),
            "pg_stat_statements": _(
                "Slow statements are not known: PostgreSQL does not count them. Add"
                " pg_stat_statements to shared_preload_libraries, restart PostgreSQL"
                " and run in the database postgres: CREATE EXTENSION"
                " pg_stat_statements;"
            ),
            "redis_info": _(
                "Of Redis it is only known whether it responds: its user may not run"
                " INFO. Run with the name of the user: ACL SETUSER name +info"
            ),
            "redis_latency": _(
                "Latency spikes of Redis are not known: its user may not run LATENCY."
                " Run with the name of the user: ACL SETUSER name"
                " +latency|latest"
            ),
            "redis_clients": _(
                "Blocked clients of Redis are not known: its user may not run CLIENT"
                " LIST. Run with the name of the user: ACL SETUSER name +client|list"
            ),
            "ingress_endpoint": _(
                "Servers and queues of an ingress are not known: its address does not"
                " respond as expected. Check the options ingress_… in odoo.conf, and"
                " open the address for this host"
            ),
            "ingress_log": _(
                "Requests that Odoo has never seen are not known: the access log of an"
                " ingress cannot be read. Run with the path of the log: setfacl -m"
                " u:odoo:r path"
            ),
            "ingress_name": _(
                "The certificate of an ingress is not known: the host of its public"
                " address has no IP address here. Check the options ingress_…_tls in"
                " odoo.conf"
            ),
            "pgbouncer_stats_users": _(
                "The pools of PgBouncer are not known: the user of its address may not"
                " read them. Add the user to stats_users in pgbouncer.ini, and run"
                " RELOAD in PgBouncer's console"
            ),
        }
