"""Run the benchmarks and put what they print into docs/benchmarks.md."""

import argparse
import datetime
import os
import random
import re
import signal
import subprocess

from . import databases, intervals, odoo_config, paths, python_env, tables
from .steps import Failure, say, step

PAGE = paths.ROOT / "docs" / "benchmarks.md"
BENCHMARKS = paths.ROOT / "tests" / "benchmarks"
DATABASE = "reliability_bench"
FOLDER = paths.RUN / "bench"

PATIENCE = 1800  # seconds: only a benchmark that hangs takes so long
SECONDS_TO_TIDY_UP = 60


def run(arguments=()):
    """Run benchmarks and write each table where the page has its name.

    A benchmark that needs Odoo finds a configuration in ``ODOO_RC``, with a database
    that it may fill: it is a copy, and dropped afterwards.

    :param arguments: names of those to run, instead of all, and options
    :return: 1 if any is worse than its limit, else 0
    :raise Failure: there is none of this name
    """
    scripts = {path.stem: path for path in sorted(BENCHMARKS.glob("[!_]*.py"))}
    wanted = _parsed(arguments)
    if unknown := sorted(set(wanted.names) - scripts.keys()):
        raise Failure(
            f"no benchmark is called {', '.join(unknown)}",
            f"these are: {', '.join(scripts)}",
        )
    found = {}
    try:
        for name in wanted.names or scripts:
            with step(f"Measuring {name}"):
                # None finds what another has left, whatever their order.
                databases.copy(databases.READY, DATABASE)
                table = _measured(scripts[name], wanted)
            say(table)
            found[name] = tables.verdicts(table)
            if not wanted.slow_down:
                _write(name, table, wanted.seed)
    finally:
        databases.drop(DATABASE)
    return _summary(found)


def _parsed(arguments):
    parser = argparse.ArgumentParser("make bench ARGS=...")
    parser.add_argument("names", nargs="*", help="benchmarks, instead of all")
    parser.add_argument(
        "--slow-down",
        type=float,
        default=0.0,
        metavar="PERCENT",
        help="make our side so much slower; the page stays as it is",
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=random.randrange(10**6),
        help="of the order in which sides run",
    )
    return parser.parse_args(arguments)


def _measured(script, wanted):
    """Return what a benchmark prints.

    :raise Failure: it ends with an error, or does not end in time
    """
    config = FOLDER / "odoo.conf"
    odoo_config.write(config, {"db_name": DATABASE})
    with subprocess.Popen(
        [paths.PYTHON, script],
        cwd=paths.RUN,
        env=python_env.environ(
            ODOO_RC=str(config),
            PYTHONPATH=str(paths.ROOT),
            BENCH_SEED=str(wanted.seed),
            BENCH_SLOW_DOWN=str(wanted.slow_down),
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            table, trouble = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)  # it ends the servers that it started
            process.communicate(timeout=SECONDS_TO_TIDY_UP)
            raise Failure(f"{script.stem} took longer than {PATIENCE} s") from None
    if process.returncode:
        raise Failure(f"{script.stem} failed: {trouble.strip()}")
    return table.rstrip()


def _summary(found):
    """Print all verdicts.

    :param found: benchmark → what → verdict
    :return: the exit code
    """
    say("-> Verdicts")
    for name, verdicts in found.items():
        for what, verdict in verdicts.items():
            say(f"   {verdict}: {name}, {what}")
    return int(any(intervals.WORSE in verdicts.values() for verdicts in found.values()))


def _write(name, table, seed):
    """Replace what stands between the marks of a benchmark.

    :raise ValueError: the page has no place for it
    """
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    today = datetime.date.today().isoformat()
    note = f"Measured on {today}, {os.cpu_count()} cores, seed {seed}."
    section = f"{begin}\n{note}\n\n{table}\n{end}"
    text, places = re.subn(
        f"{begin}.*?{end}", lambda _: section, PAGE.read_text(), flags=re.DOTALL
    )
    if places != 1:
        raise ValueError(f"{PAGE} has {places} places for {name}")
    PAGE.write_text(text)
