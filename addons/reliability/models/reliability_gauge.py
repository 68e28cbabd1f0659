"""Gauges: numbers from the database on ``/metrics``, each of them an SQL view.

The collector reads the views, see :mod:`..collector.gauges`.
"""

from odoo import api, fields, models
from odoo.tools import SQL, sql

from ..collector.gauges import PREFIX

_CRON = """
    SELECT coalesce(
               (SELECT module || '.' || name FROM ir_model_data AS data
                 WHERE data.model = 'ir.cron' AND data.res_id = cron.id
                 ORDER BY data.id LIMIT 1),
               'cron_' || cron.id
           ) AS cron,
"""
_ABOVE_ZERO = "SELECT * FROM (%s) AS gauge WHERE value > 0"
"""Zeros of each scheduled action would be 43 % of a database's gauges."""
# The line break ends a comment in the last line of the query.
_OF_BUSINESS = """
    SELECT gauge.* FROM (%s
    ) AS gauge WHERE %s
"""


class ReliabilityGauge(models.AbstractModel):
    """Gauges; to add one, extend ``init`` and call ``_register_gauge`` in it."""

    _name = "reliability.gauge"
    _description = "Gauges of the Database"

    def init(self):
        result = super().init()
        # Once the columns that they read exist.
        self.env.registry.post_init(self._register_core_gauges)
        return result

    @api.model
    def _register_core_gauges(self):
        self._register_gauge(
            "company_info",
            "1 for each company, with its name.",
            "SELECT id::text AS company, name, 1 AS value FROM res_company",
        )
        self._register_gauge(
            "database_info",
            "1 for each database, with how its server is used: shared by several"
            " tenants, or dedicated to one.",
            "SELECT current_setting('reliability.tenancy', true) AS tenancy,"
            " 1 AS value",
        )
        self._register_gauge(
            "cron_late_seconds",
            "How long scheduled actions have been due; none of those that are not.",
            _ABOVE_ZERO
            % f"""{_CRON}
                   extract(epoch FROM now() AT TIME ZONE 'UTC' - least(
                       cron.nextcall,
                       (SELECT min(call_at) FROM ir_cron_trigger AS triggered
                         WHERE triggered.cron_id = cron.id)
                   )) AS value
              FROM ir_cron AS cron WHERE cron.active
            """,
        )
        self._register_gauge(
            "cron_failures",
            "Consecutive failures of scheduled actions; none without a failure.",
            _CRON + "cron.failure_count AS value FROM ir_cron AS cron"
            " WHERE cron.failure_count > 0",
        )
        self._register_gauge(
            "cron_deaths",
            "Consecutive runs of scheduled actions in which the worker died; none"
            " where no worker died.",
            _ABOVE_ZERO
            % f"""{_CRON}
                   (SELECT progress.timed_out_counter
                      FROM ir_cron_progress AS progress
                     WHERE progress.cron_id = cron.id
                     ORDER BY progress.id DESC LIMIT 1) AS value
              FROM ir_cron AS cron WHERE cron.active
            """,
        )
        self._register_gauge(
            "cron_active",
            "1 for active scheduled actions, 0 for deactivated ones.",
            _CRON + "cron.active::int AS value FROM ir_cron AS cron",
        )
        self._register_gauge(
            "cron_skipped",
            "1 while Odoo runs no scheduled action, by reason: modules wait to be"
            " installed, upgraded or removed, or Odoo is of another version.",
            """
            SELECT 'modules' AS reason,
                   (EXISTS (SELECT FROM ir_module_module
                             WHERE state LIKE 'to %'))::int AS value
             UNION ALL
            SELECT 'version',
                   (latest_version IS DISTINCT FROM coalesce(
                        current_setting('reliability.base_version', true),
                        latest_version
                    ))::int
              FROM ir_module_module WHERE name = 'base'
            """,
        )
        self._register_gauge(
            "reliability_refused_messages",
            "Messages that the database refuses; they are tried again.",
            "SELECT host, sum(refused) AS value FROM reliability_collector_report"
            " WHERE reported > now() AT TIME ZONE 'UTC' - interval '1 hour' GROUP BY 1",
        )

    @api.model
    def _register_gauge(self, name, text, query):
        """Create the view of a gauge: ``odoo_<name>`` on ``/metrics``.

        Its type is counter if the name ends with ``_total``.  Rows whose label
        ``company`` is the id of a company that is left out are no part of it.  A query
        without this label has the condition ``_of_business``.

        :param str name: with its unit, such as ``transfers_waiting``; a name that
            begins with ``_`` is shown without ``odoo_``, for metrics that another
            project has named
        :param str text: the help text on ``/metrics``, a sentence
        :param str query: SQL with the labels as columns, and the number as the last
            column, ``value``.  It runs every few seconds, so it needs indexes.
        """
        self._unregister_gauges(name)
        view, query = SQL.identifier(PREFIX + name), SQL(query.replace("%", "%%"))
        if "company" in self._columns_of(query):
            query = SQL(_OF_BUSINESS, query, SQL(self._of_business("gauge.company")))
        self.env.cr.execute(SQL("CREATE VIEW %s AS %s", view, query))
        self.env.cr.execute(SQL("COMMENT ON VIEW %s IS %s", view, text))

    @api.model
    def _of_business(self, company):
        """Return the condition, in SQL, that a company is not left out.

        A database that is not upgraded yet leaves none out.

        :param str company: the column with its id, also as text
        """
        if not sql.column_exists(self.env.cr, "res_company", "reliability_left_out"):
            return "TRUE"
        return f"""
            NOT EXISTS (SELECT FROM res_company AS of_business
                         WHERE of_business.id::text = {company}::text
                           AND of_business.reliability_left_out)
        """

    @api.model
    def _columns_of(self, query):
        """Return the names of the columns of a query."""
        self.env.cr.execute(SQL("SELECT * FROM (%s\n) AS gauge LIMIT 0", query))
        return [column.name for column in self.env.cr.description]

    @api.model
    def _unregister_gauges(self, *names):
        """Drop gauges when their addon is uninstalled."""
        for name in names:
            view = SQL.identifier(PREFIX + name)
            self.env.cr.execute(SQL("DROP VIEW IF EXISTS %s", view))


class ReliabilityGaugeLease(models.Model):
    """The host that reads the gauges, see :func:`..collector.gauges.has_lease`."""

    _name = "reliability.gauge.lease"
    _table = "reliability_lease"  # names with reliability_gauge_ are of gauges
    _description = "Host That Reads the Gauges"
    _log_access = False

    source = fields.Char(required=True)
    until = fields.Datetime(required=True)
