"""What make can do, by name."""

import os
import shutil

from . import (
    bench,
    databases,
    demo,
    dist,
    lanes,
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
    workplace,
)
from .lock import lock


def run(arguments):
    """Run a task.

    :param arguments: its name, and its own
    :return: its exit code.
    """
    name, *rest = arguments or ["help"]
    if name not in TASKS:
        print(f"usage: python3 -m setup {'|'.join(TASKS)} [arguments]")
        return 2
    return TASKS[name](*rest)


def run_demo():
    """Odoo with our addons, demo data, traffic and Prometheus."""
    prepare.for_odoo(*prepare.DEMO_SERVERS)
    with lock("demo"):
        demo.run()


def stop():
    """End everything that this checkout has started."""
    for place in sorted({*processes.workplaces(), *postgres.workplaces()}):
        with workplace.at(place):
            for name in processes.names():
                with steps.step(f"Stopping {name} of {place}"):
                    processes.stop(name)
            if postgres.is_running():
                with steps.step(f"Stopping PostgreSQL of {place}"):
                    postgres.stop()


def run_lint():
    """All hooks of ``.pre-commit-config.yaml``."""
    prepare.for_checks()
    lint.run()


def run_bench(*arguments):
    """All benchmarks, or those named; the results go to docs/benchmarks.md."""
    prepare.for_odoo()
    with testing.at_work("bench"):
        return bench.run(arguments)


def test_demo(*arguments):
    """Look at the demo in a browser, as each of its users, while its story goes on."""
    packages = prepare.TEST_SERVERS
    return _in_pytest("stage", "demo", *arguments, packages=packages)


def take_pictures():
    """Take the pictures of README.md and docs/."""
    prepare.for_odoo(*prepare.TEST_SERVERS)
    with testing.at_work("stage"):
        return testing.wait_for(testing.start(["-m", "setup.pictures"]))


def make_dist():
    """A wheel of each addon."""
    dist.build()


def write_addon_pages():
    """README.rst and index.html of each addon, from its fragments."""
    testing.wait_for(testing.start(["-m", "setup.addon_pages"]))


def draw_icons():
    """The icon of each addon."""
    return testing.wait_for(testing.start(["-m", "setup.icons"]))


def soak(minutes="2"):
    """Minutes of work while everything is killed; then all numbers must agree."""
    os.environ["SOAK_MINUTES"] = minutes
    return _in_pytest("soak", "soak/soak.py", "-s", packages=prepare.C_COMPILER)


def soak_ledger():
    """20,000 attempts of four workers while PostgreSQL is restarted twice."""
    return _in_pytest("soak", "soak/ledger.py", "-s")


def soak_edi():
    """5,000 documents with random faults, one by one and by jobs."""
    return _in_pytest("soak", "soak/edi.py", "-s")


def soak_queue(jobs="10000"):
    """Jobs that fail, are put off and die while workers and the runner are killed."""
    os.environ["SOAK_JOBS"] = jobs
    return _in_pytest("soak", "soak/jobs.py", "-s")


def _in_pytest(place, path, *arguments, packages=()):
    """Run tests that bring servers of their own, at a workplace of their own."""
    prepare.for_odoo(*packages)
    with testing.at_work(place):
        tests = paths.ROOT / "tests" / path
        return testing.wait_for(
            testing.start_pytest(["-p", "no:odoo", tests, *arguments])
        )


def test_odoo(*modules):
    """Odoo's and OCA's own tests, with our addons and without, compared by name."""
    prepare.for_odoo()
    with testing.at_work("odoo-tests"):
        odoo_tests.run(modules)


def shell():
    """A Python prompt inside the demo database."""
    prepare.for_odoo()
    demo.ensure_database()
    _become_odoo("shell", "-d", databases.DEMO, "--no-http")


def odoo(*arguments):
    """Any command of Odoo, with a configuration for this checkout."""
    prepare.for_odoo()
    demo.ensure_database()
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
        postgres.remove_all()
        shutil.rmtree(paths.RUN, ignore_errors=True)


TASKS = {
    "demo": run_demo,
    "stop": stop,
    "test": lanes.run,
    "test-demo": test_demo,
    "pictures": take_pictures,
    "dist": make_dist,
    "readme": write_addon_pages,
    "icons": draw_icons,
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
