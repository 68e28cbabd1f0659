"""``python3 -m setup <command>``: what make calls, and ``odoo`` for everything else."""

import os
import shutil
import subprocess
import sys

from . import (
    addons,
    bench,
    databases,
    demo,
    lint,
    odoo_config,
    odoo_tests,
    paths,
    postgres,
    prepare,
    processes,
    python_env,
    steps,
    testing,
)
from .lock import lock


def run_demo():
    """Odoo with our addons, demo data, traffic and Prometheus."""
    prepare.for_odoo(*prepare.DEMO_SERVERS)
    with lock("demo"):
        demo.run()


def stop():
    """End everything that this checkout has started."""
    for name in processes.names():
        with steps.step(f"Stopping {name}"):
            processes.stop(name)
    if postgres.is_running():
        with steps.step("Stopping PostgreSQL"):
            postgres.stop()


def test(*arguments):
    """All tests, or those that the arguments of pytest select."""
    prepare.for_odoo(*prepare.TEST_SERVERS)
    return testing.run(arguments)


def run_lint():
    """Style, OCA's checks, and what README.md promises."""
    prepare.for_checks()
    lint.run()


def run_bench(*arguments):
    """All benchmarks, or those named; the results go to docs/benchmarks.md."""
    prepare.for_odoo()
    with lock("bench"):
        return bench.run(arguments)


def test_demo(*arguments):
    """Look at the demo in a browser, as each of its users, while its story goes on."""
    prepare.for_odoo(*prepare.TEST_SERVERS)
    return testing.run_without_odoo([paths.ROOT / "tests" / "demo", *arguments])


def take_pictures():
    """Take the pictures of README.md and docs/."""
    prepare.for_odoo(*prepare.TEST_SERVERS)
    with lock("tests"):
        pictures = [paths.PYTHON, "-m", "setup.pictures"]
        return subprocess.run(
            pictures, cwd=paths.ROOT, env=python_env.environ(), check=False
        ).returncode


def soak(minutes="2"):
    """Minutes of work while everything is killed; then all numbers must agree."""
    prepare.for_odoo(*prepare.C_COMPILER)
    os.environ["SOAK_MINUTES"] = minutes
    return testing.run([paths.ROOT / "tests" / "soak" / "soak.py", "-s"])


def soak_ledger():
    """20,000 attempts of four workers while PostgreSQL is restarted twice."""
    prepare.for_odoo()
    return testing.run([paths.ROOT / "tests" / "soak" / "ledger.py", "-s"])


def soak_edi():
    """5,000 documents with random faults, one by one and by jobs."""
    prepare.for_odoo()
    return testing.run([paths.ROOT / "tests" / "soak" / "edi.py", "-s"])


def soak_queue(jobs="10000"):
    """Jobs that fail, are put off and die while workers and the runner are killed."""
    prepare.for_odoo()
    os.environ["SOAK_JOBS"] = jobs
    return testing.run([paths.ROOT / "tests" / "soak" / "jobs.py", "-s"])


def test_odoo(*modules):
    """Odoo's and OCA's own tests, with our addons and without, compared by name."""
    prepare.for_odoo()
    with lock("odoo-tests"):
        databases.ensure_template()
        odoo_tests.run(modules)


def shell():
    """A Python prompt inside the demo database."""
    prepare.for_odoo()
    if not databases.exists(databases.DEMO):
        modules = addons.with_partners(addons.with_carriers())
        databases.ensure(databases.DEMO, modules)
    _become_odoo("shell", "-d", databases.DEMO, "--no-http")


def odoo(*arguments):
    """Any command of Odoo, with a configuration for this checkout."""
    prepare.for_odoo()
    _become_odoo(*arguments)


def _become_odoo(*arguments):
    config = paths.RUN / "odoo.conf"
    odoo_config.write(config)
    os.execve(
        paths.PYTHON,
        [str(paths.PYTHON), str(paths.LAUNCHER), *arguments],
        python_env.environ(ODOO_RC=str(config)),
    )


def clean():
    """Delete everything that was set up."""
    stop()
    with steps.step(f"Deleting {paths.RUN}"):
        postgres.remove()
        shutil.rmtree(paths.RUN, ignore_errors=True)


def main(arguments):
    """Run one command.

    :return: its exit code.
    """
    name, *rest = arguments or ["help"]
    if name not in COMMANDS:
        print(f"usage: python3 -m setup {'|'.join(COMMANDS)} [arguments]")
        return 2
    try:
        return COMMANDS[name](*rest)
    except steps.Failure as failure:
        steps.give_up(failure)
    except KeyboardInterrupt:
        steps.say("\nInterrupted: the same command goes on where it stopped.")
        return 130


COMMANDS = {
    "demo": run_demo,
    "stop": stop,
    "test": test,
    "test-demo": test_demo,
    "pictures": take_pictures,
    "lint": run_lint,
    "bench": run_bench,
    "soak": soak,
    "soak-ledger": soak_ledger,
    "soak-edi": soak_edi,
    "soak-queue": soak_queue,
    "test-odoo": test_odoo,
    "shell": shell,
    "odoo": odoo,
    "clean": clean,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
