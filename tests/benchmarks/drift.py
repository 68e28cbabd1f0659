"""How long a look for drift takes: all settings are read, and compared.

Prints a table in Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import os

from _one_side import print_actions, processor

from odoo import api, fields
from odoo.orm.registry import Registry
from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

SAME, CHANGED = "nothing differs", "100 settings differ, each since now"
GOALS = dict.fromkeys((SAME, CHANGED), 0.3)
THRESHOLDS = {SAME: 0.3, CHANGED: 0.4}
"""Seconds: goals of time, limits of processor time in Python and PostgreSQL."""
_CHANGE = """
    UPDATE ir_model_access SET perm_unlink = NOT perm_unlink
     WHERE id IN (SELECT id FROM ir_model_access ORDER BY id LIMIT 100)
"""


def comparison(cr, clock, query):
    """Return a side: a comparison with the baseline, after a query."""
    env = api.Environment(cr, api.SUPERUSER_ID, {})
    sources = env["reliability.drift.source"]

    def side(sample):
        sources._compare(fields.Datetime.now())
        env.flush_all()
        if query:
            cr.execute(query)
        env.invalidate_all()
        with sample.timed(clock):
            sources._compare(fields.Datetime.now())
            env.flush_all()
        cr.rollback()
        env.clear()

    return side


def main():
    registry = Registry(config["db_name"][0])
    with registry.cursor() as cr:
        clock = processor(cr)
        actions = {
            SAME: comparison(cr, clock, ""),
            CHANGED: comparison(cr, clock, _CHANGE),
        }
        print_actions("settings are compared", actions, THRESHOLDS, GOALS)


if __name__ == "__main__":
    main()
