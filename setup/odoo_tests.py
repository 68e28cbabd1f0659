"""Odoo's and OCA's own tests, with our addons installed and without.

Some of them fail on any machine like this, or with demo data.  So a test that fails is
ours to explain only where it does not fail without us.
"""

import shutil
import subprocess

from . import addons, databases, odoo_config, paths, ports, postgres, python_env
from .odoo_test_log import OdooTestLog
from .steps import Failure, say, step
from .without_odoo import reader

MODULES = [
    *("sale", "stock", "sale_stock", "account", "queue_job", "test_queue_job"),
    *("edi_core_oca", "edi_queue_oca"),
    *("delivery", "stock_delivery", "delivery_state", *addons.CARRIERS),
]
LEFT_OUT = [
    # Tours, and two classes that drive the tax engine in a browser for minutes.
    "-is_tour",
    "-/sale:TestTaxesDownPaymentSale",
    "-/sale:TestTaxesGlobalDiscountSale",
]
_MAKE_ROOM = """
    UPDATE edi_backend_type SET code = 'of_demo_data' WHERE code = 'demo_backend';
"""
"""OCA's tests of EDI make what its demo data has too, under the same code."""
FOLDER = paths.RUN / "odoo-tests"
TELEMETRY = FOLDER / "telemetry"
ADVICE = "read the log; make test-odoo ARGS=sale:TestSaleOrder runs those of a class."


def run(modules):
    """Run the tests of modules twice and compare them by name.

    :param modules: their names; ``sale:TestSaleOrder`` for one class
    :raise Failure: a test fails, or is not run, only with our addons
    """
    modules = list(modules) or MODULES
    without = _run("without", modules, [])
    with_us = _run("with", modules, addons.installable())
    for name in sorted(without.failed & with_us.failed):
        say(f"   fails also without us: {name}")
    for name in sorted(without.failed - with_us.failed):
        say(f"   fails only without us: {name}")
    compare(without, with_us)
    say(f"No new failure in {len(with_us.started)} tests.")


def compare(without, with_us):
    """Compare two runs, see :class:`OdooTestLog`.

    :raise Failure: naming the tests that fail, or are not run, only with our addons
    """
    new = [f"fails only with us: {name}" for name in with_us.failed - without.failed]
    # A class that cannot be set up, or a module that is not loaded, hides its tests.
    new += [
        f"runs only without us: {name}" for name in without.started - with_us.started
    ]
    if new:
        raise Failure(
            "\n".join(["Our addons change Odoo's own tests:", *sorted(new)]),
            "run them again alone, as make test-odoo ARGS=sale:TestSaleOrder, to tell"
            " a test that is not stable from one of ours.",
            log=FOLDER / "with.log",
        )


def _run(name, modules, ours):
    """Run tests on a database of their own.

    :param ours: our addons to install
    :return: the log of the run
    :raise Failure: the run does not tell
    """
    database, log = f"reliability_odoo_tests_{name}", FOLDER / f"{name}.log"
    shutil.rmtree(TELEMETRY, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with step(f"Preparing a database {name} our addons", ADVICE):
        databases.copy(databases.TEMPLATE, database)
        # The template lacks carriers, on which none of ours depends.
        databases.install(database, ["dfsg_assets", *_names(modules), *ours])
        postgres.psql(_MAKE_ROOM, database)
    tags = ",".join([*(f"/{module}" for module in modules), *LEFT_OUT])
    with step(f"Running the tests of {', '.join(modules)} {name} our addons", ADVICE):
        _run_tests(database, log, tags, bool(ours))
    databases.drop(database)
    result = OdooTestLog(log.read_text(errors="replace"))
    measured = _measured()
    if trouble := _trouble(result, modules, bool(ours), measured):
        raise Failure(f"{name} our addons, {trouble}", ADVICE, log=log)
    _tell(result, measured)
    return result


def _names(modules):
    """Return the modules that tests are of, of which some are named with a class."""
    return {module.partition(":")[0] for module in modules}


def _trouble(result, modules, with_us, measured):
    """Return why a run proves nothing; empty where it does."""
    if idle := sorted(_names(modules) - result.by_module.keys()):
        return f"no test ran of {', '.join(idle)}"
    if with_us and not measured:
        return "nothing was measured"
    if measured and not with_us:
        return "something was measured"
    return result.trouble


def _measured():
    """Return how many calls and requests were recorded during the run."""
    readers = {}
    reader.open_slots(TELEMETRY, readers)
    return sum(slot.at_the_end().events for slot in readers.values())


def _tell(result, measured):
    passed = len(result.started) - len(result.failed)
    say(f"   {passed} passed, {len(result.failed)} failed, {measured} calls measured")
    counts = (f"{name} {count}" for name, count in sorted(result.by_module.items()))
    say(f"   tests by module: {', '.join(counts)}")


def _run_tests(database, log, tags, with_us):
    config = FOLDER / "odoo.conf"
    options = {
        "max_cron_threads": 0,
        "workers": 0,
        "http_port": ports.free_port(),
        "gevent_port": ports.free_port(),
    }
    if not with_us:
        options["server_wide_modules"] = ",".join(odoo_config.SERVER_WIDE)
    odoo_config.write(config, options, {"telemetry_dir": TELEMETRY})
    program = paths.SETUP / "all_tests_at_the_end.py"
    # -P: not with this folder first on the path, where our modules could hide others.
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
