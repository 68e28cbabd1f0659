"""Run Odoo's and OCA's own tests with our addons and without, and compare them.

Some of these tests fail on any such machine, or with demo data.  So only a test that
passes without our addons and fails with them counts as a failure.
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
    # Tours, and two classes that run the tax engine in a browser for minutes.
    "-is_tour",
    "-/sale:TestTaxesDownPaymentSale",
    "-/sale:TestTaxesGlobalDiscountSale",
]
_RENAME_DEMO_BACKEND = """
    UPDATE edi_backend_type SET code = 'of_demo_data' WHERE code = 'demo_backend';
"""
"""OCA's tests of EDI create a backend type with the same code as the demo data's."""
FOLDER = paths.RUN / "odoo-tests"
TELEMETRY = FOLDER / "telemetry"
ADVICE = "read the log; make test-odoo ARGS=sale:TestSaleOrder runs those of a class."


def run(modules):
    """Run the tests of modules with our addons and without, and compare them by name.

    :param modules: names of modules; ``sale:TestSaleOrder`` for one class
    :raise Failure: a test fails, or does not run, only with our addons
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
    """Compare two runs, each an :class:`.OdooTestLog`.

    :raise Failure: with the tests that fail, or do not run, only with our addons
    """
    new = [f"fails only with us: {name}" for name in with_us.failed - without.failed]
    # A class that cannot be set up, or a module that is not loaded, hides its tests.
    new += [
        f"runs only without us: {name}" for name in without.started - with_us.started
    ]
    if new:
        raise Failure(
            "\n".join(["Our addons change Odoo's own tests:", *sorted(new)]),
            "run them again alone, as make test-odoo ARGS=sale:TestSaleOrder, to find"
            " out whether they are just not stable.",
            log=FOLDER / "with.log",
        )


def _run(name, modules, ours):
    """Run tests on a new database.

    :param ours: our addons to install
    :return: an :class:`.OdooTestLog`
    :raise Failure: the run is not reliable
    """
    database, log = f"reliability_odoo_tests_{name}", FOLDER / f"{name}.log"
    shutil.rmtree(TELEMETRY, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with step(f"Preparing a database {name} our addons", ADVICE):
        databases.copy(databases.TEMPLATE, database)
        # The template lacks the carriers' addons, since none of ours depends on them.
        databases.install(database, ["dfsg_assets", *_names(modules), *ours])
        postgres.psql(_RENAME_DEMO_BACKEND, database)
    tags = ",".join([*(f"/{module}" for module in modules), *LEFT_OUT])
    with step(f"Running the tests of {', '.join(modules)} {name} our addons", ADVICE):
        _run_tests(database, log, tags, bool(ours))
    databases.drop(database)
    result = OdooTestLog(log.read_text(errors="replace"))
    measured = _measured_calls()
    if problem := _problem(result, modules, bool(ours), measured):
        raise Failure(f"{name} our addons, {problem}", ADVICE, log=log)
    _print_result(result, measured)
    return result


def _names(modules):
    """Return the names of modules, without the class that some are given with."""
    return {module.partition(":")[0] for module in modules}


def _problem(result, modules, with_us, measured):
    """Return why a run is not reliable; empty where it is."""
    if idle := sorted(_names(modules) - result.by_module.keys()):
        return f"no test ran of {', '.join(idle)}"
    if with_us and not measured:
        return "nothing was measured"
    if measured and not with_us:
        return "something was measured"
    return result.problem


def _measured_calls():
    """Return the number of calls and requests that were recorded during the run."""
    readers = {}
    reader.open_slots(TELEMETRY, readers)
    return sum(slot.end_position().events for slot in readers.values())


def _print_result(result, measured):
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
    # -P: without this folder on the path, where our modules could hide libraries.
    command = [paths.PYTHON, "-P", program, "-c", config, "-d", database]
    command += ["--stop-after-init", "--test-tags", tags]
    with log.open("w") as output:
        # Not the exit code, but the names of failed tests are compared.
        subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=python_env.environ(),
            cwd=paths.RUN,
            check=False,
        )
