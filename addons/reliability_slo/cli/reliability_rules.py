import optparse
import sys
from pathlib import Path

import psycopg2

from odoo.api import SUPERUSER_ID, Environment
from odoo.cli import Command
from odoo.modules.db import is_initialized
from odoo.modules.registry import Registry
from odoo.sql_db import db_connect
from odoo.tools import config


class ReliabilityRules(Command):
    """Write rules of Prometheus for the objectives of databases.

    ``odoo reliability_rules -d main,north --output /etc/prometheus/objectives.yml``
    """

    name = "reliability_rules"

    def run(self, args):
        # Imported here: Odoo loads this file by its path, so a relative import has no
        # package.
        # pylint: disable-next=odoo-addons-relative-import
        from odoo.addons.reliability_slo import rules

        options = self._options(args, rules.NAMES)
        databases = config["db_name"]
        if not databases:
            sys.exit("Name the databases: odoo reliability_rules -d main,north")
        objectives = {db: _objectives(db) for db in databases}
        if empty := [db for db, found in objectives.items() if not found]:
            sys.exit(f"There is no active objective in {', '.join(empty)}.")
        text = rules.rules(objectives, options.names)
        if not options.output:
            sys.stdout.write(text)
            return
        try:
            Path(options.output).write_text(text)
        except OSError as error:
            sys.exit(f"The rules could not be written: {error}")

    def _options(self, args, names):
        parser = config.parser
        parser.prog = self.prog
        group = optparse.OptionGroup(parser, "Rules of Prometheus")
        group.add_option(
            "--names",
            choices=list(names),
            default=next(iter(names)),
            help="Names of the recorded series: odoo, or sloth for its dashboards",
        )
        group.add_option(
            "--output", metavar="FILE", help="Write the rules to a file, not to stdout"
        )
        parser.add_option_group(group)
        return config.parse_config(args, setup_logging=True)


def _objectives(db):
    """Return the objectives of a database, or end with an error."""
    try:
        with db_connect(db).cursor() as cr:
            is_odoo = is_initialized(cr)
    except psycopg2.OperationalError as error:
        sys.exit(f"The database {db} cannot be opened: {error}".strip())
    registry = Registry(db) if is_odoo else {}
    if "reliability.slo" not in registry:
        sys.exit(f"The app Reliability - Objectives is not installed in {db}.")
    with registry.cursor(readonly=True) as cr:
        return Environment(cr, SUPERUSER_ID, {})["reliability.slo"]._specifications()
