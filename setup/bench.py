"""Run the benchmarks and put what they print into docs/benchmarks.md."""

import datetime
import os
import re
import signal
import subprocess

from . import databases, odoo_config, paths, python_env
from .steps import Failure, step

PAGE = paths.ROOT / "docs" / "benchmarks.md"
BENCHMARKS = paths.ROOT / "tests" / "benchmarks"
DATABASE = "reliability_bench"
FOLDER = paths.RUN / "bench"

PATIENCE = 240  # seconds that a benchmark may take
SECONDS_TO_TIDY_UP = 60


def run(names=()):
    """Run benchmarks and write each table where the page has its name.

    A benchmark that needs Odoo finds a configuration in ``ODOO_RC``, with a database
    that it may fill: it is a copy, and dropped afterwards.

    :param names: of those to run, instead of all
    :raise Failure: there is none of this name
    """
    scripts = {path.stem: path for path in sorted(BENCHMARKS.glob("[!_]*.py"))}
    if unknown := sorted(set(names) - scripts.keys()):
        raise Failure(
            f"no benchmark is called {', '.join(unknown)}",
            f"these are: {', '.join(scripts)}",
        )
    try:
        databases.copy(databases.READY, DATABASE)
        for name in names or scripts:
            with step(f"Measuring {name}"):
                table = _measured(scripts[name])
            print(table)
            _write(name, table)
    finally:
        databases.drop(DATABASE)


def _measured(script):
    """Return what a benchmark prints.

    :raise Failure: it ends with an error, or does not end in time
    """
    config = FOLDER / "odoo.conf"
    odoo_config.write(config, {"db_name": DATABASE})
    with subprocess.Popen(
        [paths.PYTHON, script],
        cwd=paths.RUN,
        env=python_env.environ(ODOO_RC=str(config), PYTHONPATH=str(paths.ROOT)),
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


def _write(name, table):
    """Replace what stands between the marks of a benchmark.

    :raise ValueError: the page has no place for it
    """
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    today = datetime.date.today().isoformat()
    note = f"Measured on {today}, {os.cpu_count()} cores."
    section = f"{begin}\n{note}\n\n{table}\n{end}"
    text, places = re.subn(
        f"{begin}.*?{end}", lambda _: section, PAGE.read_text(), flags=re.DOTALL
    )
    if places != 1:
        raise ValueError(f"{PAGE} has {places} places for {name}")
    PAGE.write_text(text)
