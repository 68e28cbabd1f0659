"""Odoo's databases: built once, copied afterwards, each with its filestore.

The template holds Odoo with demo data and the modules that our addons build on.  The
others are copies of it with our addons, built again when what they are made from has
changed.  All are built in the workplace ``build``, whose cluster is then stopped; every
other workplace begins as a copy of it.
"""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from . import (
    addons,
    commands,
    odoo_config,
    odoo_source,
    paths,
    postgres,
    python_env,
    stamps,
    workplace,
)
from .lock import lock
from .steps import say, step

TEMPLATE = "reliability_template"
READY = "reliability_ready"
"""With our addons."""
PROBED = "reliability_probed"
"""With our addons, and those of tests that have methods and jobs to be killed in."""
INVOICING = "reliability_invoicing"
"""With our addons, and all of Odoo's own EDI of invoices."""
FULL = "reliability_full"
"""With our addons, OCA's connectors of carriers, and EDI with simulated partners."""
DEMO = "reliability_demo"

MODULES = [
    "account",
    "edi_account_oca",
    "edi_queue_oca",
    "edi_sale_oca",
    "queue_job",
    "sale_management",
    "sale_stock",
    "stock",
    "stock_delivery",
]
WITHOUT_EFFECT = {"tests", "static", "readme", "__pycache__"}
"""Folders of an addon that leave no trace in a database."""
WITHOUT_TRACE = {".md", ".rst", ".toml"}
"""Nor do files with these suffixes: pages and metadata of packages."""
ADVICE = "read the log; the next run starts this step over, the finished ones stay."


def build():
    """Build the databases, unless they are built of what is here now."""
    with lock("build"), workplace.at(workplace.BUILD):
        if _is_current():
            say("-> Databases: ready")
            return
        postgres.start()
        try:
            postgres.create_role()
            _build_template()
            _build_with_ours()
        finally:
            postgres.stop()


def is_furnished():
    """Whether this workplace is a copy of what was built last."""
    return postgres.exists() and stamps.is_done(_workplace_stamp(), _built())


def furnish():
    """Make this workplace a copy of what was built, with PostgreSQL running."""
    copying = f"Copying the databases for {workplace.name()}"
    with lock("build", shared=True), step(copying):
        clear()
        postgres.copy_from(workplace.BUILD)
        _share_files(paths.ODOO_DATA / workplace.BUILD, workplace.odoo_data())
        stamps.mark_done(_workplace_stamp(), _built())
    postgres.start()


def clear():
    """Delete this workplace's databases and stop its PostgreSQL."""
    stamps.forget(_workplace_stamp())
    postgres.remove()
    shutil.rmtree(workplace.odoo_data(), ignore_errors=True)


def copy(source, target):
    """Make ``target`` a copy of ``source``, instead of what it was.

    It gets an identity and secrets of its own, as with Odoo's own duplication.
    """
    drop(target)
    postgres.psql(
        f'CREATE DATABASE "{target}" TEMPLATE "{source}" OWNER {postgres.ROLE}'
    )
    for key in ("database.uuid", "database.secret"):
        postgres.psql(
            "UPDATE ir_config_parameter SET value = gen_random_uuid()"
            f" WHERE key = '{key}'",
            target,
        )
    if workplace.filestore(source).is_dir():
        _share_files(workplace.filestore(source), workplace.filestore(target))


@contextmanager
def copied(source, name):
    """Give the name of a copy, which is dropped after the block."""
    copy(source, name)
    try:
        yield name
    finally:
        drop(name)


def drop(name):
    """Delete a database and its files; whoever is connected is sent away."""
    postgres.psql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(workplace.filestore(name), ignore_errors=True)


def install(name, modules, *options):
    """Install modules in a database, which is created if it does not exist.

    :param options: more options for Odoo's command line.
    """
    config = paths.RUN / "install" / name / "odoo.conf"
    odoo_config.write(config)
    commands.run(
        [
            *(paths.PYTHON, paths.LAUNCHER, "-c", config, "-d", name),
            *("-i", ",".join(modules), "--stop-after-init", "--no-http", *options),
        ],
        paths.log(f"install-{name}"),
        cwd=paths.RUN,
        # A crash may cost the last second: then the step is not stamped, and redone.
        env=python_env.environ(PGOPTIONS="-c synchronous_commit=off"),
    )


def exists(name):
    """Whether the cluster has a database of this name."""
    found = postgres.psql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'")
    return bool(found)


def _build_template():
    if _is_built(TEMPLATE):
        return
    draft, facts = f"{TEMPLATE}_draft", _facts(TEMPLATE)
    with step("Building the template database (about a minute)", ADVICE):
        drop(draft)
        _forget_and_drop(TEMPLATE)
        without_ours = ",".join(odoo_config.SERVER_WIDE)
        install(draft, MODULES, "--with-demo", f"--load={without_ours}")
        postgres.psql(f'ALTER DATABASE "{draft}" RENAME TO "{TEMPLATE}"')
        workplace.filestore(draft).rename(workplace.filestore(TEMPLATE))
        stamps.mark_done(_stamp(TEMPLATE), facts)


def _build_with_ours():
    """Build the others, several at a time: each takes a minute of one processor."""
    chains = [[name for name in chain if not _is_built(name)] for chain in _CHAINS]
    missing = [name for chain in chains for name in chain]
    if not missing:
        return
    with step(f"Building {', '.join(missing)} with our addons", ADVICE):
        for name in missing:
            _forget_and_drop(name)
        with ThreadPoolExecutor() as at_once:
            list(at_once.map(_build_chain, chains))


def _build_chain(names):
    for name in names:
        source, modules = _with_ours()[name]
        facts = _facts(name)  # files may change meanwhile
        copy(source, name)
        install(name, modules)
        if source == TEMPLATE:
            _make_assets(name)
        stamps.mark_done(_stamp(name), facts)


_CHAINS = [[READY, PROBED, INVOICING], [FULL]]
"""Databases that are built one after the other, each of the one before or TEMPLATE."""


def _with_ours():
    """Return, of each database with our addons, its source and what is installed."""
    ours = addons.installable()
    return {
        READY: (TEMPLATE, ours),
        PROBED: (READY, addons.PROBES),
        INVOICING: (READY, addons.INVOICING),
        FULL: (TEMPLATE, addons.with_simulated(ours)),
    }


def _make_assets(name):
    """Make the scripts and styles of the web client, which copies then share.

    Otherwise the first visitor of each copy waits half a minute for them.
    """
    config = paths.RUN / "assets" / name / "odoo.conf"
    odoo_config.write(config, {"db_name": name})
    commands.run(
        [paths.PYTHON, paths.SETUP / "assets_in_odoo.py"],
        paths.log(f"install-{name}"),
        cwd=paths.RUN,
        env=python_env.environ(ODOO_RC=str(config)),
    )


def _is_current():
    return _is_built(TEMPLATE) and all(map(_is_built, _with_ours()))


def _is_built(name):
    return stamps.is_done(_stamp(name), _facts(name))


def _built():
    """What tells what is built now from what was built before."""
    return stamps.fingerprint(*map(_facts, _with_ours()))


def _template_facts():
    return stamps.fingerprint(
        # It tells the cluster from one that was made anew.
        postgres.password(workplace.BUILD),
        MODULES,
        odoo_source.in_use(),
        python_env.OCA_ADDONS,
    )


def _facts(name):
    """What tells whether a database is built of what is here now."""
    if name == TEMPLATE:
        return _template_facts()
    source, modules = _with_ours()[name]
    return stamps.fingerprint(_facts(source), modules, *_code(modules))


def _code(modules):
    """The files of our addons that change a database and, as facts, their places."""
    for module in (*modules, *addons.APART):  # these may install themselves
        for folder in (paths.ADDONS, paths.TEST_ADDONS):
            for path in sorted((folder / module).rglob("*")):
                place = path.relative_to(folder)
                if not path.is_file() or path.suffix in WITHOUT_TRACE:
                    continue
                if not WITHOUT_EFFECT.intersection(place.parts):
                    yield from (str(place), path)


def _forget_and_drop(name):
    stamps.forget(_stamp(name))
    drop(name)


def _share_files(source, target):
    """Odoo never writes into a stored file, so copies can share it."""
    shutil.copytree(source, target, copy_function=os.link)


def _stamp(database):
    return f"database-{database}"


def _workplace_stamp():
    return f"workplace-{workplace.name()}"
