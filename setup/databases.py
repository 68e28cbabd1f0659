"""Odoo's databases: built once, copied afterwards, each with its filestore.

The template holds Odoo with demo data and the modules that our addons build on. A
database with our addons is a copy of it, made again when their code has changed.
"""

import os
import shutil

from . import (
    addons,
    commands,
    odoo_config,
    odoo_source,
    paths,
    postgres,
    python_env,
    stamps,
)
from .steps import say, step

DEMO = "reliability_demo"
TEMPLATE = "reliability_template"
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
ADVICE = "read the log; the next run starts this step over, the finished ones stay."


def ensure_template():
    """Build the template, unless there is one of the same Odoo and modules."""
    facts = _template_facts()
    if _is_ready(TEMPLATE, facts):
        say("-> Template database: ready")
        return
    draft = f"{TEMPLATE}_draft"
    with step("Building the template database (about two minutes)", ADVICE):
        drop(draft)
        drop(TEMPLATE)
        without_ours = ",".join(odoo_config.SERVER_WIDE)
        install(draft, MODULES, "--with-demo", f"--load={without_ours}")
        _rename(draft, TEMPLATE)
        _mark_ready(TEMPLATE, facts)


def ensure(name, modules=None):
    """A copy of the template with our addons, kept until their code changes.

    :param modules: instead of all our addons that can be installed.
    """
    modules = modules or addons.installable()
    if is_current(name, modules):
        say(f"-> Database {name}: ready")
        return
    with step(f"Making database {name} with {', '.join(modules)}", ADVICE):
        copy(TEMPLATE, name)
        install(name, modules)
        _mark_ready(name, _facts(modules))


def is_current(name, modules=None):
    """Whether :func:`ensure` would keep the database, for the code as it is now."""
    return _is_ready(name, _facts(modules or addons.installable()))


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
    # Odoo never writes into a stored file, so both databases can share it.
    if (paths.FILESTORE / source).is_dir():
        shutil.copytree(
            paths.FILESTORE / source, paths.FILESTORE / target, copy_function=os.link
        )


def drop(name):
    """Delete a database and its files; whoever is connected is sent away."""
    stamps.forget(_stamp(name))
    postgres.psql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(paths.FILESTORE / name, ignore_errors=True)


def install(name, modules, *options):
    """Install modules in a database, which is created if it does not exist.

    :param options: more options for Odoo's command line.
    """
    config = paths.RUN / "install" / "odoo.conf"
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


def _rename(source, target):
    postgres.psql(f'ALTER DATABASE "{source}" RENAME TO "{target}"')
    (paths.FILESTORE / source).rename(paths.FILESTORE / target)


def _template_facts():
    return stamps.fingerprint(
        MODULES, odoo_source.in_use(), python_env.OCA_ADDONS, python_env.CONSTRAINTS
    )


def _facts(modules):
    return stamps.fingerprint(_template_facts(), modules, *_code())


def _code():
    """The files of our addons and, as facts, their places."""
    for folder in (paths.ADDONS, paths.TEST_ADDONS):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield from (str(path), path)


def _is_ready(name, facts):
    return stamps.is_done(_stamp(name), facts) and exists(name)


def _mark_ready(name, facts):
    stamps.mark_done(_stamp(name), facts)


def _stamp(name):
    return f"database-{name}"
