import optparse
import sys

import psycopg2

from odoo.cli import Command
from odoo.sql_db import db_connect
from odoo.tools import config


class ReliabilityLedger(Command):
    """Copy the ledger of a database, or compare a restored one with its copy.

    ``odoo reliability_ledger -d main --copy /mnt/elsewhere/ledger``
    """

    name = "reliability_ledger"

    def run(self, args):
        # Imported here: Odoo loads this file by its path, so a relative import has no
        # package.
        # pylint: disable-next=odoo-addons-relative-import
        from odoo.addons.reliability_integration.ledger import ledger_command

        options = self._options(args)
        databases = config["db_name"]
        if len(databases) != 1:
            sys.exit("Name one database: odoo reliability_ledger -d main …")
        try:
            with db_connect(databases[0]).cursor() as cr:
                sys.exit(ledger_command.main(cr, options))
        except psycopg2.Error as error:
            sys.exit(f"The ledger of {databases[0]} is not available: {error}".strip())

    def _options(self, args):
        parser = config.parser
        parser.prog = self.prog
        group = optparse.OptionGroup(parser, "Copy of the Ledger")
        add = group.add_option
        add(
            "--copy",
            metavar="FOLDER",
            help="Add to the copy in a folder what the ledger has learned since then",
        )
        add(
            "--compare",
            metavar="FOLDER",
            help="Print what the copy in a folder has and the ledger has not",
        )
        add(
            "--record",
            action="store_true",
            help="With --compare: record that in the ledger, and let the copy go on",
        )
        parser.add_option_group(group)
        return config.parse_config(args, setup_logging=True)
