"""Run the benchmarks and put what they print into docs/benchmarks.md."""

import datetime
import os
import re

from . import commands, databases, odoo_config, paths, python_env, testing
from .steps import step

PAGE = paths.ROOT / "docs" / "benchmarks.md"
BENCHMARKS = paths.ROOT / "tests" / "benchmarks"


def run():
    """Run each benchmark and write its table where the page has its name.

    A benchmark that needs Odoo finds a configuration with a database in ``ODOO_RC``.
    """
    databases.ensure(testing.READY)
    config = paths.RUN / "bench" / "odoo.conf"
    odoo_config.write(config, {"db_name": testing.READY})
    environ = python_env.environ(ODOO_RC=str(config))
    for script in sorted(BENCHMARKS.glob("[!_]*.py")):
        with step(f"Measuring {script.stem}"):
            table = commands.output([paths.PYTHON, script], env=environ, cwd=paths.RUN)
        print(table)
        _write(script.stem, table)


def _write(name, table):
    """Replace what stands between the marks of a benchmark.

    :raise ValueError: the page has no place for it
    """
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    today = datetime.date.today().isoformat()
    note = f"Measured on {today}, {os.cpu_count()} cores; medians of interleaved runs."
    section = f"{begin}\n{note}\n\n{table}\n{end}"
    text, places = re.subn(
        f"{begin}.*?{end}", lambda _: section, PAGE.read_text(), flags=re.DOTALL
    )
    if places != 1:
        raise ValueError(f"{PAGE} has {places} places for {name}")
    PAGE.write_text(text)
