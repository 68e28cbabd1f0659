"""What the load of a registry takes longer, since the process compares what it runs,
and the settings of its start, with what its host has stored.

Prints a table in Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import os

from _one_side import print_actions, processor

from odoo import api
from odoo.orm.registry import Registry
from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

SAME, NEW, FIRST, SAME_SETTINGS, NEW_SETTINGS = (
    "the host runs the same",
    "something is new: a row is written",
    "the first load in a process: folders and packages are read, a row is written",
    "settings: the host has the same",
    "settings: something is new, a row is written",
)
GOALS = dict.fromkeys((SAME, NEW, FIRST, SAME_SETTINGS, NEW_SETTINGS), 0.05)
THRESHOLDS = {
    SAME: 0.01,
    NEW: 0.012,
    FIRST: 0.03,
    SAME_SETTINGS: 0.02,
    NEW_SETTINGS: 0.02,
}
"""Seconds: goals of time, limits of processor time in Python and PostgreSQL."""


def load(cr, clock, before):
    """Return a side: the hook of a load.

    :param before: prepares it
    """
    fingerprints = api.Environment(cr, api.SUPERUSER_ID, {})["reliability.fingerprint"]

    def side(sample):
        before(fingerprints)
        with sample.timed(clock):
            fingerprints._register_hook()
        cr.rollback()

    return side


def load_settings(cr, clock, is_new):
    """Return a side: settings are read, and compared with those of the host."""
    hosts = api.Environment(cr, api.SUPERUSER_ID, {})["reliability.drift.host"]

    def side(sample):
        hosts._record()
        if is_new:
            hosts.search([]).unlink()
        hosts.env.flush_all()
        hosts.env.invalidate_all()
        with sample.timed(clock):
            hosts._record()
        cr.rollback()
        hosts.env.clear()

    return side


def run_before(fingerprints):
    """Let the host run the same."""
    fingerprints._register_hook()


def make_new(fingerprints):
    """Let all be new."""
    fingerprints.search([]).unlink()
    fingerprints.env.flush_all()


def make_process_new(fingerprints):
    """Let the process be new, too."""
    from odoo.addons.reliability_change import process

    make_new(fingerprints)
    process._this.clear()


def main():
    registry = Registry(config["db_name"][0])
    with registry.cursor() as cr:
        clock = processor(cr)
        actions = {
            SAME: load(cr, clock, run_before),
            NEW: load(cr, clock, make_new),
            FIRST: load(cr, clock, make_process_new),
            SAME_SETTINGS: load_settings(cr, clock, False),
            NEW_SETTINGS: load_settings(cr, clock, True),
        }
        print_actions("a registry is loaded", actions, THRESHOLDS, GOALS)


if __name__ == "__main__":
    main()
