"""The tasks behind the targets of make, by name."""

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
    telemetry_folders,
    testing,
    translations,
    workplace,
)
from .lock import lock


def run(arguments):
    """Run a task.

    :param arguments: the task's name and its arguments
    :return: the task's exit code
    """
    name, *rest = arguments or ["help"]
    if name not in TASKS:
        print(f"usage: python3 -m setup {'|'.join(TASKS)} [arguments]")
        return 2
    return TASKS[name](*rest)


def run_demo():
    """Run Odoo with our addons, demo data, traffic and Prometheus."""
    prepare.for_odoo(*prepare.DEMO_SERVERS)
    with lock("demo"):
        demo.run()


def stop():
    """Stop everything that this checkout has started."""
    for name in sorted({*processes.workplaces(), *postgres.workplaces()}):
        with workplace.at(name):
            for server in processes.names():
                with steps.step(f"Stopping {server} of {name}"):
                    processes.stop(server)
            if postgres.is_running():
                with steps.step(f"Stopping PostgreSQL of {name}"):
                    postgres.stop()
    telemetry_folders.remove_all()


def run_lint():
    """Run all hooks of ``.pre-commit-config.yaml``."""
    prepare.for_checks()
    lint.run()


def run_bench(*arguments):
    """Run all benchmarks, or some; write the results to docs/benchmarks.md."""
    prepare.for_odoo()
    with testing.in_workplace("bench"):
        return bench.run(arguments)


def test_demo(*arguments):
    """Test the demo in a browser, as each of its users, in each phase."""
    packages = prepare.TEST_SERVERS
    return _run_pytest("demo-server", "demo", *arguments, packages=packages)


def take_pictures():
    """Take the pictures of README.md and docs/."""
    prepare.for_odoo(*prepare.TEST_SERVERS)
    with testing.in_workplace("demo-server"):
        return testing.wait_for(testing.start(["-m", "setup.pictures"]))


def make_dist():
    """A wheel of each addon."""
    dist.build()


def write_addon_pages():
    """README.rst and index.html of each addon, from its fragments."""
    testing.wait_for(testing.start(["-m", "setup.addon_pages"]))


def update_translations():
    """The terms of each addon, merged into each language."""
    prepare.for_odoo()
    return translations.update()


def draw_icons():
    """The icon of each addon."""
    return testing.wait_for(testing.start(["-m", "setup.icons"]))


def soak(minutes="2"):
    """Work for some minutes while everything is killed; all numbers must agree."""
    os.environ["SOAK_MINUTES"] = minutes
    return _run_pytest("soak", "soak/soak.py", "-s", packages=prepare.C_COMPILER)


def soak_ledger():
    """Record 20,000 attempts of four workers while PostgreSQL is restarted twice.

    Then run the fault matrix behind a pooler, and with clocks that are wrong.
    """
    matrices = paths.ROOT / "tests" / "soak" / "fault_matrices.py"
    packages = (*prepare.C_COMPILER, "pgbouncer")
    return _run_pytest("soak", "soak/ledger.py", "-s", matrices, packages=packages)


def soak_edi():
    """Send 5,000 documents with random faults, one by one and by jobs."""
    return _run_pytest("soak", "soak/edi.py", "-s")


def soak_queue(jobs="10000"):
    """Run jobs that fail, are requeued and die while workers and the runner are killed.

    :param jobs: how many
    """
    os.environ["SOAK_JOBS"] = jobs
    return _run_pytest("soak", "soak/jobs.py", "-s")


def soak_rehearsals(rehearsals="1000"):
    """Rehearse while users sell and ship; nothing must remain, and nobody wait.

    :param rehearsals: how many
    """
    os.environ["SOAK_REHEARSALS"] = rehearsals
    return _run_pytest("soak", "soak/rehearsals.py", "-s")


def soak_real_runs(runs="100"):
    """Run orders over HTTP, and kill the probe and workers at any point.

    :param runs: how many
    """
    os.environ["SOAK_REAL_RUNS"] = runs
    return _run_pytest("soak", "soak/runs_over_http.py", "-s")


def _run_pytest(name, path, *arguments, packages=()):
    """Run tests that start their own servers, in a workplace of that name."""
    prepare.for_odoo(*packages)
    with testing.in_workplace(name):
        tests = paths.ROOT / "tests" / path
        return testing.wait_for(
            testing.start_pytest(["-p", "no:odoo", tests, *arguments])
        )


def test_odoo(*modules):
    """Run Odoo's and OCA's own tests with our addons and without, and compare them."""
    prepare.for_odoo()
    with testing.in_workplace("odoo-tests"):
        odoo_tests.run(modules)


def shell():
    """Open a Python prompt in the demo's database."""
    prepare.for_odoo()
    demo.ensure_database()
    _exec_odoo("shell", "-d", databases.DEMO, "--no-http")


def odoo(*arguments):
    """Run a command of Odoo with a configuration for this checkout."""
    prepare.for_odoo()
    demo.ensure_database()
    _exec_odoo(*arguments)


def _exec_odoo(*arguments):
    """Replace this process by Odoo."""
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
    "translations": update_translations,
    "icons": draw_icons,
    "lint": run_lint,
    "bench": run_bench,
    "soak": soak,
    "soak-ledger": soak_ledger,
    "soak-edi": soak_edi,
    "soak-queue": soak_queue,
    "soak-rehearsals": soak_rehearsals,
    "soak-real-runs": soak_real_runs,
    "test-odoo": test_odoo,
    "shell": shell,
    "odoo": odoo,
    "clean": clean,
}
