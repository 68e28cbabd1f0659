"""Odoo's and OCA's own tests, with our addons installed and without.

Some of them fail on any machine like this, or with demo data.  So a test that fails is
ours to explain only where it does not fail without us.
"""

import re
import subprocess

from . import addons, databases, odoo_config, paths, python_env
from .steps import Failure, say, step

MODULES = ["sale", "stock", "sale_stock", "account", "queue_job"]
LEFT_OUT = [
    # Tours, and two classes that drive the tax engine in a browser for minutes.
    "-is_tour",
    "-/sale:TestTaxesDownPaymentSale",
    "-/sale:TestTaxesGlobalDiscountSale",
]
FOLDER = paths.RUN / "odoo-tests"
ADVICE = "read the log; make test-odoo ARGS=sale runs the tests of one module."

_FAILED = re.compile(r" (odoo\.addons\.\S+): (?:FAIL|ERROR): (\S+)")
_RAN = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")


def run(modules):
    """Run the tests of modules twice and compare them by name.

    :raise Failure: a test fails that does not fail without our addons
    """
    modules = list(modules) or MODULES
    without = _run("without", modules, [])
    with_us = _run("with", modules, addons.names(paths.ADDONS))
    new = sorted(with_us - without)
    for name in sorted(without - with_us):
        say(f"   fails only without us: {name}")
    if new:
        for name in new:
            say(f"   fails only with us: {name}")
        raise Failure(
            f"{len(new)} tests fail that do not fail without our addons",
            "run them again alone, to tell a test that is not stable from one of ours.",
            log=FOLDER / "with.log",
        )
    say("No test fails that does not fail without our addons.")


def _run(name, modules, ours):
    """Run tests on a database of their own.

    :param ours: our addons to install
    :return: the names of those that failed
    """
    database, log = f"reliability_odoo_tests_{name}", FOLDER / f"{name}.log"
    FOLDER.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    with step(f"Preparing a database {name} our addons", ADVICE):
        databases.copy(databases.TEMPLATE, database)
        databases.install(database, ["dfsg_assets", *ours])
    tags = ",".join([*(f"/{module}" for module in modules), *LEFT_OUT])
    with step(f"Running the tests of {', '.join(modules)} {name} our addons", ADVICE):
        _run_tests(database, log, tags, bool(ours))
    databases.drop(database)
    text = log.read_text(errors="replace")
    summary = _RAN.findall(text)
    if not summary:
        raise Failure("the tests did not come to an end", ADVICE, log=log)
    failed, errors, total = map(int, summary[-1])
    failing = {f"{module}.{test}" for module, test in _FAILED.findall(text)}
    say(f"   {total - failed - errors} passed, {len(failing)} failed")
    return failing


def _run_tests(database, log, tags, with_us):
    config = FOLDER / "odoo.conf"
    options = {"max_cron_threads": 0, "workers": 0}
    if not with_us:
        options["server_wide_modules"] = ",".join(odoo_config.SERVER_WIDE)
    odoo_config.write(config, options)
    program = paths.SETUP / "all_tests_at_the_end.py"
    # -P: not with this folder first on the path, where our redis.py hides another.
    command = [paths.PYTHON, "-P", program, "-c", config, "-d", database]
    command += ["--stop-after-init", "--test-tags", tags]
    with log.open("w") as output:
        # Its exit code says that some failed, which we compare by name.
        subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=python_env.environ(),
            cwd=paths.RUN,
            check=False,
        )
