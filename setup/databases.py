"""Odoo's databases: built once, copied afterwards, each with its filestore.

The template holds Odoo with demo data and the modules that our addons depend on.  The
others are copies of it with our addons; they are built again when their inputs have
changed.  All are built in the workplace ``build``, whose cluster is then stopped; every
other workplace begins as a copy of it.
"""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from . import (
    addons,
    build_cache,
    commands,
    odoo_config,
    odoo_source,
    paths,
    postgres,
    python_env,
    workplace,
)
from .lock import lock
from .steps import say, step

TEMPLATE = "reliability_template"
READY = "reliability_ready"
"""With our addons."""
PROBED = "reliability_probed"
"""With our addons, and test addons whose methods, jobs and messages kill workers."""
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
WITHOUT_EFFECT = {"tests", "static", "readme", "i18n", "__pycache__"}
"""Folders of an addon that leave no trace in a database, whose language is English."""
WITHOUT_TRACE = {".md", ".rst", ".toml"}
"""Nor do files with these suffixes: pages and metadata of packages."""
ADVICE = "read the log; the next run repeats this step, and skips the finished ones."


def build():
    """Build the databases, unless they are built from the current inputs."""
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


def is_provisioned():
    """Whether this workplace is a copy of the databases as last built."""
    return postgres.exists() and build_cache.is_current(
        _workplace_step(), _fingerprint_of_all()
    )


def provision():
    """Make this workplace a copy of the built databases, and start its PostgreSQL."""
    copying = f"Copying the databases for {workplace.name()}"
    with lock("build", shared=True), step(copying):
        clear()
        postgres.copy_from(workplace.BUILD)
        _link_files(paths.ODOO_DATA / workplace.BUILD, workplace.odoo_data())
        build_cache.mark_built(_workplace_step(), _fingerprint_of_all())
    postgres.start()


def clear():
    """Delete this workplace's databases and stop its PostgreSQL."""
    build_cache.invalidate(_workplace_step())
    postgres.remove()
    shutil.rmtree(workplace.odoo_data(), ignore_errors=True)


def copy(source, target):
    """Replace ``target`` by a copy of ``source``.

    The copy gets its own UUID and secret, as with Odoo's own duplication.
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
        _link_files(workplace.filestore(source), workplace.filestore(target))


@contextmanager
def copied(source, name):
    """Give the name of a copy, which is dropped after the block."""
    copy(source, name)
    try:
        yield name
    finally:
        drop(name)


def drop(name):
    """Delete a database and its files; its connections are terminated."""
    postgres.psql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(workplace.filestore(name), ignore_errors=True)


def install(name, modules, *options):
    """Install modules in a database, which is created if it does not exist.

    :param options: more options of Odoo's command line
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
        # A crash may lose the last commits; the step is not recorded then, and redone.
        env=python_env.environ(PGOPTIONS="-c synchronous_commit=off"),
    )


def exists(name):
    """Whether the cluster has a database of this name."""
    found = postgres.psql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'")
    return bool(found)


def _build_template():
    if _is_built(TEMPLATE):
        return
    draft, inputs = f"{TEMPLATE}_draft", _inputs(TEMPLATE)
    with step("Building the template database (about a minute)", ADVICE):
        drop(draft)
        _invalidate_and_drop(TEMPLATE)
        without_ours = ",".join(odoo_config.SERVER_WIDE)
        install(draft, MODULES, "--with-demo", f"--load={without_ours}")
        postgres.psql(f'ALTER DATABASE "{draft}" RENAME TO "{TEMPLATE}"')
        workplace.filestore(draft).rename(workplace.filestore(TEMPLATE))
        build_cache.mark_built(_step(TEMPLATE), inputs)


def _build_with_ours():
    """Build the databases with our addons in parallel; each takes a minute of CPU."""
    chains = [[name for name in chain if not _is_built(name)] for chain in _CHAINS]
    missing = [name for chain in chains for name in chain]
    if not missing:
        return
    with step(f"Building {', '.join(missing)} with our addons", ADVICE):
        for name in missing:
            _invalidate_and_drop(name)
        with ThreadPoolExecutor() as pool:
            list(pool.map(_build_chain, chains))


def _build_chain(names):
    for name in names:
        source, modules = _with_ours()[name]
        inputs = _inputs(name)  # before the build, since files may change meanwhile
        copy(source, name)
        install(name, modules)
        if source == TEMPLATE:
            make_assets(name)
        build_cache.mark_built(_step(name), inputs)


_CHAINS = [[READY, PROBED, INVOICING], [FULL]]
"""Chains are built in parallel; the databases of a chain one after the other."""


def _with_ours():
    """Return the databases with our addons: name → (its source, modules to install)."""
    ours = addons.installable()
    return {
        READY: (TEMPLATE, ours),
        PROBED: (READY, addons.PROBES),
        INVOICING: (READY, addons.INVOICING),
        FULL: (TEMPLATE, addons.with_simulated(ours)),
    }


def make_assets(name):
    """Generate the web client's assets, which copies then share.

    Otherwise the first user of each copy waits half a minute for them.
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
    return build_cache.is_current(_step(name), _inputs(name))


def _fingerprint_of_all():
    """Return a fingerprint of the inputs of all databases."""
    return build_cache.fingerprint(*map(_inputs, _with_ours()))


def _template_inputs():
    return build_cache.fingerprint(
        # A new cluster has a new password.
        postgres.password(workplace.BUILD),
        MODULES,
        odoo_source.in_use(),
        python_env.OCA_ADDONS,
    )


def _inputs(name):
    """Return a fingerprint of the inputs that a database is built from."""
    if name == TEMPLATE:
        return _template_inputs()
    source, modules = _with_ours()[name]
    return build_cache.fingerprint(_inputs(source), modules, *_code(modules))


def _code(modules):
    """Yield the files of our addons that change a database, each after its name."""
    # These may install themselves.
    for module in (*modules, *addons.INVOICING_GLUE, addons.BATCH_GLUE):
        for folder in (paths.ADDONS, paths.TEST_ADDONS):
            for path in sorted((folder / module).rglob("*")):
                relative = path.relative_to(folder)
                if not path.is_file() or path.suffix in WITHOUT_TRACE:
                    continue
                if not WITHOUT_EFFECT.intersection(relative.parts):
                    yield from (str(relative), path)


def _invalidate_and_drop(name):
    build_cache.invalidate(_step(name))
    drop(name)


def _link_files(source, target):
    """Copy a filestore by hard links: Odoo never writes into a stored file."""
    shutil.copytree(source, target, copy_function=os.link)


def _step(database):
    return f"database-{database}"


def _workplace_step():
    return f"workplace-{workplace.name()}"
