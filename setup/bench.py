"""Run the benchmarks and write their tables into docs/benchmarks.md."""

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

TIMEOUT = 1800  # seconds; only a benchmark that hangs takes so long
SECONDS_TO_TIDY_UP = 60


def run(arguments=()):
    """Run benchmarks and write each table between the page's markers of its name.

    ``ODOO_RC`` names a configuration with a database that the benchmark may fill: a
    copy, dropped afterwards.

    :param arguments: names of the benchmarks to run, instead of all, and options
    :return: 1 if any is worse than its limit, else 0
    :raise Failure: no benchmark has such a name
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
                # A new copy for each, so that results do not depend on their order.
                databases.copy(databases.READY, DATABASE)
                table = _run_script(scripts[name], wanted)
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
        help="slow our side down by so much; the page is not written",
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=random.randrange(10**6),
        help="of the random order in which sides run",
    )
    return parser.parse_args(arguments)


def _run_script(script, wanted):
    """Run a benchmark and return its standard output, tables in Markdown.

    :raise Failure: the benchmark ends with an error, or does not end in time
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
            table, errors = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)  # the benchmark stops its servers then
            process.communicate(timeout=SECONDS_TO_TIDY_UP)
            raise Failure(f"{script.stem} took longer than {TIMEOUT} s") from None
    if process.returncode:
        raise Failure(f"{script.stem} failed: {errors.strip()}")
    return table.rstrip()


def _summary(found):
    """Print all verdicts.

    :param found: benchmark → row → verdict
    :return: the exit code
    """
    say("-> Verdicts")
    for name, verdicts in found.items():
        for what, verdict in verdicts.items():
            say(f"   {verdict}: {name}, {what}")
    return int(any(intervals.WORSE in verdicts.values() for verdicts in found.values()))


def _write(name, table, seed):
    """Replace the section between the markers of a benchmark.

    :raise ValueError: the page does not have these markers exactly once
    """
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    today = datetime.date.today().isoformat()
    caption = f"Measured on {today}, {os.cpu_count()} cores, seed {seed}."
    section = f"{begin}\n{caption}\n\n{table}\n{end}"
    text, count = re.subn(
        f"{begin}.*?{end}", lambda _: section, PAGE.read_text(), flags=re.DOTALL
    )
    if count != 1:
        raise ValueError(f"{PAGE} has {count} sections {name}, not one")
    PAGE.write_text(text)
