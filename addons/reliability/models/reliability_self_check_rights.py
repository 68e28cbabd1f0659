"""The self-check of rights in PostgreSQL: what is withheld, and what to run.

Odoo and the collector have the same role, so this is true of the collector, too.
"""

from odoo import api, models
from odoo.tools import SQL

from ..collector import gauges, maintenance
from ..collector.connection import OWNER_IS_TRUSTED

TABLE_SIZE = "pg_total_relation_size(regclass)"
_UNTRUSTED = f"""
    SELECT 'VIEW ' || oid::regclass, relowner::regrole::text FROM pg_class
     WHERE relkind = 'v' AND pg_catalog.starts_with(relname, %s)
       AND relnamespace = 'public'::regnamespace
       AND NOT {OWNER_IS_TRUSTED.format(owner="relowner")}
     UNION ALL
    SELECT 'FUNCTION ' || oid::regprocedure, proowner::regrole::text FROM pg_proc
     WHERE pg_catalog.starts_with(proname, %s) AND pronamespace = 'public'::regnamespace
       AND NOT {OWNER_IS_TRUSTED.format(owner="proowner")}
     ORDER BY 1
"""
# Roles that can connect and create, and are not trusted already.
_CREATORS = f"""
    SELECT creator.oid::regrole::text FROM pg_roles AS creator
     WHERE rolcanlogin AND NOT {OWNER_IS_TRUSTED.format(owner="creator.oid")}
       AND pg_catalog.has_database_privilege(creator.oid, current_database(), 'CONNECT')
       AND pg_catalog.has_schema_privilege(creator.oid, 'public', 'CREATE')
     ORDER BY 1
"""


class ReliabilitySelfCheck(models.AbstractModel):
    _inherit = "reliability.self.check"

    @api.model
    def _needed_functions(self):
        """Return the functions of PostgreSQL that Odoo's role must be able to execute.

        Addons extend it.

        :return: signature → what is missing without it, the end of a sentence
        :rtype: dict[str, str]
        """
        return {
            TABLE_SIZE: self.env._(
                "Settings cannot show how much space measurements take"
            ),
        }

    @api.model
    def _rights_problems(self):
        """Return what PostgreSQL withholds from Odoo's role, and how to grant it.

        :rtype: list[str]
        """
        return [
            *self._function_problems(),
            *self._connect_problems(),
            *self._owner_problems(),
            *self._creator_problems(),
        ]

    @api.model
    def _function_problems(self):
        (role,) = self._row("SELECT current_user::regrole::text")
        return [
            self.env._(
                "%(missing)s: PostgreSQL does not let Odoo's role execute %(function)s."
                " As a superuser, run in this database: GRANT EXECUTE ON FUNCTION"
                " pg_catalog.%(function)s TO %(role)s;",
                missing=missing,
                function=function,
                role=role,
            )
            for function, missing in self._needed_functions().items()
            if not self._may_execute(function)
        ]

    @api.model
    def _may_execute(self, function):
        """Return whether Odoo's role may execute a function of PostgreSQL.

        :param str function: its signature
        """
        (may,) = self._row(
            "SELECT pg_catalog.has_function_privilege(%s, 'EXECUTE')",
            f"pg_catalog.{function}",
        )
        return may

    @api.model
    def _connect_problems(self):
        role, is_missing = self._row(
            "SELECT current_user::regrole::text, EXISTS (SELECT FROM pg_database"
            " WHERE datname = 'postgres'"
            " AND NOT pg_catalog.has_database_privilege(oid, 'CONNECT'))"
        )
        if not is_missing:
            return []
        return [
            self.env._(
                "The collector does not learn which databases are new, renamed or gone:"
                " Odoo's role may not connect to the database postgres. Run: GRANT"
                " CONNECT ON DATABASE postgres TO %(role)s;",
                role=role,
            )
        ]

    @api.model
    def _owner_problems(self):
        prefixes = gauges.PREFIX, maintenance.PREFIX
        (role,) = self._row("SELECT current_user::regrole::text")
        return [
            self.env._(
                "The collector does not use the %(object)s, which belongs to the role"
                " %(owner)s: neither Odoo's role nor one that owns this database or its"
                " tables. If it is yours, run: ALTER %(object)s OWNER TO %(role)s;"
                " otherwise drop it.",
                object=found,
                owner=owner,
                role=role,
            )
            for found, owner in self.env.execute_query(SQL(_UNTRUSTED, *prefixes))
        ]

    @api.model
    def _creator_problems(self):
        (own_role,) = self._row("SELECT current_user::regrole::text")
        roles = [role for (role,) in self.env.execute_query(SQL(_CREATORS))]
        if not roles:
            return []
        return [
            self.env._(
                "Other roles (%(roles)s) may create functions and operators in the"
                " schema of Odoo's tables, and so have Odoo's role run their code."
                " Run in this database: GRANT CREATE ON SCHEMA public TO %(own_role)s;"
                " REVOKE CREATE ON SCHEMA public FROM PUBLIC, %(roles)s;",
                own_role=own_role,
                roles=", ".join(roles),
            )
        ]

    @api.model
    def _row(self, query, *values):
        (row,) = self.env.execute_query(SQL(query, *values))
        return row
